// SPDX-License-Identifier: Apache-2.0
#include "node/storage/proofs.h"

#include <algorithm>

#include "node/storage/tiles.h"

namespace relais::storage {
namespace {

// Tiles held at once: this many of 8 KiB.
constexpr size_t kSlice = 128;

const Statement kNewest{"proof_newest",
                        "SELECT c.ledger, c.size, c.note FROM checkpoint c"
                        " WHERE c.ledger = (SELECT id FROM ledger WHERE origin = $1)"
                        " ORDER BY c.size DESC LIMIT 1"};

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
    const pqxx::result rows = run(work, kNewest, text(origin));
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

}  // namespace relais::storage
