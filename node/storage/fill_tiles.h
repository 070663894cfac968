// SPDX-License-Identifier: Apache-2.0
// Stores the ledger's tiles as they become full: outside the append, under none of its locks, and
// only when the entries lead from one checkpoint to the next. Any thread, several replicas; a crash
// leaves fewer tiles, which the next call stores.
#pragma once

#include <cstdint>

#include "node/core/result.h"
#include "node/storage/pool.h"

namespace relais::storage {

// Stores up to 64 more tiles of level 0, and those above that become full, of the first ledger that
// lacks some. Returns how many of level 0; 0: all are there. `corrupt` when the entries do not give
// the root of the checkpoint after them: nothing is stored then.
Result<uint64_t> fill_tiles(Pool& pool);

}  // namespace relais::storage
