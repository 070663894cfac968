// SPDX-License-Identifier: Apache-2.0
// What the appender does inside its one transaction: lock the ledger, derive its head again, judge
// each draft, and write the accepted ones with a signed checkpoint. Nothing of it may leave the
// process before COMMIT. Inside storage; the appender's thread only.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "node/core/agency.h"
#include "node/flow/ports.h"
#include "node/ledger/note.h"
#include "node/ledger/tree.h"
#include "node/storage/keyring.h"
#include "node/storage/transact.h"

namespace relais::storage {

using Verdict = Result<flow::AppendOutcome>;

// One draft that waits for its verdict.
struct Pending {
  flow::Draft draft;
  Bytes shared_bytes;                // encoded on the caller's thread
  std::vector<std::string> touches;  // rows it writes that no other draft of its batch may
  // Guarded by the appender's mutex.
  bool taken = false;  // by the appender
  std::optional<Verdict> verdict;
};
using Pendings = std::span<const std::shared_ptr<Pending>>;

// The newest checkpoint this process verified or signed, so that the same signature is not verified
// for every batch; and so that a database that lost it meanwhile (a standby took over without the
// last commits) is not signed on.
struct LastHead {
  uint64_t size = 0;
  std::string note;
};

struct BatchContext {
  const Keyring& keyring;
  const ledger::Signer& signer;
  const Directories& directories;
  int32_t ledger = 0;
  size_t cover = 0;  // the batch is filled up to a multiple of it
};

struct BatchOutcome {
  std::vector<Verdict> verdicts;  // one a pending, in their order; true only once committed
  std::vector<EntryId> entries;   // written, cover leaves too
  size_t leaves = 0;              // as many
  uint64_t size = 0;              // of the ledger after it
  std::string note;               // the newest checkpoint; empty while the ledger is
};

// Without drafts: a batch of cover leaves alone. `corrupt`: the head does not verify; nothing must
// be signed any more. `precondition`, `not_found`, and what SQL refuses: one of the drafts cannot
// be written, so none was.
Result<BatchOutcome> append_batch(Work& work, const BatchContext& context, const LastHead& trusted,
                                  Pendings batch);

// From six neighbouring columns: envelope_digest, status, reason, entry, commitment, time_ms.
flow::AlreadyFiled filed_of(const pqxx::row& row, pqxx::row::size_type at);

// The ledger's row, made when it is new.
Result<int32_t> open_ledger(Work& work, const std::string& origin);
// Takes the ledger's lock until the transaction's end.
void lock_ledger(Work& work, int32_t ledger);

struct Head {
  ledger::Frontier frontier;
  std::string note;  // empty: no checkpoint yet
};
// Reads the head and derives its root again: the frontier gives the stored root, the signed note
// says the same of the same size, and no entry stands beyond it. Else `corrupt`.
Result<Head> read_head(Work& work, int32_t ledger, const ledger::VerifierKey& log);
// The same after the ledger's lock was taken.
Result<Head> locked_head(Work& work, int32_t ledger, const ledger::VerifierKey& log);

// How an append begins: the lock, the head, and the persons' rows, which stay locked. The
// checkpoint this process trusted last still stands, or else it is `corrupt`.
struct Opening {
  Head head;
  pqxx::result rows;  // the persons' are those after the first, from column kPersonColumn on
};
inline constexpr pqxx::row::size_type kPersonColumn = 5;
// `persons`: an array of ids (sql_array.h).
Result<Opening> open_append(Work& work, int32_t ledger, const ledger::VerifierKey& log,
                            const LastHead& trusted, const std::string& persons);

}  // namespace relais::storage
