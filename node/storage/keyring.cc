// SPDX-License-Identifier: Apache-2.0
#include "node/storage/keyring.h"

#include <algorithm>
#include <string>
#include <utility>

#include "node/ledger/encoding.h"

namespace relais::storage {
namespace {

// The label with the 0x00 that ends it: the array's own last byte.
template <size_t N>
constexpr std::string_view ended(const char (&label)[N]) {
  return {label, N};
}

// What a wrapped key is bound to: moved to another person's row or epoch, it does not open.
Bytes associated_with(const PersonId& person, int32_t epoch) {
  Bytes bytes{ended("relais/person-key/v1")};
  ledger::put_u32(bytes, static_cast<uint32_t>(epoch));
  bytes += person.text();
  return bytes;
}

}  // namespace

Keyring::Keyring(std::vector<EpochKey> keys, Digest lookup, Entropy& entropy)
    : keys_(std::move(keys)), lookup_(lookup), entropy_(entropy) {
  RELAIS_CHECK(!keys_.empty());
  std::sort(keys_.begin(), keys_.end(),
            [](const EpochKey& a, const EpochKey& b) { return a.epoch < b.epoch; });
}

ledger::SealKey Keyring::fresh_key() const { return ledger::fresh_digest(entropy_); }

WrappedKey Keyring::wrap(const PersonId& person, const ledger::SealKey& key) const {
  const EpochKey& newest = keys_.back();
  return {newest.epoch, ledger::seal(newest.key, ledger::fresh_nonce(entropy_),
                                     associated_with(person, newest.epoch), view(key))};
}

Result<ledger::SealKey> Keyring::unwrap(const PersonId& person, const WrappedKey& wrapped) const {
  const auto holder = std::find_if(keys_.begin(), keys_.end(),
                                   [&](const EpochKey& one) { return one.epoch == wrapped.epoch; });
  if (holder == keys_.end()) {
    return fail(FaultKind::unavailable, "the key-encryption key of an epoch is not here",
                "epoch " + std::to_string(wrapped.epoch));
  }
  RELAIS_TRY(plain,
             ledger::open(holder->key, associated_with(person, wrapped.epoch), wrapped.sealed));
  const auto key = digest_of(plain);
  if (!key) return fail(FaultKind::corrupt, "a person's key has the wrong length");
  return *key;
}

Digest Keyring::lookup(const PersonReference& reference) const {
  return ledger::hmac_sha256(view(lookup_), {ended("relais/lookup/v1"), reference.text()});
}

ledger::SealKey Keyring::agency_key() const {
  return ledger::hmac_sha256(view(lookup_), {ended("relais/agency-body/v1")});
}

Bytes Keyring::seal(const ledger::SealKey& key, std::string_view associated,
                    std::string_view plain) const {
  return ledger::seal(key, ledger::fresh_nonce(entropy_), associated, plain);
}

}  // namespace relais::storage
