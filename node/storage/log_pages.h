// SPDX-License-Identifier: Apache-2.0
// What a stranger may read of a ledger: its newest checkpoint, its tiles and its entry bundles,
// which hold commitments and nothing about anybody. Read from committed rows over connections of
// its own, never under the append's locks; full tiles are kept in memory, a bounded number of them.
// Thread-safe. A crash leaves nothing.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <string>

#include "node/ledger/tile.h"
#include "node/storage/pool.h"

namespace relais::storage {

class LogPages {
 public:
  explicit LogPages(Pool& pool) : pool_(pool) {}

  // The signed note. `not_found`: no such ledger, or nothing in it yet.
  Result<Bytes> checkpoint(const std::string& origin);
  // `not_found` when the ledger is not that long.
  Result<Bytes> tile(const std::string& origin, const ledger::TilePath& path);

 private:
  std::optional<Bytes> kept(const std::string& key);
  void keep(const std::string& key, const Bytes& bytes);

  Pool& pool_;
  std::mutex mutex_;
  std::map<std::string, Bytes> kept_;  // full tiles and bundles: they never change
  std::deque<std::string> order_;      // of keeping; the oldest goes first
};

}  // namespace relais::storage
