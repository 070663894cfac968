// SPDX-License-Identifier: Apache-2.0
#include "node/storage/keyring.h"

#include <algorithm>
#include <mutex>
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
    : epochs_(std::make_shared<Epochs>()), lookup_(lookup), entropy_(entropy) {
  set(std::move(keys));
}

void Keyring::follow(Source source) {
  const std::unique_lock lock(epochs_->mutex);
  epochs_->source = std::move(source);
}

void Keyring::set(std::vector<EpochKey> keys) const {
  RELAIS_CHECK(!keys.empty());
  std::sort(keys.begin(), keys.end(),
            [](const EpochKey& a, const EpochKey& b) { return a.epoch < b.epoch; });
  const std::unique_lock lock(epochs_->mutex);
  epochs_->keys = std::move(keys);
}

Result<void> Keyring::reload() const {
  Source source;
  {
    const std::shared_lock lock(epochs_->mutex);
    source = epochs_->source;
  }
  if (!source) return {};
  RELAIS_TRY(keys, source());
  if (keys.empty()) return fail(FaultKind::precondition, "no key-encryption key is there");
  set(std::move(keys));
  return {};
}

EpochKey Keyring::newest() const {
  const std::shared_lock lock(epochs_->mutex);
  return epochs_->keys.back();
}

int32_t Keyring::newest_epoch() const { return newest().epoch; }

std::vector<int32_t> Keyring::epochs() const {
  const std::shared_lock lock(epochs_->mutex);
  std::vector<int32_t> held;
  for (const EpochKey& one : epochs_->keys) held.push_back(one.epoch);
  return held;
}

std::optional<ledger::SealKey> Keyring::key_of(int32_t epoch) const {
  const std::shared_lock lock(epochs_->mutex);
  for (const EpochKey& one : epochs_->keys) {
    if (one.epoch == epoch) return one.key;
  }
  return std::nullopt;
}

ledger::SealKey Keyring::fresh_key() const { return ledger::fresh_digest(entropy_); }

WrappedKey Keyring::wrap(const PersonId& person, const ledger::SealKey& key) const {
  const EpochKey now = newest();
  return {now.epoch, ledger::seal(now.key, ledger::fresh_nonce(entropy_),
                                  associated_with(person, now.epoch), view(key))};
}

Result<ledger::SealKey> Keyring::unwrap(const PersonId& person, const WrappedKey& wrapped) const {
  auto holder = key_of(wrapped.epoch);
  // The first key met of a new epoch: its file is there, for it was made before any was wrapped.
  if (!holder && wrapped.epoch > newest_epoch()) {
    if (reload()) holder = key_of(wrapped.epoch);
  }
  if (!holder) {
    return fail(FaultKind::unavailable, "the key-encryption key of an epoch is not here",
                "epoch " + std::to_string(wrapped.epoch));
  }
  RELAIS_TRY(plain, ledger::open(*holder, associated_with(person, wrapped.epoch), wrapped.sealed));
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
