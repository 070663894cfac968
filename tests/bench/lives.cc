// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/lives.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "tests/bench/referrals.h"
#include "tests/bench/watcher.h"

namespace relais::bench {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kLook = 20ms;
constexpr size_t kMovesOfALife = 3;  // accepted, in_progress, completed: each a message back

// Threads that ask for the referrals, each until it is promised.
class Askers {
 public:
  Askers(const demo::Federation& federation, const LivesSettings& settings)
      : federation_(federation), settings_(settings) {
    for (size_t i = 0; i < settings.askers; ++i) threads_.emplace_back([this] { ask(); });
  }
  ~Askers() {
    stopping_ = true;
    join();
  }
  void join() {
    for (std::thread& one : threads_) one.join();
    threads_.clear();
  }
  bool done() const { return ended_ == settings_.askers; }
  // Disclosure ids.
  std::set<std::string> promised() const {
    const std::scoped_lock lock(mutex_);
    return promised_;
  }

 private:
  void ask() {
    demo::DeskClient desk(federation_.desk(kSender));
    const std::string role = federation_.any_role(kSender);
    for (size_t i = next_++; i < settings_.referrals && !stopping_; i = next_++) {
      const auto request = referral_request(role, kRecipient, load_person(i % settings_.askers),
                                            settings_.key + std::to_string(i));
      for (auto until = Clock::now() + settings_.patience; !stopping_ && Clock::now() < until;) {
        const auto answer = desk.submit(request);
        if (answer) {
          const std::scoped_lock lock(mutex_);
          promised_.insert(answer->referral().disclosure_id());
          break;
        }
        std::this_thread::sleep_for(20ms);
      }
    }
    ++ended_;
  }

  const demo::Federation& federation_;
  const LivesSettings& settings_;
  std::atomic<bool> stopping_{false};
  std::atomic<size_t> next_{0};
  std::atomic<size_t> ended_{0};
  mutable std::mutex mutex_;
  std::set<std::string> promised_;
  std::vector<std::thread> threads_;
};

// What a referral is moved to next; nothing when it has come to its end.
std::optional<std::string> next_state(const std::string& state) {
  static const std::map<std::string, std::string> next{
      {"received", "accepted"}, {"accepted", "in_progress"}, {"in_progress", "completed"}};
  const auto found = next.find(state);
  return found == next.end() ? std::nullopt : std::optional(found->second);
}

// Threads of the receiving agency's people. What fails is seen again in the database, and done
// then.
class Movers {
 public:
  Movers(const demo::Federation& federation, size_t threads) : federation_(federation) {
    for (size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  }
  ~Movers() {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& one : threads_) one.join();
  }
  void offer(const std::string& referral, const std::string& state) {
    const std::scoped_lock lock(mutex_);
    if (!under_way_.insert(referral).second) return;
    tasks_.emplace_back(referral, state);
    changed_.notify_one();
  }

 private:
  using Task = std::pair<std::string, std::string>;

  void work() {
    demo::DeskClient desk(federation_.desk(kRecipient));
    for (auto task = take(); task; task = take()) {
      move(desk, *task);
      const std::scoped_lock lock(mutex_);
      under_way_.erase(task->first);
    }
  }
  std::optional<Task> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
    if (stopping_) return std::nullopt;
    Task task = tasks_.front();
    tasks_.pop_front();
    return task;
  }
  // Through the rest of its life, as far as the node answers.
  void move(demo::DeskClient& desk, const Task& task) {
    v1::ActingProfessional acting;
    acting.set_role(federation_.any_role(kRecipient));
    acting.set_staff_id("bench");
    for (auto state = next_state(task.second); state; state = next_state(*state)) {
      if (*state == "accepted") {
        v1::AcceptReferralRequest request;
        *request.mutable_acting() = acting;
        request.set_referral_id(task.first);
        if (!desk.accept(request)) return;
        continue;
      }
      v1::UpdateReferralRequest request;
      *request.mutable_acting() = acting;
      request.set_referral_id(task.first);
      request.set_state(*state);
      if (!desk.update(request)) return;
    }
  }

  const demo::Federation& federation_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::deque<Task> tasks_;
  std::set<std::string> under_way_;
  std::vector<std::thread> threads_;
};

// Both databases, as their superuser.
class Books {
 public:
  static Result<Books> open(demo::Federation& federation) {
    const auto of = [&](const char* agency) {
      return Watcher::open(
          federation.cluster().connection(federation.seat(agency).database(), "postgres"));
    };
    RELAIS_TRY(sender, of(kSender));
    RELAIS_TRY(recipient, of(kRecipient));
    return Books(std::move(sender), std::move(recipient));
  }
  Result<size_t> completed() {
    return sender_.count("SELECT count(*) FROM relais.referral WHERE state = 'completed'");
  }
  Result<size_t> waiting() {
    RELAIS_TRY(out, sender_.count(kWaiting));
    RELAIS_TRY(back, recipient_.count(kWaiting));
    return out + back;
  }
  Result<std::vector<std::vector<std::string>>> open_ones() {
    return recipient_.rows(
        "SELECT id, state FROM relais.referral WHERE received AND state IN"
        " ('received', 'accepted', 'in_progress') ORDER BY ledger, index LIMIT 512");
  }
  // Handle and state, as each side holds those of these disclosures.
  Result<void> sum(const std::set<std::string>& promised, Lives& lives) {
    RELAIS_TRY(sent, sender_.rows("SELECT handle, state, disclosure FROM relais.referral"
                                  " WHERE NOT received"));
    RELAIS_TRY(held, recipient_.rows("SELECT handle, state FROM relais.referral WHERE received"));
    std::map<std::string, std::vector<std::string>> theirs;
    for (const auto& row : held) theirs[row[0]].push_back(row[1]);
    for (const auto& row : sent) {
      if (promised.count(row[2]) == 0) continue;
      const auto& states = theirs[row[0]];
      const bool whole = row[1] == "completed" && !states.empty() && states[0] == "completed";
      if (!whole) ++lives.lost;
      if (states.size() > 1) lives.doubled += states.size() - 1;
    }
    return {};
  }
  Result<size_t> moves_filed() {
    return sender_.count("SELECT count(*) FROM relais.filed WHERE status = 'filed'");
  }

 private:
  static constexpr const char* kWaiting =
      "SELECT count(*) FROM relais.outbox WHERE status = 'queued'";
  Books(Watcher sender, Watcher recipient)
      : sender_(std::move(sender)), recipient_(std::move(recipient)) {}
  Watcher sender_;
  Watcher recipient_;
};

// Until all are completed, or nothing has moved for too long.
Result<void> see_through(Books& books, Movers& movers, const LivesSettings& settings,
                         size_t before) {
  size_t done = 0;
  auto progress = Clock::now();
  while (Clock::now() - progress < settings.patience) {
    RELAIS_TRY(rows, books.open_ones());
    for (const auto& row : rows) movers.offer(row[0], row[1]);
    RELAIS_TRY(completed, books.completed());
    if (completed - before > done) progress = Clock::now();
    done = completed - before;
    if (done >= settings.referrals) return {};
    RELAIS_TRY_VOID(
        settings.meanwhile(static_cast<double>(done) / static_cast<double>(settings.referrals)));
    std::this_thread::sleep_for(kLook);
  }
  return {};  // the sum will say what is missing
}

}  // namespace

Result<double> ask_for(demo::Federation& federation, const LivesSettings& settings) {
  RELAIS_TRY_VOID(record_persons(federation, kSender, settings.askers));
  const auto begun = Clock::now();
  Askers askers(federation, settings);
  askers.join();
  const double took_s = std::chrono::duration<double>(Clock::now() - begun).count();
  if (askers.promised().size() < settings.referrals) {
    return fail(FaultKind::unavailable, "not every referral was recorded");
  }
  return static_cast<double>(settings.referrals) / took_s;
}

Result<Lives> live(demo::Federation& federation, const LivesSettings& settings) {
  RELAIS_TRY_VOID(record_persons(federation, kSender, settings.askers));
  RELAIS_TRY(books, Books::open(federation));
  RELAIS_TRY(completed_before, books.completed());
  RELAIS_TRY(moves_before, books.moves_filed());
  Lives lives;
  std::set<std::string> promised;
  const auto begun = Clock::now();
  {
    Askers askers(federation, settings);
    Movers movers(federation, settings.movers);
    RELAIS_TRY_VOID(see_through(books, movers, settings, completed_before));
    lives.took_s = std::chrono::duration<double>(Clock::now() - begun).count();
    promised = askers.promised();
  }
  for (auto until = Clock::now() + settings.patience; Clock::now() < until;) {
    RELAIS_TRY(waiting, books.waiting());
    if (waiting == 0) break;
    std::this_thread::sleep_for(kLook);
  }
  lives.promised = promised.size();
  RELAIS_TRY_VOID(books.sum(promised, lives));
  RELAIS_TRY(moves_after, books.moves_filed());
  const size_t moves = moves_after - moves_before;
  const size_t wanted = kMovesOfALife * lives.promised;
  if (moves > wanted) lives.doubled += moves - wanted;
  if (moves < wanted) lives.lost += wanted - moves;
  return lives;
}

}  // namespace relais::bench
