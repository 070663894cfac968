// SPDX-License-Identifier: Apache-2.0
#include "node/storage/witness_book.h"

#include "node/storage/transact.h"

namespace relais::storage {
namespace {

// "wtns" and a hash of the origin, as the two halves of an advisory lock's key: a log's first
// checkpoint has no row to lock.
const Statement kLock{"witness_lock",
                      "SELECT pg_advisory_xact_lock(x'77746e73'::int, hashtext($1))"};
// An old copy of this database has an old book, too: it would cosign what it has forgotten that it
// must not.
const Statement kOldCopy{"witness_old_copy",
                         "SELECT EXISTS (SELECT 1 FROM ledger_stop s WHERE NOT EXISTS"
                         " (SELECT 1 FROM ledger_seal e WHERE e.ledger = s.ledger))"};
const Statement kGet{"witness_get", "SELECT size, root, note FROM witnessed WHERE origin = $1"};
const Statement kPut{"witness_put",
                     "INSERT INTO witnessed (origin, size, root, note) VALUES ($1, $2, $3, $4)"
                     " ON CONFLICT (origin) DO UPDATE SET size = excluded.size,"
                     " root = excluded.root, note = excluded.note, at = now()"};
// A log that keeps on signing nonsense fills no disk: the first few prove enough.
const Statement kAlarm{"witness_alarm",
                       "INSERT INTO witness_alarm (origin, kind, size, root, note, held_note)"
                       " SELECT $1, $2, $3, $4, $5, $6 WHERE"
                       " (SELECT count(*) FROM witness_alarm WHERE origin = $1 AND kind = $2) < 100"
                       " ON CONFLICT DO NOTHING"};

Result<flow::Judged> read_before(Work& work, const std::string& origin) {
  flow::Judged judged;
  const pqxx::result rows = run(work, kGet, text(origin));
  if (rows.empty()) return judged;
  const auto root = digest_of(bytes_of(rows[0][1]));
  if (!root) return fail(FaultKind::corrupt, "a root has the wrong length");
  judged.before = {rows[0][0].as<uint64_t>(), *root};
  judged.held = rows[0][2].as<std::string>();
  return judged;
}

void judge(const ledger::AddCheckpoint& request, const ledger::VerifierKey& log,
           const std::optional<flow::Shown>& shown, flow::Judged& judged) {
  const auto tree = shown ? std::optional(shown->tree) : std::nullopt;
  judged.judgement = ledger::judge(request, log, judged.before, tree);
  if (!judged.judgement.by_shown) return;
  judged.before = shown->tree;
  judged.held = shown->note;
}

Result<void> keep_alarm(Work& work, const flow::Judged& judged,
                        const ledger::Checkpoint& checkpoint, const Bytes& note) {
  const Bytes root(view(checkpoint.root));
  run(work, kAlarm, text(checkpoint.origin), std::string(code_of(judged.judgement.alarm)),
      static_cast<int64_t>(checkpoint.size), bytea(root), text(note), judged.held);
  return {};
}

}  // namespace

Result<flow::Judged> WitnessBook::see(const ledger::AddCheckpoint& request,
                                      const ledger::VerifierKey& log,
                                      const std::optional<flow::Shown>& shown) {
  return transact(pool_, [&](Work& work) -> Result<flow::Judged> {
    if (run(work, kOldCopy)[0][0].as<bool>()) {
      return fail(FaultKind::unavailable, "the database is an old copy: it cosigns nothing");
    }
    run(work, kLock, text(log.name()));
    RELAIS_TRY(judged, read_before(work, log.name()));
    judge(request, log, shown, judged);
    const ledger::WitnessJudgement& judgement = judged.judgement;
    const bool alarmed = judgement.alarm != ledger::WitnessAlarm::none;
    const bool cosigned = judgement.answer == ledger::WitnessAnswer::cosign;
    if (!alarmed && !cosigned) return std::move(judged);
    RELAIS_TRY(opened, ledger::open_checkpoint(request.note, log));
    RELAIS_TRY(note, ledger::without_others(request.note, log));
    if (alarmed) {
      RELAIS_TRY_VOID(keep_alarm(work, judged, opened.checkpoint(), note));
    } else if (judgement.next.size > 0) {  // an empty log is cosigned, and nothing is held to it
      const Bytes root(view(judgement.next.root));
      run(work, kPut, log.name(), static_cast<int64_t>(judgement.next.size), bytea(root),
          text(note));
    }
    return std::move(judged);
  });
}

}  // namespace relais::storage
