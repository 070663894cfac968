// SPDX-License-Identifier: Apache-2.0
#include "node/ops/keys.h"

#include <optional>
#include <utility>

#include "node/ledger/crypto.h"
#include "node/ledger/encoding.h"
#include "node/ops/secret_file.h"

namespace relais::ops {
namespace {

constexpr std::string_view kSeed = "relais-ed25519-seed";
constexpr std::string_view kKek = "relais-kek";
constexpr std::string_view kLookup = "relais-lookup";
constexpr size_t kMostBytes = 1024;

Result<std::string> read_line(const std::string& path) {
  RELAIS_TRY(line, read_secret(path, kMostBytes));
  if (line.empty() || line.size() == kMostBytes) {
    return fail(FaultKind::invalid, "a key file holds one line", path);
  }
  if (line.back() == '\n') line.pop_back();
  return std::move(line);
}

// The parts between the plus signs after `kind`: `names` of them, then 32 bytes in base64.
struct KeyLine {
  std::string name;
  Digest bytes{};
};
std::optional<KeyLine> parse_line(const std::string& line, std::string_view kind, bool named) {
  if (line.rfind(std::string(kind) + "+", 0) != 0) return std::nullopt;
  std::string rest = line.substr(kind.size() + 1);
  KeyLine parsed;
  if (named) {
    const size_t plus = rest.find('+');
    if (plus == std::string::npos || plus == 0) return std::nullopt;
    parsed.name = rest.substr(0, plus);
    rest = rest.substr(plus + 1);
  }
  const auto bytes = ledger::from_base64(rest);
  const auto digest = bytes ? digest_of(*bytes) : std::nullopt;
  if (!digest) return std::nullopt;
  parsed.bytes = *digest;
  return parsed;
}

}  // namespace

Result<ledger::Ed25519Signer> read_signer(const std::string& path, ledger::SignatureType type) {
  RELAIS_TRY(line, read_line(path));
  const auto parsed = parse_line(line, kSeed, true);
  if (!parsed) {
    return fail(FaultKind::invalid, "expected: relais-ed25519-seed+<name>+<base64>", path);
  }
  RELAIS_TRY(key, ledger::PrivateKey::from_seed(view(parsed->bytes)));
  return ledger::Ed25519Signer::make(parsed->name, type, key);
}

Result<std::vector<ledger::Ed25519Signer>> read_ledger_signers(
    const std::vector<std::string>& paths) {
  std::vector<ledger::Ed25519Signer> signers;
  for (const std::string& path : paths) {
    RELAIS_TRY(signer, read_signer(path, ledger::SignatureType::ed25519));
    for (const ledger::Ed25519Signer& other : signers) {
      if (other.verifier().name() == signer.verifier().name()) {
        return fail(FaultKind::precondition, "two ledger keys of one name", path);
      }
    }
    signers.push_back(std::move(signer));
  }
  return signers;
}

Result<KeyEncryptionKey> read_key_encryption_key(const std::string& path) {
  RELAIS_TRY(line, read_line(path));
  const auto parsed = parse_line(line, kKek, true);
  const auto epoch = parsed ? ledger::from_decimal(parsed->name) : std::nullopt;
  if (!epoch || *epoch == 0 || *epoch > 1'000'000) {
    return fail(FaultKind::invalid, "expected: relais-kek+<epoch>+<base64>", path);
  }
  return KeyEncryptionKey{static_cast<int32_t>(*epoch), parsed->bytes};
}

Result<Digest> read_lookup_key(const std::string& path) {
  RELAIS_TRY(line, read_line(path));
  const auto parsed = parse_line(line, kLookup, false);
  if (!parsed) return fail(FaultKind::invalid, "expected: relais-lookup+<base64>", path);
  return parsed->bytes;
}

Result<ledger::VerifierKey> create_signer(const std::string& path, const std::string& name,
                                          ledger::SignatureType type, Entropy& entropy) {
  const Digest seed = ledger::fresh_digest(entropy);
  RELAIS_TRY(key, ledger::PrivateKey::from_seed(view(seed)));
  RELAIS_TRY(signer, ledger::Ed25519Signer::make(name, type, key));
  RELAIS_TRY_VOID(write_secret(
      path, std::string(kSeed) + "+" + name + "+" + ledger::base64(view(seed)) + "\n"));
  return signer.verifier();
}

Result<void> create_key_encryption_key(const std::string& path, int32_t epoch, Entropy& entropy) {
  const Digest key = ledger::fresh_digest(entropy);
  return write_secret(path, std::string(kKek) + "+" + std::to_string(epoch) + "+" +
                                ledger::base64(view(key)) + "\n");
}

Result<void> create_lookup_key(const std::string& path, Entropy& entropy) {
  const Digest key = ledger::fresh_digest(entropy);
  return write_secret(path, std::string(kLookup) + "+" + ledger::base64(view(key)) + "\n");
}

}  // namespace relais::ops
