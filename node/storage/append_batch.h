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

// How the transaction of a batch opens (append_known.h).
class Opening;

// What a batch comes to, before it is written.
struct Judged {
  BatchOutcome outcome;
  Pipeline writes;  // nothing in it when no draft was accepted
};

// Between the two trips of a batch's transaction. Without drafts: a batch of cover leaves alone.
// `corrupt`: the head does not verify, or two computations of one thing differ; nothing must be
// signed any more.
Result<Judged> judge_batch(Work& work, const Answers& answers, const Opening& opening,
                           const BatchContext& context, const LastHead& trusted, Pendings batch);

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

// The same of the row that an append's opening brought (append_known.h), and the checkpoint that
// this process trusted last still stands; or else it is `corrupt`.
Result<Head> opened_head(Work& work, const Row& row, int32_t ledger, const ledger::VerifierKey& log,
                         const LastHead& trusted);

}  // namespace relais::storage
