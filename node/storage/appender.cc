// SPDX-License-Identifier: Apache-2.0
#include "node/storage/appender.h"

#include <algorithm>
#include <set>
#include <utility>

#include "node/core/step.h"
#include "node/storage/append_batch.h"
#include "node/storage/append_known.h"
#include "node/storage/draft_check.h"
#include "node/storage/sql_array.h"
#include "node/storage/transact.h"

namespace relais::storage {
namespace {

// A message that is written to the WAL makes this look-up's own COMMIT wait for the standby like
// any other: what it saw is then durable too, even if the COMMIT in doubt had stopped waiting.
const Statement kDurable{"append_durable", "SELECT pg_logical_emit_message(true, 'relais', '')"};
const Statement kStanding{"append_standing",
                          "SELECT count(*) FROM entry WHERE id = ANY ($1::uuid[])"};
const Statement kFiled{"filed_get",
                       "SELECT envelope_digest, status, reason, entry, commitment, time_ms"
                       " FROM filed WHERE sender = $1 AND disclosure = $2::uuid"};

constexpr int kCommits = 3;
constexpr std::chrono::milliseconds kBetweenLooks{100};

// One of the drafts is at fault, not the database: the others can go on without it.
bool of_one_draft(FaultKind kind) {
  return kind == FaultKind::invalid || kind == FaultKind::not_found ||
         kind == FaultKind::already_exists || kind == FaultKind::precondition ||
         kind == FaultKind::internal;
}

// Adds the rows to those of the batch, unless one of them is there already.
bool join(std::set<std::string>& touched, const std::vector<std::string>& rows) {
  const auto met = [&](const std::string& row) { return touched.contains(row); };
  if (std::any_of(rows.begin(), rows.end(), met)) return false;
  touched.insert(rows.begin(), rows.end());
  return true;
}

}  // namespace

Appender::Appender(Pool& pool, const Keyring& keyring, const ledger::Signer& signer,
                   const Directories& directories, Wake& wake, AppenderSettings settings)
    : pool_(pool),
      keyring_(keyring),
      signer_(signer),
      directories_(directories),
      wake_(wake),
      settings_(std::move(settings)),
      head_(std::make_unique<LastHead>()) {}

Result<std::unique_ptr<Appender>> Appender::start(Pool& pool, const Keyring& keyring,
                                                  const ledger::Signer& signer,
                                                  const Directories& directories, Wake& wake,
                                                  AppenderSettings settings) {
  std::unique_ptr<Appender> appender(
      new Appender(pool, keyring, signer, directories, wake, std::move(settings)));
  RELAIS_TRY_VOID(appender->open());
  appender->thread_ = std::thread([raw = appender.get()] { raw->run(); });
  return appender;
}

Appender::~Appender() {
  {
    const std::scoped_lock lock(mutex_);
    closing_ = true;
  }
  arrived_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Result<void> Appender::open() {
  return transact(pool_, [&](Work& work) -> Result<void> {
    RELAIS_TRY(ledger, open_ledger(work, signer_.verifier().name()));
    RELAIS_TRY(head, read_head(work, ledger, signer_.verifier()));
    ledger_ = ledger;
    *head_ = LastHead{head.frontier.size(), head.note};
    return {};
  });
}

Result<flow::AppendOutcome> Appender::append(flow::Draft draft) {
  std::vector<flow::Draft> one;
  one.push_back(std::move(draft));
  return std::move(append_all(std::move(one)).front());
}

// All are queued before the first is waited for, so that they can stand in one batch.
std::vector<Result<flow::AppendOutcome>> Appender::append_all(std::vector<flow::Draft> drafts) {
  std::vector<Result<std::shared_ptr<Pending>>> entered;
  for (flow::Draft& draft : drafts) entered.push_back(enter(std::move(draft)));
  arrived_.notify_one();
  const auto until = std::chrono::steady_clock::now() + settings_.answer_within;
  std::vector<Result<flow::AppendOutcome>> outcomes;
  for (const auto& pending : entered) {
    outcomes.push_back(pending ? verdict_on(*pending, until) : tl::unexpected(pending.error()));
  }
  return outcomes;
}

Result<std::shared_ptr<Pending>> Appender::enter(flow::Draft draft) {
  RELAIS_TRY_VOID(check_draft(draft, signer_.verifier().name()));
  RELAIS_TRY(shared_bytes, ledger::encode(draft.shared));
  auto pending = std::make_shared<Pending>();
  pending->touches = rows_touched(draft);
  pending->draft = std::move(draft);
  pending->shared_bytes = std::move(shared_bytes);
  const std::scoped_lock lock(mutex_);
  RELAIS_TRY_VOID(may_sign());
  if (closing_) return fail(FaultKind::unavailable, "the node is stopping");
  if (queue_.size() >= settings_.max_queue) {
    return fail(FaultKind::exhausted, "too many entries wait for the ledger");
  }
  queue_.push_back(pending);
  return pending;
}

// All of a batch wake at once: one by one, each would take the processor from the appender.
Result<flow::AppendOutcome> Appender::verdict_on(const std::shared_ptr<Pending>& pending,
                                                 std::chrono::steady_clock::time_point until) {
  std::unique_lock lock(mutex_);
  if (answered_.wait_until(lock, until, [&] { return pending->verdict.has_value(); })) {
    return *std::move(pending->verdict);
  }
  if (pending->taken) return fail(FaultKind::unavailable, "the ledger did not answer in time");
  std::erase(queue_, pending);
  return fail(FaultKind::unavailable, "the ledger was not reached in time");
}

Result<std::optional<flow::AlreadyFiled>> Appender::filed(const AgencyId& sender,
                                                          const DisclosureId& disclosure) {
  return once(pool_, [&](Work& work) -> Result<std::optional<flow::AlreadyFiled>> {
    const pqxx::result rows =
        storage::run(work, kFiled, text(sender.text()), text(disclosure.text()));
    if (rows.empty()) return std::nullopt;
    return filed_of(rows[0], 0);
  });
}

size_t Appender::queued() const {
  const std::scoped_lock lock(mutex_);
  return queue_.size();
}

void Appender::run() {
  for (Batch batch = take(); !batch.empty() || !closing(); batch = take()) {
    batch.empty() ? cover() : append_all(batch);
  }
}

bool Appender::closing() const {
  const std::scoped_lock lock(mutex_);
  return closing_;
}

// What waits, up to the bound; nothing when the beat goes by or the end has come; who shares a row
// with one before it waits for the next batch.
Appender::Batch Appender::take() {
  std::unique_lock lock(mutex_);
  const auto something = [&] { return closing_ || !queue_.empty(); };
  if (settings_.cadence.count() == 0) {
    arrived_.wait(lock, something);
  } else {
    arrived_.wait_until(lock, appended_ + settings_.cadence, something);
    appended_ = std::chrono::steady_clock::now();
  }
  Batch batch;
  std::set<std::string> touched;
  std::deque<std::shared_ptr<Pending>> rest;
  for (auto& pending : queue_) {
    if (batch.size() < settings_.max_batch && join(touched, pending->touches)) {
      pending->taken = true;
      batch.push_back(std::move(pending));
    } else {
      rest.push_back(std::move(pending));
    }
  }
  queue_.swap(rest);
  return batch;
}

void Appender::append_all(const Batch& batch) {
  const auto started = std::chrono::steady_clock::now();
  auto outcome = commit(batch);
  if (outcome) {
    if (settings_.observe && !outcome->entries.empty()) {
      settings_.observe(
          {outcome->entries.size(), outcome->size, std::chrono::steady_clock::now() - started});
    }
    return answer(batch, *outcome);
  }
  const Fault& fault = outcome.error();
  if (fault.kind == FaultKind::corrupt) halted_ = true;
  if (of_one_draft(fault.kind) && batch.size() > 1) {
    for (const auto& one : batch) append_all({one});
    return;
  }
  give(batch, std::vector<Verdict>(batch.size(), tl::unexpected<Fault>(fault)));
}

// Until the batch is known to stand, or known not to. An outcome in doubt is looked up; a batch
// that is then known not to stand is tried again.
Result<BatchOutcome> Appender::commit(const Batch& batch) {
  const std::scoped_lock lock(signs_);
  RELAIS_TRY_VOID(may_sign());
  const BatchContext context{keyring_, signer_, directories_, ledger_, settings_.cover};
  for (int tried = 0; tried < kCommits; ++tried) {
    at_step("append.before_begin");
    const int32_t epoch = keyring_.newest_epoch();
    std::optional<Opening> opening;
    std::optional<Judged> judged;  // of the last try; none: nothing was sent to be committed
    const auto ask = [&] {
      judged.reset();
      return opening.emplace(ledger_, batch).pipeline();
    };
    const auto append = [&](TwoTrips& work, const Answers& answers) -> Result<void> {
      RELAIS_TRY(reached, judge_batch(work, answers, *opening, context, *head_, batch));
      judged = std::move(reached);
      if (judged->outcome.entries.empty()) return {};
      at_step("append.before_commit");
      work.commit_with(judged->writes);
      return {};
    };
    const Result<void> done = transact(pool_, ask, append);
    if (!done && done.error().kind != FaultKind::in_doubt) {
      // A new person's key of an epoch that ended meanwhile is refused by the database.
      if (done.error().kind == FaultKind::unavailable && keyring_.is_past(epoch)) continue;
      return tl::unexpected<Fault>(done.error());
    }
    if (!judged) continue;
    if (!done) {
      RELAIS_TRY(stands, look_up(judged->outcome.entries));
      if (!stands) continue;
    }
    at_step("append.after_commit");
    *head_ = LastHead{judged->outcome.size, judged->outcome.note};
    return std::move(judged->outcome);
  }
  return fail(FaultKind::unavailable, "the ledger could not be written");
}

// Under the ledger's lock, which a transaction that is still in flight holds until it has ended.
Result<bool> Appender::look_up(const std::vector<EntryId>& entries) {
  SqlArray ids;
  for (const EntryId& entry : entries) ids.add(entry.text());
  const auto give_up = std::chrono::steady_clock::now() + settings_.answer_within;
  while (true) {
    const Result<uint64_t> standing = transact(pool_, [&](Work& work) -> Result<uint64_t> {
      lock_ledger(work, ledger_);
      storage::run(work, kDurable);
      return storage::run(work, kStanding, ids.done())[0][0].as<uint64_t>();
    });
    if (standing && *standing == ids.count()) return true;
    if (standing && *standing == 0) return false;
    if (standing) return fail(FaultKind::corrupt, "half of a transaction stands");
    if (std::chrono::steady_clock::now() > give_up) {
      return fail(FaultKind::unavailable, "the outcome of COMMIT could not be looked up");
    }
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

void Appender::answer(const Batch& batch, BatchOutcome& outcome) {
  at_step("append.before_answer");
  bool queued = false;
  for (size_t i = 0; i < batch.size(); ++i) {
    const Verdict& verdict = outcome.verdicts[i];
    const bool appended = verdict && std::holds_alternative<flow::Appended>(*verdict);
    queued = queued || (appended && batch[i]->draft.queued.has_value());
  }
  give(batch, std::move(outcome.verdicts));
  if (queued) wake_.raise();
}

void Appender::give(const Batch& batch, std::vector<Verdict> verdicts) {
  {
    const std::scoped_lock lock(mutex_);
    for (size_t i = 0; i < batch.size(); ++i) batch[i]->verdict = std::move(verdicts[i]);
  }
  answered_.notify_all();
}

}  // namespace relais::storage
