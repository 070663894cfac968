// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/checkpoint.h"
#include "node/storage/append_batch.h"

namespace relais::storage {
namespace {

const Statement kLedger{"ledger_id", "SELECT id FROM ledger WHERE origin = $1"};
const Statement kNewLedger{"ledger_new",
                           "INSERT INTO ledger (origin) VALUES ($1) ON CONFLICT DO NOTHING"};
// Migration 0011 says what each is, and why.
const Statement kLock{"ledger_lock", "SELECT lock_ledger($1)"};
const Statement kHead{"ledger_head",
                      "SELECT size, root, frontier, note, entries FROM ledger_head($1)"};
const Statement kLockedHead{"ledger_locked_head",
                            "SELECT size, root, frontier, note, entries FROM locked_head($1)"};

// Another replica may have appended meanwhile: the trusted one need not be the newest any more.
const Statement kStands{"ledger_checkpoint_stands",
                        "SELECT count(*) FROM checkpoint WHERE ledger = $1 AND size = $2"
                        " AND note = $3"};

Result<void> check_trusted(Work& work, int32_t ledger, const LastHead& trusted) {
  const bool stands = run(work, kStands, ledger, trusted.size, trusted.note)[0][0].as<int>() == 1;
  if (stands) return {};
  return fail(FaultKind::corrupt,
              "the database has lost a checkpoint that this node signed or read",
              "checkpoint " + std::to_string(trusted.size));
}

Result<void> check_note(const std::string& note, const ledger::VerifierKey& log,
                        const ledger::Frontier& frontier, const LastHead& trusted) {
  if (note == trusted.note) return {};
  auto opened = ledger::open_checkpoint(note, log);
  if (!opened) return fail(FaultKind::corrupt, "the ledger's newest checkpoint does not verify");
  const ledger::Checkpoint& said = opened->checkpoint();
  if (said.size != frontier.size() || said.root != frontier.root()) {
    return fail(FaultKind::corrupt, "the ledger's newest checkpoint is of another tree");
  }
  return {};
}

}  // namespace

Result<int32_t> open_ledger(Work& work, const std::string& origin) {
  for (int tried = 0; tried < 2; ++tried) {
    const pqxx::result rows = run(work, kLedger, text(origin));
    if (!rows.empty()) return rows[0][0].as<int32_t>();
    run(work, kNewLedger, origin);
  }
  return fail(FaultKind::internal, "the ledger's row is not there");
}

void lock_ledger(Work& work, int32_t ledger) { run(work, kLock, ledger); }

namespace {

template <class AnyRow>
Result<Head> head_of(Work& work, const AnyRow& row, int32_t ledger, const ledger::VerifierKey& log,
                     const LastHead& trusted) {
  const bool same = !row[3].is_null() && row[3].template as<std::string>() == trusted.note;
  if (!same && trusted.size > 0) RELAIS_TRY_VOID(check_trusted(work, ledger, trusted));
  const auto entries = row[4].template as<uint64_t>(0);
  if (row[0].is_null()) {
    if (entries == 0) return Head{};
    return fail(FaultKind::corrupt, "the ledger has entries and no checkpoint");
  }
  const auto size = row[0].template as<uint64_t>();
  auto frontier = ledger::Frontier::parse(bytes_of(row[2]));
  const bool derived = frontier && frontier->size() == size && size == entries &&
                       bytes_of(row[1]) == view(frontier->root());
  if (!derived) {
    return fail(FaultKind::corrupt, "the ledger's root does not derive from its right edge",
                "checkpoint " + std::to_string(size));
  }
  Head head{*std::move(frontier), row[3].template as<std::string>()};
  RELAIS_TRY_VOID(check_note(head.note, log, head.frontier, trusted));
  return head;
}

}  // namespace

Result<Head> read_head(Work& work, int32_t ledger, const ledger::VerifierKey& log) {
  return head_of(work, run(work, kHead, ledger)[0], ledger, log, LastHead{});
}

Result<Head> locked_head(Work& work, int32_t ledger, const ledger::VerifierKey& log) {
  return head_of(work, run(work, kLockedHead, ledger)[0], ledger, log, LastHead{});
}

Result<Head> opened_head(Work& work, const Row& row, int32_t ledger, const ledger::VerifierKey& log,
                         const LastHead& trusted) {
  return head_of(work, row, ledger, log, trusted);
}

}  // namespace relais::storage
