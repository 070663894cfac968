// SPDX-License-Identifier: Apache-2.0
// The ledger's tiles as the database has them. Full tiles are stored by fill_tiles(), after the
// append and never inside it; partial ones, and full ones not stored yet, are made from the entries
// when they are asked for. Inside storage; the caller's thread. A crash leaves fewer tiles stored,
// which the next fill makes.
#pragma once

#include <cstdint>
#include <map>
#include <span>

#include "node/ledger/tile.h"
#include "node/storage/transact.h"

namespace relais::storage {

// The tiles of one ledger inside one transaction. What it returns is only as true as the rows:
// whoever hands out a proof checks it against the checkpoint first.
class StoredTiles final : public ledger::TileReader {
 public:
  StoredTiles(Work& work, int32_t ledger) : work_(work), ledger_(ledger) {}

  // `corrupt` when rows are missing; `unavailable` when too much is not stored yet.
  Result<Bytes> read(const ledger::TilePath& path) const override;
  // Reads the stored level 0 tiles of these leaves at once and keeps them for read(), in the place
  // of those kept before.
  void keep_for(std::span<const uint64_t> leaves);

 private:
  Result<Bytes> full(const ledger::TilePath& path) const;
  Result<Bytes> entries(const ledger::TilePath& path) const;
  Result<Bytes> roots(const ledger::TilePath& path) const;
  std::optional<Bytes> stored(const ledger::TilePath& path) const;

  Work& work_;
  int32_t ledger_;
  mutable std::map<uint64_t, Bytes> kept_;      // full tiles of level 0
  mutable std::map<std::string, Bytes> above_;  // by path
  mutable int made_ = 0;                        // full tiles that were not stored
};

}  // namespace relais::storage
