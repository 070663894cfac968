// SPDX-License-Identifier: Apache-2.0
#include "node/storage/own_log.h"

#include "node/storage/append_batch.h"
#include "node/storage/tiles.h"

namespace relais::storage {
namespace {

const Statement kLedger{"own_ledger", "SELECT id FROM ledger WHERE origin = $1"};
const Statement kNewest{"own_newest",
                        "SELECT size, note FROM checkpoint"
                        " WHERE ledger = (SELECT id FROM ledger WHERE origin = $1)"
                        " ORDER BY size DESC LIMIT 1"};
const Statement kSigned{"own_signed",
                        "SELECT root FROM checkpoint WHERE ledger = $1 AND size = $2"};
const Statement kCosigned{"own_cosigned",
                          "SELECT coalesce(max(size), 0) FROM cosignature"
                          " WHERE ledger = (SELECT id FROM ledger WHERE origin = $1)"
                          " AND witness = $2"};
const Statement kKeep{"own_keep",
                      "INSERT INTO cosignature (ledger, size, witness, line)"
                      " SELECT id, $2, $3, $4 FROM ledger WHERE origin = $1"
                      " ON CONFLICT (ledger, size, witness) DO NOTHING"};
const Statement kPrune{"own_prune",
                       "WITH mine AS (SELECT id FROM ledger WHERE origin = $1),"
                       " newest AS (SELECT DISTINCT size FROM cosignature, mine"
                       "  WHERE ledger = mine.id ORDER BY size DESC LIMIT 64),"
                       " best AS (SELECT size FROM cosignature, mine WHERE ledger = mine.id"
                       "  GROUP BY size ORDER BY count(*) DESC, size DESC LIMIT 1)"
                       " DELETE FROM cosignature c USING mine WHERE c.ledger = mine.id"
                       " AND c.size < (SELECT min(size) FROM newest)"
                       " AND c.size <> (SELECT size FROM best)"};
const Statement kStop{"own_stop",
                      "INSERT INTO ledger_stop (ledger, kind, witness, size, note)"
                      " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"};
const Statement kStopped{"own_stopped",
                         "SELECT EXISTS (SELECT 1 FROM ledger_stop"
                         " WHERE ledger = (SELECT id FROM ledger WHERE origin = $1))"};

Result<int32_t> number_of(Work& work, const std::string& origin) {
  const pqxx::result rows = run(work, kLedger, text(origin));
  if (rows.empty()) return fail(FaultKind::not_found, "no such ledger", origin);
  return rows[0][0].as<int32_t>();
}

}  // namespace

Result<flow::LogHead> OwnLog::newest(const std::string& origin) {
  return once(pool_, [&](Work& work) -> Result<flow::LogHead> {
    const pqxx::result rows = run(work, kNewest, text(origin));
    if (rows.empty()) return flow::LogHead{};
    return flow::LogHead{rows[0][0].as<uint64_t>(), rows[0][1].as<std::string>()};
  });
}

Result<ledger::Proof> OwnLog::consistency(const std::string& origin, uint64_t from, uint64_t to) {
  return snapshot(pool_, [&](Work& work) -> Result<ledger::Proof> {
    RELAIS_TRY(ledger, number_of(work, origin));
    const StoredTiles tiles(work, ledger);
    return ledger::prove_consistency(from, to, ledger::TiledHashes(tiles, to));
  });
}

Result<Digest> OwnLog::root_at(const std::string& origin, uint64_t size) {
  return snapshot(pool_, [&](Work& work) -> Result<Digest> {
    RELAIS_TRY(ledger, number_of(work, origin));
    const StoredTiles tiles(work, ledger);
    RELAIS_TRY(root, ledger::root_at(size, ledger::TiledHashes(tiles, size)));
    const pqxx::result rows = run(work, kSigned, ledger, static_cast<int64_t>(size));
    if (rows.empty() || bytes_of(rows[0][0]) == view(root)) return Digest(root);
    return fail(FaultKind::corrupt, "the ledger's leaves do not derive what was signed of them",
                "checkpoint " + std::to_string(size));
  });
}

Result<uint64_t> OwnLog::cosigned(const std::string& origin, const std::string& witness) {
  return once(pool_, [&](Work& work) -> Result<uint64_t> {
    return run(work, kCosigned, text(origin), text(witness))[0][0].as<uint64_t>();
  });
}

Result<void> OwnLog::keep(const flow::Cosigned& cosigned) {
  return transact(pool_, [&](Work& work) -> Result<void> {
    run(work, kKeep, text(cosigned.origin), static_cast<int64_t>(cosigned.size),
        text(cosigned.witness), text(cosigned.line));
    run(work, kPrune, cosigned.origin);
    return {};
  });
}

Result<void> OwnLog::stop(const flow::Contradiction& contradiction) {
  return transact(pool_, [&](Work& work) -> Result<void> {
    RELAIS_TRY(ledger, number_of(work, contradiction.origin));
    lock_ledger(work, ledger);
    run(work, kStop, ledger, text(contradiction.kind), text(contradiction.witness),
        static_cast<int64_t>(contradiction.size), text(contradiction.note));
    return {};
  });
}

Result<bool> OwnLog::stopped(const std::string& origin) {
  return once(pool_, [&](Work& work) -> Result<bool> {
    return run(work, kStopped, text(origin))[0][0].as<bool>();
  });
}

}  // namespace relais::storage
