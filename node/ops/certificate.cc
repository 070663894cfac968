// SPDX-License-Identifier: Apache-2.0
// What a certificate must be before the node serves with it: gRPC would start without, and reset
// every connection. OpenSSL stays inside this file.
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <vector>

#include "node/ops/keys.h"

namespace relais::ops {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* thing) const {
    Free(thing);
  }
};
using CertificatePtr = std::unique_ptr<X509, Freed<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using StorePtr = std::unique_ptr<X509_STORE, Freed<X509_STORE_free>>;
using ContextPtr = std::unique_ptr<X509_STORE_CTX, Freed<X509_STORE_CTX_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>>;
using FilePtr = std::unique_ptr<std::FILE, Freed<std::fclose>>;

std::vector<CertificatePtr> read_chain(const std::string& path) {
  std::vector<CertificatePtr> chain;
  const FilePtr file(std::fopen(path.c_str(), "re"));
  while (file) {
    X509* one = PEM_read_X509(file.get(), nullptr, nullptr, nullptr);
    if (one == nullptr) break;
    chain.emplace_back(one);
  }
  ERR_clear_error();  // the end of a PEM file is an "error" that a later TLS call would find
  return chain;
}

// A key under a passphrase is refused: without this the library would ask the terminal and wait.
int no_passphrase(char* /*into*/, int /*size*/, int /*writing*/, void* /*state*/) { return -1; }

Result<KeyPtr> read_key(const std::string& path) {
  const FilePtr file(std::fopen(path.c_str(), "re"));
  if (!file) return fail(FaultKind::precondition, "a private key cannot be opened", path);
  struct stat status {};
  if (::fstat(::fileno(file.get()), &status) != 0 || (status.st_mode & 077) != 0) {
    return fail(FaultKind::precondition, "others may read this key: chmod 0600 it", path);
  }
  KeyPtr key(PEM_read_PrivateKey(file.get(), nullptr, &no_passphrase, nullptr));
  ERR_clear_error();
  if (!key) {
    return fail(FaultKind::precondition, "a private key in PEM without a passphrase is expected",
                path);
  }
  return key;
}

// The one URI a certificate names; empty when there is none, or several.
std::string uri_of(X509* certificate) {
  const NamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::string uri;
  int found = 0;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    ++found;
    const ASN1_STRING* text = name->d.uniformResourceIdentifier;
    uri.assign(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
               static_cast<size_t>(ASN1_STRING_length(text)));
  }
  return found == 1 ? uri : "";
}

bool chains_to(const std::vector<CertificatePtr>& chain, const std::vector<CertificatePtr>& roots,
               Instant now) {
  const StorePtr store(X509_STORE_new());
  for (const CertificatePtr& root : roots) X509_STORE_add_cert(store.get(), root.get());
  STACK_OF(X509)* rest = sk_X509_new_null();
  for (size_t i = 1; i < chain.size(); ++i) sk_X509_push(rest, chain[i].get());
  const ContextPtr context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), chain.front().get(), rest);
  X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(context.get()),
                             static_cast<std::time_t>(unix_ms(now) / 1000));
  const bool verified = X509_verify_cert(context.get()) == 1;
  sk_X509_free(rest);
  ERR_clear_error();
  return verified;
}

std::optional<Instant> instant_of(const ASN1_TIME* time) {
  std::tm civil{};
  if (ASN1_TIME_to_tm(time, &civil) != 1) return std::nullopt;
  return from_unix_ms(static_cast<int64_t>(::timegm(&civil)) * 1000);
}

Result<Instant> end_of(X509* certificate, const std::string& path, Instant now) {
  const auto begins = instant_of(X509_get0_notBefore(certificate));
  const auto ends = instant_of(X509_get0_notAfter(certificate));
  if (!begins || !ends) {
    return fail(FaultKind::precondition, "a certificate without a beginning or an end", path);
  }
  if (now < *begins) return fail(FaultKind::precondition, "the certificate is not valid yet", path);
  if (*ends <= now) return fail(FaultKind::precondition, "the certificate has expired", path);
  return *ends;
}

}  // namespace

Result<Instant> check_certificate(const std::string& certificate, const std::string& key,
                                  const std::string& roots, const std::string& identity,
                                  Instant now) {
  const auto chain = read_chain(certificate);
  if (chain.empty()) {
    return fail(FaultKind::precondition, "a certificate in PEM is expected", certificate);
  }
  RELAIS_TRY(private_key, read_key(key));
  if (X509_check_private_key(chain.front().get(), private_key.get()) != 1) {
    return fail(FaultKind::precondition, "the key is not the certificate's", key);
  }
  RELAIS_TRY(ends, end_of(chain.front().get(), certificate, now));
  if (!identity.empty() && uri_of(chain.front().get()) != identity) {
    return fail(FaultKind::precondition, "the certificate does not name this agency's URI",
                certificate);
  }
  const auto anchors = read_chain(roots);
  if (anchors.empty()) {
    return fail(FaultKind::precondition, "root certificates in PEM are expected", roots);
  }
  if (!identity.empty() && !chains_to(chain, anchors, now)) {
    return fail(FaultKind::precondition, "the certificate does not come from these roots",
                certificate);
  }
  return ends;
}

}  // namespace relais::ops
