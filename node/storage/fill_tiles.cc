// SPDX-License-Identifier: Apache-2.0
#include "node/storage/fill_tiles.h"

#include <algorithm>

#include "node/storage/derive.h"
#include "node/storage/tiles.h"

namespace relais::storage {
namespace {

using ledger::kTileWidth;
using ledger::TilePath;

constexpr uint64_t kMostTiles = 64;

// Ledgers with full tiles that are not stored: how many are, and how many could be.
const Statement kBehind{
    "fill_behind",
    "SELECT l.id, stored.count, c.size / 256 FROM ledger l"
    " CROSS JOIN LATERAL (SELECT coalesce(max(t.index) + 1, 0) AS count FROM tile t"
    "  WHERE t.ledger = l.id AND t.level = 0) AS stored"
    " CROSS JOIN LATERAL (SELECT coalesce(max(c.size), 0) AS size FROM checkpoint c"
    "  WHERE c.ledger = l.id) AS c"
    " WHERE stored.count < c.size / 256 ORDER BY l.id LIMIT 1"};
// Another replica may have been first; what it wrote is the same.
const Statement kStore{"fill_store",
                       "INSERT INTO tile (ledger, level, index, root, hashes)"
                       " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"};

// The tiles to store now, as leaves [begin, end), both multiples of a tile's width.
struct Stretch {
  int32_t ledger = 0;
  uint64_t begin = 0;
  uint64_t end = 0;
};

std::optional<Stretch> next_stretch(Work& work) {
  const pqxx::result rows = run(work, kBehind);
  if (rows.empty()) return std::nullopt;
  const auto stored = rows[0][1].as<uint64_t>();
  const uint64_t full = std::min(rows[0][2].as<uint64_t>(), stored + kMostTiles);
  return Stretch{rows[0][0].as<int32_t>(), stored * kTileWidth, full * kTileWidth};
}

// The leaf hashes of the stretch, from entries that lead from the checkpoint before it to the root
// of the checkpoint after it.
Result<std::vector<Digest>> proven_leaves(Work& work, const Stretch& stretch) {
  RELAIS_TRY(frontier, frontier_until(work, stretch.ledger, stretch.begin));
  const auto after = signed_root_from(work, stretch.ledger, stretch.end);
  if (!after || after->size < stretch.end) {
    return fail(FaultKind::corrupt, "a checkpoint of the ledger is missing");
  }
  std::vector<Digest> leaves;
  RELAIS_TRY_VOID(derive(work, stretch.ledger, *after, frontier,
                         [&](const Digest& leaf, uint64_t size) -> Result<void> {
                           if (size > stretch.begin && size <= stretch.end) leaves.push_back(leaf);
                           return {};
                         }));
  RELAIS_CHECK(leaves.size() == stretch.end - stretch.begin);
  return leaves;
}

void store(Work& work, int32_t ledger, const TilePath& path, const Bytes& hashes) {
  const Digest root = ledger::tile_root(ledger::parse_tile(hashes).value());
  run(work, kStore, ledger, static_cast<int>(*path.level), path.index, bytea(Bytes(view(root))),
      bytea(hashes));
}

}  // namespace

Result<uint64_t> fill_tiles(Pool& pool) {
  return transact(pool, [](Work& work) -> Result<uint64_t> {
    const auto stretch = next_stretch(work);
    if (!stretch) return uint64_t{0};
    RELAIS_TRY(leaves, proven_leaves(work, *stretch));
    const StoredTiles tiles(work, stretch->ledger);
    for (const TilePath& path : ledger::tiles_filled(stretch->begin, stretch->end)) {
      if (*path.level == 0) {
        const uint64_t at = path.index * kTileWidth - stretch->begin;
        const auto hashes = std::span(leaves).subspan(at, kTileWidth);
        store(work, stretch->ledger, path, ledger::encode_tile(hashes));
      } else {
        RELAIS_TRY(hashes, tiles.read(path));
        store(work, stretch->ledger, path, hashes);
      }
    }
    return (stretch->end - stretch->begin) / kTileWidth;
  });
}

}  // namespace relais::storage
