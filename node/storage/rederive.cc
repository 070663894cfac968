// SPDX-License-Identifier: Apache-2.0
#include "node/storage/rederive.h"

#include <optional>

#include "node/ledger/tile.h"
#include "node/storage/derive.h"
#include "node/storage/transact.h"

namespace relais::storage {
namespace {

using ledger::kTileWidth;

constexpr uint64_t kSlice = 16384;                // leaves; a batch more at most
constexpr uint64_t kLargest = uint64_t{1} << 62;  // no ledger is

const Statement kLedger{"rederive_ledger", "SELECT id FROM ledger WHERE origin = $1"};
const Statement kTile{"rederive_tile",
                      "SELECT root, hashes FROM tile WHERE ledger = $1 AND level = $2"
                      " AND index = $3"};

std::optional<int32_t> ledger_of(Work& work, const std::string& origin) {
  const pqxx::result rows = run(work, kLedger, text(origin));
  return rows.empty() ? std::nullopt : std::optional(rows[0][0].as<int32_t>());
}

// A tile that just became full, against the stored one; what is not stored yet is made of the
// entries later.
Result<void> meet_tile(Work& work, int32_t ledger, size_t level, uint64_t index,
                       const std::vector<Digest>& hashes) {
  const pqxx::result rows = run(work, kTile, ledger, static_cast<int>(level), index);
  if (rows.empty()) return {};
  const bool same = bytes_of(rows[0][1]) == ledger::encode_tile(hashes) &&
                    bytes_of(rows[0][0]) == view(ledger::tile_root(hashes));
  if (same) return {};
  return fail(FaultKind::corrupt, "a stored tile is not what it was made of",
              ledger::print_tile_path({static_cast<uint8_t>(level), index, uint16_t{kTileWidth}}));
}

// Adds a leaf to the tiles that are not full yet; `size` is the tree's with it.
Result<void> add_leaf(Work& work, int32_t ledger, std::vector<std::vector<Digest>>& open,
                      const Digest& leaf, uint64_t size) {
  Digest hash = leaf;
  uint64_t width = kTileWidth;  // leaves under a full tile of the level
  for (size_t level = 0;; ++level, width *= kTileWidth) {
    if (level == open.size()) open.emplace_back();
    open[level].push_back(hash);
    if (open[level].size() < kTileWidth) return {};
    RELAIS_TRY_VOID(meet_tile(work, ledger, level, size / width - 1, open[level]));
    hash = ledger::tile_root(open[level]);
    open[level].clear();
  }
}

}  // namespace

Result<void> Rederiver::newest() {
  return snapshot(pool_, [&](Work& work) -> Result<void> {
    const auto ledger = ledger_of(work, origin_);
    const auto end = ledger ? signed_root_from(work, *ledger, kLargest) : std::nullopt;
    if (!end) return {};
    const uint64_t before = end->size < kTileWidth ? 0 : end->size - kTileWidth;
    RELAIS_TRY(frontier, frontier_until(work, *ledger, before));
    return derive(work, *ledger, *end, frontier,
                  [](const Digest&, uint64_t) -> Result<void> { return {}; });
  });
}

Result<bool> Rederiver::slice() {
  Round reached;
  RELAIS_TRY(whole, snapshot(pool_, [&](Work& work) -> Result<bool> {
               reached = round_;
               const uint64_t wanted = reached.frontier.size() + kSlice;
               const auto ledger = ledger_of(work, origin_);
               const auto end = ledger ? signed_root_from(work, *ledger, wanted) : std::nullopt;
               if (!end) return true;
               RELAIS_TRY_VOID(derive(work, *ledger, *end, reached.frontier,
                                      [&](const Digest& leaf, uint64_t size) {
                                        return add_leaf(work, *ledger, reached.open, leaf, size);
                                      }));
               return end->size < wanted;
             }));
  round_ = whole ? Round{} : std::move(reached);
  return whole;
}

}  // namespace relais::storage
