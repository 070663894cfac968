// SPDX-License-Identifier: Apache-2.0
#include "node/storage/rederive.h"

#include <map>
#include <optional>

#include "node/ledger/tile.h"
#include "node/storage/transact.h"

namespace relais::storage {
namespace {

using ledger::kTileWidth;

constexpr uint64_t kSlice = 16384;  // leaves; a batch more at most

const Statement kLedger{"rederive_ledger", "SELECT id FROM ledger WHERE origin = $1"};
// The first checkpoint that far, or else the newest: where a slice ends.
const Statement kEnd{"rederive_end",
                     "(SELECT size, root FROM checkpoint WHERE ledger = $1 AND size >= $2"
                     " ORDER BY size LIMIT 1) UNION ALL"
                     " (SELECT size, root FROM checkpoint WHERE ledger = $1"
                     " ORDER BY size DESC LIMIT 1) LIMIT 1"};
// The last checkpoint that has at least a tile's width of leaves after it.
const Statement kStart{"rederive_start",
                       "SELECT frontier FROM checkpoint c WHERE ledger = $1 AND size <="
                       " (SELECT max(size) - 256 FROM checkpoint m WHERE m.ledger = $1)"
                       " ORDER BY size DESC LIMIT 1"};
const Statement kLeaves{"rederive_leaves",
                        "SELECT index, commitment FROM entry WHERE ledger = $1 AND index >= $2"
                        " AND index < $3 ORDER BY index"};
const Statement kTile{"rederive_tile",
                      "SELECT root, hashes FROM tile WHERE ledger = $1 AND level = $2"
                      " AND index = $3"};

struct End {
  uint64_t size = 0;
  Bytes root;
};

std::optional<int32_t> ledger_of(Work& work, const std::string& origin) {
  const pqxx::result rows = run(work, kLedger, text(origin));
  return rows.empty() ? std::nullopt : std::optional(rows[0][0].as<int32_t>());
}

std::optional<End> end_after(Work& work, int32_t ledger, uint64_t from) {
  const pqxx::result rows = run(work, kEnd, ledger, from + kSlice);
  if (rows.empty()) return std::nullopt;
  return End{rows[0][0].as<uint64_t>(), bytes_of(rows[0][1])};
}

std::string place(const char* what, uint64_t number) {
  return what + std::string(" ") + std::to_string(number);
}

// Every leaf of [frontier.size(), end) through `visit`, then the root.
template <class Visit>
Result<void> grow(Work& work, int32_t ledger, const End& end, ledger::Frontier& frontier,
                  Visit visit) {
  if (end.size < frontier.size()) {
    return fail(FaultKind::corrupt, "the ledger is shorter than it was",
                place("checkpoint", end.size));
  }
  const uint64_t from = frontier.size();
  for (const auto& row : run(work, kLeaves, ledger, from, end.size)) {
    if (row[0].as<uint64_t>() != frontier.size()) break;
    const Digest leaf = ledger::leaf_hash("\x01" + bytes_of(row[1]));
    frontier.append(leaf);
    RELAIS_TRY_VOID(visit(leaf, frontier.size()));
  }
  if (frontier.size() != end.size) {
    return fail(FaultKind::corrupt, "an entry is missing", place("index", frontier.size()));
  }
  if (view(frontier.root()) != end.root) {
    return fail(FaultKind::corrupt, "the entries up to a checkpoint do not give its root",
                place("checkpoint", end.size));
  }
  return {};
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
    if (!ledger) return {};
    ledger::Frontier frontier;
    const pqxx::result start = run(work, kStart, *ledger);
    if (!start.empty()) {
      RELAIS_TRY(stored, ledger::Frontier::parse(bytes_of(start[0][0])));
      frontier = std::move(stored);
    }
    const auto end = end_after(work, *ledger, uint64_t{1} << 62);
    if (!end) return {};
    return grow(work, *ledger, *end, frontier,
                [](const Digest&, uint64_t) -> Result<void> { return {}; });
  });
}

Result<bool> Rederiver::slice() {
  Round reached;
  RELAIS_TRY(whole, snapshot(pool_, [&](Work& work) -> Result<bool> {
               reached = round_;
               const auto ledger = ledger_of(work, origin_);
               if (!ledger) return true;
               const auto end = end_after(work, *ledger, reached.frontier.size());
               if (!end) return true;
               RELAIS_TRY_VOID(grow(work, *ledger, *end, reached.frontier,
                                    [&](const Digest& leaf, uint64_t size) {
                                      return add_leaf(work, *ledger, reached.open, leaf, size);
                                    }));
               return end->size < round_.frontier.size() + kSlice;
             }));
  round_ = whole ? Round{} : std::move(reached);
  return whole;
}

}  // namespace relais::storage
