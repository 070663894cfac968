// SPDX-License-Identifier: Apache-2.0
// More than a node takes on, and a node that is told to end while it works.
#include <signal.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "tests/e2e/chapters.h"

namespace relais::e2e {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int kResourceExhausted = 8;
constexpr int kCallers = 80;  // beyond workers and queue together

struct Crowd {
  std::mutex mutex;
  int accepted = 0;
  int turned_away = 0;
  std::vector<std::string> other;
  std::chrono::milliseconds slowest_refusal{0};
};

void call_once(const Stage& stage, int number, Crowd& crowd) {
  demo::DeskClient desk = stage.desk("sds-69");
  const auto begun = Clock::now();
  const auto answer = desk.submit(stage.plain_submission("e2e-crowd-" + std::to_string(number)));
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
  const std::scoped_lock lock(crowd.mutex);
  if (answer) {
    ++crowd.accepted;
  } else if (answer.error().code == kResourceExhausted) {
    ++crowd.turned_away;
    crowd.slowest_refusal = std::max(crowd.slowest_refusal, took);
  } else {
    crowd.other.push_back(answer.error().text());
  }
}

void tell_full_queue(Stage& stage) {
  demo::Federation& federation = *stage.federation;
  // Every worker waits for this lock, and the queue fills behind them.
  auto holder = std::thread([&] {
    static_cast<void>(federation.cluster().sql(
        "sds_69",
        "BEGIN; LOCK TABLE relais.person IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(1.5)"));
  });
  pause_for(300ms);
  Crowd crowd;
  std::vector<std::thread> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&stage, i, &crowd] { call_once(stage, i, crowd); });
  }
  for (std::thread& caller : callers) caller.join();
  holder.join();
  for (const std::string& text : crowd.other) stage.errors.push_back(text);
  stage.tap.note(std::to_string(crowd.accepted) + " accepted, " +
                 std::to_string(crowd.turned_away) + " turned away, slowest refusal " +
                 std::to_string(crowd.slowest_refusal.count()) + " ms");
  stage.tap.check(crowd.turned_away > 0 && crowd.accepted > 0,
                  "a full queue turns callers away with RESOURCE_EXHAUSTED and serves the others",
                  crowd.other.empty() ? "" : crowd.other.front());
  demo::DeskClient desk = stage.desk("sds-69");
  stage.tap.check(desk.submit(stage.plain_submission("e2e-after-crowd")).has_value(),
                  "and afterwards serves again");
}

// Ids of the referrals that the node said were recorded before it ended.
std::vector<std::string> submit_until_it_ends(const Stage& stage, const std::atomic<bool>& ended) {
  std::vector<std::string> promised;
  demo::DeskClient desk = stage.desk("sds-69");
  for (int i = 0; !ended; ++i) {
    const auto answer = desk.submit(stage.plain_submission("e2e-drain-" + std::to_string(i)));
    if (answer) promised.push_back(answer->referral().referral_id());
  }
  return promised;
}

void tell_drain(Stage& stage) {
  demo::Federation& federation = *stage.federation;
  std::atomic<bool> ended{false};
  std::vector<std::string> promised;
  std::thread caller([&] { promised = submit_until_it_ends(stage, ended); });
  pause_for(700ms);
  const int status = federation.stop("sds-69");
  ended = true;
  caller.join();
  stage.tap.check(status == 0, "a busy node that gets SIGTERM ends with 0", std::to_string(status));
  if (!stage.tap.worked(federation.start("sds-69"), "and starts again")) return;
  demo::DeskClient desk = stage.desk("sds-69");
  v1::GetReferralRequest get;
  get.mutable_acting()->set_role("assistante_sociale");
  get.mutable_acting()->set_staff_id("e2e");
  size_t delivered = 0;
  for (const std::string& id : promised) {
    get.set_referral_id(id);
    auto arrived = [&] {
      const auto got = desk.get(get);
      return got && got->referral().delivery() == "delivered";
    };
    if (eventually(arrived, 30s)) ++delivered;
  }
  stage.tap.check(!promised.empty() && delivered == promised.size(),
                  "nothing that it had promised is lost: all of it is delivered",
                  std::to_string(delivered) + " of " + std::to_string(promised.size()));
}

}  // namespace

void tell_load(Stage& stage) {
  tell_full_queue(stage);
  tell_drain(stage);
}

}  // namespace relais::e2e
