// SPDX-License-Identifier: Apache-2.0
// Derives the ledger that is being written to again, a slice at a time and round after round, while
// appends go on: every leaf, and every stored tile, against the roots that were signed. An append
// reads only the right edge of the tree; a leaf or tile that rotted elsewhere is found here, so
// that the node stops before it signs on (verify() is the same for a steward, over everything). It
// changes nothing in the database. One thread; memory is a tile a level.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/core/result.h"
#include "node/ledger/tree.h"
#include "node/storage/pool.h"

namespace relais::storage {

class Rederiver {
 public:
  // The ledger with this origin; it need not be there yet.
  Rederiver(Pool& pool, std::string origin) : pool_(pool), origin_(std::move(origin)) {}

  // The newest leaves (a tile's width of them at least), from the checkpoint before them.
  // `corrupt`: with the place.
  Result<void> newest();
  // The next slice of the round; true when it reached the newest checkpoint, and the next round
  // begins. `corrupt`: with the place; else nothing was taken in, and it may be called again.
  Result<bool> slice();

 private:
  // How far the round is: the tree over [0, size) and, level by level, the hashes of the tile that
  // is not full yet.
  struct Round {
    ledger::Frontier frontier;
    std::vector<std::vector<Digest>> open;
  };

  Pool& pool_;
  const std::string origin_;
  Round round_;
};

}  // namespace relais::storage
