// SPDX-License-Identifier: Apache-2.0
// Turning a key epoch: every living key wrapped again under the newest epoch's key, so that the
// older ones can be destroyed and no backup opens what was erased meanwhile. And the way back: a
// restored database, whose keys are wrapped under destroyed epochs, is given the living keys of the
// newest key file. Run by the steward beside running nodes; every step may be repeated.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/core/result.h"
#include "node/core/time.h"
#include "node/storage/keyring.h"
#include "node/storage/pool.h"

namespace relais::storage {

// Wraps every key of an older epoch again, some at a time; how many. The first key that does not
// open ends it: an epoch must then not be destroyed.
Result<uint64_t> rewrap(Pool& pool, const Keyring& keyring);
// From here on nobody can store a key of an older epoch. Waits for who is just doing so.
Result<void> end_older_epochs(Pool& pool, int32_t newest);

// The living, wrapped under the newest epoch, and the ids of rows that are no more.
struct LivingKeys {
  int32_t epoch = 0;
  struct One {
    std::string person;  // row id
    Bytes sealed;
  };
  std::vector<One> living;
  std::vector<std::string> erased;
};
// Every key is opened once more on the way: `corrupt` or `unavailable` when one does not.
Result<LivingKeys> read_living(Pool& pool, const Keyring& keyring);
// The key file's text, and back; `invalid` when a byte of it is missing or other.
std::string print_living(const LivingKeys& keys);
Result<LivingKeys> parse_living(const std::string& text);

// The older epochs are destroyed: erasures of keys wrapped under them are complete everywhere.
Result<uint64_t> complete_erasures(Pool& pool, int32_t newest, Instant now);

struct Restored {
  uint64_t living = 0;   // given their key of the newest epoch
  uint64_t erased = 0;   // erased again
  uint64_t unknown = 0;  // in no file: they stay unreadable, and are never taken for erased
};
Result<Restored> restore_keys(Pool& pool, const Keyring& keyring, const LivingKeys& keys);

}  // namespace relais::storage
