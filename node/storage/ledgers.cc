// SPDX-License-Identifier: Apache-2.0
#include "node/storage/ledgers.h"

#include "node/storage/append_batch.h"
#include "node/storage/appender.h"
#include "node/storage/transact.h"

namespace relais::storage {
namespace {

const Statement kLedgers{"ledgers",
                         "SELECT l.id, l.origin, coalesce((SELECT max(c.size) FROM checkpoint c"
                         "  WHERE c.ledger = l.id), 0),"
                         " EXISTS (SELECT 1 FROM ledger_seal s WHERE s.ledger = l.id)"
                         " FROM ledger l ORDER BY l.id"};
const Statement kLedger{"ledgers_one",
                        "SELECT l.id, (SELECT max(id) FROM ledger),"
                        " EXISTS (SELECT 1 FROM ledger_stop s WHERE s.ledger = l.id) FROM ledger l"
                        " WHERE l.origin = $1"};
const Statement kSeal{"ledgers_seal",
                      "INSERT INTO ledger_seal (ledger, size, note, reason)"
                      " VALUES ($1, $2, $3, $4)"
                      " ON CONFLICT DO NOTHING"};
const Statement kOrigin{"ledgers_origin",
                        "SELECT l.origin FROM entry e JOIN ledger l ON l.id = e.ledger"
                        " WHERE e.id = $1::uuid"};

}  // namespace

Result<std::vector<LedgerLine>> list_ledgers(Pool& pool) {
  return once(pool, [](Work& work) -> Result<std::vector<LedgerLine>> {
    std::vector<LedgerLine> lines;
    for (const auto& row : run(work, kLedgers)) {
      lines.push_back({row[0].as<int32_t>(), row[1].as<std::string>(), row[2].as<uint64_t>(),
                       row[3].as<bool>()});
    }
    return lines;
  });
}

Result<Sealed> seal_ledger(Pool& pool, const ledger::VerifierKey& log, const std::string& reason) {
  return transact(pool, [&](Work& work) -> Result<Sealed> {
    const pqxx::result rows = run(work, kLedger, text(log.name()));
    if (rows.empty()) return fail(FaultKind::not_found, "no such ledger", log.name());
    const auto number = rows[0][0].as<int32_t>();
    if (number == rows[0][1].as<int32_t>()) {
      return fail(FaultKind::precondition,
                  "this is the ledger in use: start the node under the next one's key first",
                  log.name());
    }
    if (rows[0][2].as<bool>() && reason.empty()) {
      return fail(FaultKind::precondition,
                  "a witness contradicted this ledger: say why it is ended", "reason");
    }
    RELAIS_TRY(head, locked_head(work, number, log));
    if (head.note.empty()) return fail(FaultKind::precondition, "an empty ledger", log.name());
    run(work, kSeal, number, static_cast<int64_t>(head.frontier.size()), head.note, text(reason));
    return Sealed{head.frontier.size(), head.note};
  });
}

Result<std::string> Appender::origin_of(const EntryId& entry) {
  return once(pool_, [&](Work& work) -> Result<std::string> {
    const pqxx::result rows = storage::run(work, kOrigin, text(entry.text()));
    if (rows.empty()) return fail(FaultKind::not_found, "no such entry");
    return rows[0][0].as<std::string>();
  });
}

}  // namespace relais::storage
