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
const Statement kGet{
    "witness_get",
    "SELECT w.size, w.root, w.note, s.size, s.root, s.note,"
    " s.at < now() - interval '10 minutes' AND s.told > 8 FROM (SELECT 1) AS one"
    " LEFT JOIN witnessed w ON w.origin = $1 LEFT JOIN witness_shown s ON s.origin = $1"};
const Statement kLedTo{"witness_led_to", "SELECT size, root FROM witness_led WHERE origin = $1"};
const Statement kHold{"witness_hold",
                      "INSERT INTO witness_shown (origin, size, root, note) VALUES ($1, $2, $3, $4)"
                      " ON CONFLICT DO NOTHING"};
const Statement kTold{"witness_told", "UPDATE witness_shown SET told = told + 1 WHERE origin = $1"};
const Statement kLed{"witness_led",
                     "INSERT INTO witness_led (origin, size, root) VALUES ($1, $2, $3)"
                     " ON CONFLICT (origin, size, root) DO UPDATE SET at = clock_timestamp()"};
// Several: two replicas of a log, or whoever brings its other checkpoints, each lead somewhere.
const Statement kForget{"witness_led_forget",
                        "DELETE FROM witness_led WHERE origin = $1 AND at < (SELECT min(at) FROM"
                        " (SELECT at FROM witness_led WHERE origin = $1 ORDER BY at DESC LIMIT 16)"
                        " AS latest)"};
const Statement kLetGo{"witness_let_go", "DELETE FROM witness_shown WHERE origin = $1"};
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

// What stands against a request.
struct Known {
  flow::Judged judged;
  std::optional<flow::Shown> cosigned;
  std::optional<flow::Shown> shown;
  std::vector<ledger::Witnessed> led_to;
  bool kept = false;  // what was shown has a row
  bool late = false;  // has had it for long, and the log was told so often
};

Result<ledger::Witnessed> tree_of(const pqxx::row& row, pqxx::row::size_type at) {
  const auto root = digest_of(bytes_of(row[at + 1]));
  if (!root) return fail(FaultKind::corrupt, "a root has the wrong length");
  return ledger::Witnessed{row[at].as<uint64_t>(), *root};
}

Result<Known> read_known(Work& work, const std::string& origin,
                         const std::optional<flow::Shown>& came) {
  Known known;
  const pqxx::row row = run(work, kGet, text(origin))[0];
  if (!row[0].is_null()) {
    RELAIS_TRY(cosigned, tree_of(row, 0));
    known.cosigned = flow::Shown{cosigned, row[2].as<std::string>()};
    known.judged.before = cosigned;
    known.judged.held = known.cosigned->note;
  }
  known.kept = !row[3].is_null();
  if (!known.kept) {
    known.shown = came;
    return known;
  }
  RELAIS_TRY(base, tree_of(row, 3));
  known.shown = flow::Shown{base, row[5].as<std::string>()};
  known.late = row[6].as<bool>();
  const pqxx::result trees = run(work, kLedTo, text(origin));
  for (const auto& led : trees) {
    RELAIS_TRY(led_to, tree_of(led, 0));
    known.led_to.push_back(led_to);
  }
  return known;
}

void judge(const ledger::AddCheckpoint& request, const ledger::VerifierKey& log, Known& known) {
  flow::Judged& judged = known.judged;
  std::optional<ledger::ShownTree> shown;
  if (known.shown) shown = ledger::ShownTree{known.shown->tree, known.led_to};
  judged.judgement = ledger::judge(request, log, judged.before, shown);
  ledger::WitnessJudgement& judgement = judged.judgement;
  const bool cosigned = judgement.answer == ledger::WitnessAnswer::cosign;
  judged.taken = shown && !known.kept && (judgement.by_shown || judgement.led || cosigned);
  if (!judgement.by_shown) return;
  judged.before = known.shown->tree;
  judged.held = known.shown->note;
  if (known.late && judgement.alarm == ledger::WitnessAlarm::none) {
    judgement.alarm = ledger::WitnessAlarm::unled;
  }
}

// What is held against the log from now on.
void hold(Work& work, const std::string& origin, const Known& known,
          const ledger::Checkpoint& checkpoint) {
  const ledger::WitnessJudgement& judgement = known.judged.judgement;
  if (judgement.answer == ledger::WitnessAnswer::cosign) {
    if (known.kept) run(work, kLetGo, origin);
    return;
  }
  if (!judgement.by_shown && !judgement.led) return;
  if (!known.kept) {
    const Bytes root(view(known.shown->tree.root));
    run(work, kHold, origin, static_cast<int64_t>(known.shown->tree.size), bytea(root),
        text(known.shown->note));
  }
  if (!judgement.led) {
    run(work, kTold, origin);
    return;
  }
  const Bytes led_root(view(checkpoint.root));
  run(work, kLed, origin, static_cast<int64_t>(checkpoint.size), bytea(led_root));
  run(work, kForget, origin);
}

// With the two checkpoints that cannot both be: what is held, and what was brought. Two that were
// there before are those, whatever was brought.
void keep_alarm(Work& work, const std::string& origin, const Known& known, flow::Shown brought) {
  const ledger::WitnessJudgement& judgement = known.judged.judgement;
  const bool split = judgement.by_shown && judgement.alarm == ledger::WitnessAlarm::split_view;
  if (split && known.cosigned && known.cosigned->tree.size == known.shown->tree.size) {
    brought = *known.cosigned;
  }
  // By what was shown is another kind: a spoilt proof brought before must not be kept in its place.
  const std::string kind =
      std::string(code_of(judgement.alarm)) + (judgement.by_shown ? "_shown" : "");
  const Bytes root(view(brought.tree.root));
  run(work, kAlarm, text(origin), kind, static_cast<int64_t>(brought.tree.size), bytea(root),
      text(brought.note), known.judged.held);
}

}  // namespace

Result<flow::Judged> WitnessBook::see(const ledger::AddCheckpoint& request,
                                      const ledger::VerifierKey& log,
                                      const std::optional<flow::Shown>& came) {
  return transact(pool_, [&](Work& work) -> Result<flow::Judged> {
    if (run(work, kOldCopy)[0][0].as<bool>()) {
      return fail(FaultKind::unavailable, "the database is an old copy: it cosigns nothing");
    }
    run(work, kLock, text(log.name()));
    RELAIS_TRY(known, read_known(work, log.name(), came));
    judge(request, log, known);
    const ledger::WitnessJudgement& judgement = known.judged.judgement;
    const bool alarmed = judgement.alarm != ledger::WitnessAlarm::none;
    const bool cosigned = judgement.answer == ledger::WitnessAnswer::cosign;
    if (!alarmed && !cosigned && !judgement.by_shown && !judgement.led) {
      return std::move(known.judged);
    }
    RELAIS_TRY(opened, ledger::open_checkpoint(request.note, log));
    RELAIS_TRY(note, ledger::without_others(request.note, log));
    hold(work, log.name(), known, opened.checkpoint());
    if (alarmed) {
      const ledger::Checkpoint& brought = opened.checkpoint();
      keep_alarm(work, log.name(), known, {{brought.size, brought.root}, note});
    } else if (cosigned && judgement.next.size > 0) {  // an empty log is held to nothing
      const Bytes root(view(judgement.next.root));
      run(work, kPut, log.name(), static_cast<int64_t>(judgement.next.size), bytea(root),
          text(note));
    }
    return std::move(known.judged);
  });
}

}  // namespace relais::storage
