// SPDX-License-Identifier: Apache-2.0
// The one writer of the ledger in this process: a thread that takes what queued while it worked and
// appends it in ONE transaction with a signed checkpoint (group commit). Other processes on the
// same database may append too; the database's lock orders them. append() may be called from any
// thread and returns after COMMIT.
//
// What a crash leaves: before COMMIT nothing; after it, everything, and the outbox delivers later.
// An unknown outcome of COMMIT is looked up by entry id under the ledger's lock before anybody is
// answered. A head that does not verify halts it for good: a node must not sign on top of what it
// cannot derive.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "node/core/agency.h"
#include "node/flow/ports.h"
#include "node/flow/witnesses.h"
#include "node/ledger/note.h"
#include "node/storage/keyring.h"
#include "node/storage/pool.h"
#include "node/storage/wake.h"

namespace relais::storage {

// What one committed batch was, for the metrics.
struct BatchReport {
  size_t entries = 0;
  uint64_t size = 0;  // of the ledger after it
  std::chrono::nanoseconds took{0};
};

struct AppenderSettings {
  size_t max_batch = 256;
  size_t max_queue = 1024;  // more than that waiting: exhausted, at once
  // append() gives up waiting for the database after this and answers `unavailable`; the entry may
  // still come to stand, and the idempotency key finds it.
  std::chrono::milliseconds answer_within{10000};
  // Every batch is filled up with cover leaves to a multiple of this; 0 and 1: none.
  size_t cover = 0;
  // At least one batch in this time, of cover leaves alone when nothing happened; 0: only what
  // happens.
  std::chrono::milliseconds cadence{0};
  std::function<void(const BatchReport&)> observe;  // on the appender's thread, after each COMMIT
};

struct Pending;       // one draft that waits (append_batch.h)
struct BatchOutcome;  // what a batch came to
struct LastHead;      // the newest checkpoint this process verified or signed

class Appender final : public flow::Register {
 public:
  // The ledger written to is the signer's name (its origin); its row is made when it is new. All
  // references must outlive it. Faults: the database's, or `corrupt` when the ledger's head does
  // not verify.
  static Result<std::unique_ptr<Appender>> start(Pool& pool, const Keyring& keyring,
                                                 const ledger::Signer& signer,
                                                 const Directories& directories, Wake& wake,
                                                 AppenderSettings settings);
  // Appends what is queued, then ends. New drafts are refused as `unavailable`.
  ~Appender() override;

  Result<flow::AppendOutcome> append(flow::Draft draft) override;
  std::vector<Result<flow::AppendOutcome>> append_all(std::vector<flow::Draft> drafts) override;
  Result<std::optional<flow::AlreadyFiled>> filed(const AgencyId& sender,
                                                  const DisclosureId& disclosure) override;
  Result<std::string> origin_of(const EntryId& entry) override;  // ledgers.cc

  // The ledger did not verify: every append is refused as `corrupt` from then on.
  bool halted() const { return halted_.load(); }
  // The same, found elsewhere in the ledger; what is under way ends before this returns.
  void halt();
  // What the witnesses allow. Not `allowed`: every append is refused, as `unavailable` while they
  // are asked, as `precondition` once one contradicts; what is under way ends before this returns.
  void sign(flow::Signing signing);
  flow::Signing signing() const { return signing_.load(); }
  size_t queued() const;

 private:
  using Batch = std::vector<std::shared_ptr<Pending>>;
  Result<std::shared_ptr<Pending>> enter(flow::Draft draft);
  Result<flow::AppendOutcome> verdict_on(const std::shared_ptr<Pending>& pending,
                                         std::chrono::steady_clock::time_point until);
  Appender(Pool& pool, const Keyring& keyring, const ledger::Signer& signer,
           const Directories& directories, Wake& wake, AppenderSettings settings);
  Result<void> open();
  void run();
  Batch take();
  void append_all(const Batch& batch);
  void cover();
  bool closing() const;
  Result<void> may_sign() const;
  Result<BatchOutcome> commit(const Batch& batch);
  Result<bool> look_up(const std::vector<EntryId>& entries);
  void answer(const Batch& batch, BatchOutcome& outcome);
  void give(const Batch& batch, std::vector<Result<flow::AppendOutcome>> verdicts);

  Pool& pool_;
  const Keyring& keyring_;
  const ledger::Signer& signer_;
  const Directories& directories_;
  Wake& wake_;
  const AppenderSettings settings_;
  int32_t ledger_ = 0;
  std::unique_ptr<LastHead> head_;  // the thread's own, as is appended_
  std::chrono::steady_clock::time_point appended_ = std::chrono::steady_clock::now();
  std::atomic<bool> halted_{false};
  std::atomic<flow::Signing> signing_{flow::Signing::allowed};
  std::mutex signs_;  // held by whoever commits

  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::condition_variable answered_;
  std::deque<std::shared_ptr<Pending>> queue_;
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace relais::storage
