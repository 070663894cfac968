// SPDX-License-Identifier: Apache-2.0
#include "node/storage/proofs.h"

#include <algorithm>

#include "node/storage/tiles.h"

namespace relais::storage {
namespace {

// Tiles held at once: this many of 8 KiB.
constexpr size_t kSlice = 128;
constexpr uint64_t kMostIndex = uint64_t{1} << 62;

// Of the checkpoints that hold the entries, the one most witnesses cosigned, and of those the
// newest; where none did, the newest of all.
const Statement kCheckpoint{
    "proof_checkpoint",
    "WITH l AS (SELECT id FROM ledger WHERE origin = $1),"
    " best AS (SELECT g.size FROM cosignature g, l WHERE g.ledger = l.id AND g.size >= $2"
    "  GROUP BY g.size ORDER BY count(*) DESC, g.size DESC LIMIT 1)"
    " SELECT c.ledger, c.size, c.note || coalesce((SELECT string_agg(g.line, '' ORDER BY g.witness)"
    "  FROM cosignature g WHERE g.ledger = c.ledger AND g.size = c.size), '')"
    " FROM checkpoint c, l WHERE c.ledger = l.id AND c.size = coalesce((SELECT size FROM best),"
    "  (SELECT max(n.size) FROM checkpoint n WHERE n.ledger = l.id))"};

const Statement kWitnessed{"proof_witnessed",
                           "SELECT g.size FROM cosignature g JOIN ledger l ON l.id = g.ledger"
                           " WHERE l.origin = $1 GROUP BY g.size"
                           " ORDER BY count(*) DESC, g.size DESC"};

Result<void> prove_slice(StoredTiles& tiles, uint64_t size, std::span<const uint64_t> indexes,
                         std::vector<ledger::Proof>& proofs) {
  tiles.keep_for(indexes);
  const ledger::TiledHashes hashes(tiles, size);
  for (const uint64_t index : indexes) {
    if (index >= size) return fail(FaultKind::not_found, "the ledger has no such entry");
    RELAIS_TRY(proof, prove_inclusion(index, size, hashes));
    proofs.push_back(std::move(proof));
  }
  return {};
}

}  // namespace

Result<flow::Standing> ProofStore::prove(const std::string& origin,
                                         const std::vector<uint64_t>& indexes) {
  return snapshot(pool_, [&](Work& work) -> Result<flow::Standing> {
    const uint64_t last = indexes.empty() ? 0 : *std::max_element(indexes.begin(), indexes.end());
    const pqxx::result rows =
        run(work, kCheckpoint, text(origin), static_cast<int64_t>(std::min(last, kMostIndex)) + 1);
    if (rows.empty()) return fail(FaultKind::not_found, "no such ledger, or an empty one");
    const auto size = rows[0][1].as<uint64_t>();
    flow::Standing standing{rows[0][2].as<std::string>(), {}};
    StoredTiles tiles(work, rows[0][0].as<int32_t>());
    std::span<const uint64_t> rest = indexes;
    while (!rest.empty()) {
      const auto slice = rest.first(std::min(rest.size(), kSlice));
      RELAIS_TRY_VOID(prove_slice(tiles, size, slice, standing.proofs));
      rest = rest.subspan(slice.size());
    }
    return standing;
  });
}

Result<std::vector<uint64_t>> ProofStore::witnessed(const std::string& origin) {
  return once(pool_, [&](Work& work) -> Result<std::vector<uint64_t>> {
    std::vector<uint64_t> sizes;
    for (const auto& row : run(work, kWitnessed, text(origin))) {
      const auto size = row[0].as<uint64_t>();
      if (sizes.empty() || size > sizes.back()) sizes.push_back(size);
    }
    return sizes;
  });
}

}  // namespace relais::storage
