// SPDX-License-Identifier: Apache-2.0
// The keys that keep the database blind. Every person has a key of their own, kept in the database
// wrapped under a key-encryption key that is not; whatever is stored about the person is sealed
// under it, so that destroying one wrapped key erases the person. A lookup key, which no epoch
// change touches, turns an agency's reference into the value rows are found by. The epochs follow
// their files (set(), or when a key of an epoch not seen yet is met); everything else is immutable.
// Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string_view>
#include <vector>

#include "node/core/bytes.h"
#include "node/core/entropy.h"
#include "node/core/ids.h"
#include "node/core/result.h"
#include "node/ledger/crypto.h"

namespace relais::storage {

// A key-encryption key in its numbered epoch.
struct EpochKey {
  int32_t epoch = 1;
  ledger::SealKey key{};
};

struct WrappedKey {
  int32_t epoch = 0;
  Bytes sealed;
};

class Keyring {
 public:
  // `keys`: at least one; the highest epoch wraps, all unwrap. `lookup` is 32 random bytes that
  // stay the same as long as the database lives.
  Keyring(std::vector<EpochKey> keys, Digest lookup, Entropy& entropy);

  // Where the epochs' keys are read from again.
  using Source = std::function<Result<std::vector<EpochKey>>()>;
  void follow(Source source);
  // The epochs in force from now on; at least one. A destroyed one is forgotten here too.
  void set(std::vector<EpochKey> keys) const;
  Result<void> reload() const;  // from the source; nothing without one
  int32_t newest_epoch() const;
  // Whether a newer epoch than this one is there by now; reads the source again.
  bool is_past(int32_t epoch) const { return reload() && newest_epoch() > epoch; }
  std::vector<int32_t> epochs() const;  // held, ascending

  ledger::SealKey fresh_key() const;
  WrappedKey wrap(const PersonId& person, const ledger::SealKey& key) const;
  // `unavailable` when the epoch's key is not here (never read as "erased"); `corrupt` when it
  // fails.
  Result<ledger::SealKey> unwrap(const PersonId& person, const WrappedKey& wrapped) const;
  // HMAC-SHA256(lookup, "relais/lookup/v1" || 0x00 || reference).
  Digest lookup(const PersonReference& reference) const;
  // For entries that concern no person: nothing personal is ever sealed under it.
  ledger::SealKey agency_key() const;

  Bytes seal(const ledger::SealKey& key, std::string_view associated, std::string_view plain) const;
  Digest fresh_opening() const { return ledger::fresh_digest(entropy_); }

 private:
  // Shared by the copies of one keyring.
  struct Epochs {
    mutable std::shared_mutex mutex;
    std::vector<EpochKey> keys;  // ascending epoch
    Source source;
  };
  std::optional<ledger::SealKey> key_of(int32_t epoch) const;
  EpochKey newest() const;

  std::shared_ptr<Epochs> epochs_;
  Digest lookup_;
  Entropy& entropy_;
};

}  // namespace relais::storage
