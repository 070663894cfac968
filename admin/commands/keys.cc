// SPDX-License-Identifier: Apache-2.0
// Secrets and certificates. Every private thing goes into a fresh file with mode 0600; nothing
// private is printed.
#include "node/ops/keys.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "admin/certificates.h"
#include "admin/commands/commands.h"
#include "admin/files.h"
#include "node/ledger/crypto.h"

namespace relais::admin {
namespace {

constexpr int kMostDays = 3650;

// A whole number from 1 to `most`; 0 when the text is none.
int number(const std::string& text, int most) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && value >= 1 && value <= most ? value : 0;
}

int new_signer(const Arguments& given, Output& output) {
  if (!given.has("name")) return output.usage("a signing key needs --name");
  ledger::SystemEntropy entropy;
  const auto type = given.one("KIND") == "witness" ? ledger::SignatureType::cosignature
                                                   : ledger::SignatureType::ed25519;
  const auto made = ops::create_signer(given.one("out"), given.one("name"), type, entropy);
  if (!made) return output.fault(made.error());
  return output.done({{"file", given.one("out")}, {"vkey", made->text()}}, made->text());
}

int run_new(const Arguments& given, Output& output) {
  const std::string kind = given.one("KIND");
  const std::string out = given.one("out");
  if (kind == "signing" || kind == "ledger" || kind == "steward" || kind == "witness") {
    return new_signer(given, output);
  }
  ledger::SystemEntropy entropy;
  Result<void> made;
  if (kind == "kek") {
    const int epoch = number(given.one("epoch", "1"), 1'000'000);
    if (epoch == 0) return output.usage("--epoch is a whole number from 1");
    made = ops::create_key_encryption_key(out, epoch, entropy);
  } else {
    made = ops::create_lookup_key(out, entropy);
  }
  if (!made) return output.fault(made.error());
  return output.done({{"file", out}}, out);
}

// What stewards list as [[agency.tls]].
int tell_certificate(const std::string& path, Output& output) {
  const auto pem = read_text(path);
  if (!pem) return output.fault(pem.error());
  const auto key = ledger::certificate_key(*pem);
  if (!key) return output.fault(key.error());
  const std::string text = to_hex(view(*key));
  return output.done({{"certificate", path}, {"key_sha256", text}}, path + " " + text);
}

int run_show(const Arguments& given, Output& output) {
  if (given.has("certificate")) return tell_certificate(given.one("FILE"), output);
  const auto type =
      given.has("witness") ? ledger::SignatureType::cosignature : ledger::SignatureType::ed25519;
  const auto signer = ops::read_signer(given.one("FILE"), type);
  if (!signer) return output.fault(signer.error());
  const std::string vkey = signer->verifier().text();
  return output.done({{"vkey", vkey}, {"name", signer->verifier().name()}}, vkey);
}

int run_authority(const Arguments& given, Output& output) {
  const int days = number(given.one("days", "3650"), kMostDays);
  if (days == 0) return output.usage("--days is a whole number from 1 to 3650");
  const auto made =
      make_authority(given.one("name"), days, {given.one("certificate"), given.one("key")});
  if (!made) return output.fault(made.error());
  return output.done({{"certificate", given.one("certificate")}, {"key", given.one("key")}},
                     given.one("certificate"));
}

int run_certificate(const Arguments& given, Output& output) {
  LeafRequest request;
  request.name = given.one("name", given.one("uri"));
  request.uris = given.all("uri");
  request.dns = given.all("dns");
  request.days = number(given.one("days", "90"), kMostDays);
  if (request.days == 0) return output.usage("--days is a whole number from 1 to 3650");
  const auto made = make_leaf(request, {given.one("authority"), given.one("authority-key")},
                              {given.one("certificate"), given.one("key")});
  if (!made) return output.fault(made.error());
  return tell_certificate(given.one("certificate"), output);
}

Parameter kind_operand() {
  Parameter kind = operand("KIND", "signing, ledger, witness, steward, kek or lookup");
  kind.choices = {"signing", "ledger", "witness", "steward", "kek", "lookup"};
  return kind;
}

}  // namespace

std::vector<Command> keys_commands() {
  return {
      {"keys",
       "new",
       "make a key; prints the verifier key of one that signs",
       {kind_operand(), needed("out", "the file to create, mode 0600"),
        option("name", "name of a key that signs; a ledger key's is the ledger's origin"),
        option("epoch", "epoch of a kek (default 1)")},
       run_new},
      {"keys",
       "show",
       "print the verifier key of a key file",
       {operand("FILE", "a file of keys new"), flag("witness", "a key that cosigns"),
        flag("certificate", "FILE is a certificate: the digest of its key, for the directory")},
       run_show},
      {"keys",
       "authority",
       "make a certificate authority",
       {needed("name", "its common name"), needed("certificate", "PEM file to create"),
        needed("key", "PEM file to create, mode 0600"), option("days", "default 3650")},
       run_authority},
      {"keys",
       "certificate",
       "make a key and its certificate, signed by an authority",
       {several("uri", "a URI it names, spiffe://FEDERATION/agency/ID", true),
        several("dns", "a host name it names"),
        option("name", "its common name (default: the first URI)"),
        needed("authority", "the authority's certificate, PEM"),
        needed("authority-key", "the authority's key, PEM"),
        needed("certificate", "PEM file to create"), needed("key", "PEM file to create, mode 0600"),
        option("days", "default 90")},
       run_certificate},
  };
}

}  // namespace relais::admin
