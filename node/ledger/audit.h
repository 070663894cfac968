// SPDX-License-Identifier: Apache-2.0
// Derives a whole log again from nothing but its entry bundles, and compares every tile and the
// root on the way. For whoever watches a log that is not theirs. Memory is one tile a level,
// whatever the log's size. Pure over the injected reader; one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "node/core/result.h"
#include "node/ledger/checkpoint.h"
#include "node/ledger/tile.h"

namespace relais::ledger {

struct Audited {
  uint64_t entries = 0;
  uint64_t tiles = 0;  // compared
};

// Called after each bundle with the entries derived so far.
using AuditProgress = std::function<void(uint64_t entries)>;

// `corrupt` names the tile (`where`: its path), or says that the entries do not give the
// checkpoint's root; what the reader could not read is its own fault. `earlier` is a checkpoint
// seen before, which the log must still begin with. Whose the checkpoints are is the caller's to
// check.
Result<Audited> audit(const TileReader& tiles, const Checkpoint& checkpoint,
                      const std::optional<Checkpoint>& earlier, const AuditProgress& progress);

}  // namespace relais::ledger
