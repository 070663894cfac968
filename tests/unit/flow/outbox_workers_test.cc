// SPDX-License-Identifier: Apache-2.0
// The threads that carry messages out, over an outbox that is slow where a test wants it.
#include "node/flow/outbox_workers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <string>

#include "tests/support/agencies.h"

namespace relais {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// A queue of numbered messages a peer, in the order in which they are due. What is sent to a slow
// peer takes its time; nothing is loaded, so that nothing needs a ledger.
class SlowOutbox final : public flow::Outbox {
 public:
  std::atomic<int> claims{0};
  milliseconds claim_takes{0};
  milliseconds slow_takes{0};
  bool away = false;

  void queue(const std::string& peer, int messages) {
    const std::scoped_lock lock(mutex_);
    for (int i = 0; i < messages; ++i) due_.push_back({peer, DisclosureId(peer)});
  }
  int carried(const std::string& peer) {
    const std::scoped_lock lock(mutex_);
    return carried_[peer];
  }

  Result<flow::Claim> claim(int limit, milliseconds /*lease*/,
                            const flow::Attended& attended) override {
    ++claims;
    std::this_thread::sleep_for(claim_takes);
    if (away) return fail(FaultKind::unavailable, "the database is away");
    const std::scoped_lock lock(mutex_);
    flow::Claim claimed;
    const auto is_of = [](const std::vector<AgencyId>& peers, const std::string& peer) {
      return std::find(peers.begin(), peers.end(), AgencyId(peer)) != peers.end();
    };
    std::string chosen;
    for (const Due& one : due_) {
      if (is_of(attended.full, one.peer)) continue;
      if (chosen.empty()) chosen = one.peer;
      if (is_of(attended.some, one.peer)) continue;
      chosen = one.peer;
      break;
    }
    std::erase_if(due_, [&](const Due& one) {
      const AgencyId peer(one.peer);
      if (claimed.messages.size() == static_cast<size_t>(limit) || one.peer != chosen) return false;
      claimed.peer = peer;
      claimed.messages.push_back(one.id);
      return true;
    });
    return claimed;
  }
  Result<std::vector<flow::Loaded>> load(const std::vector<DisclosureId>& ids) override {
    const std::string peer = ids.front().text();
    if (peer.starts_with("slow")) std::this_thread::sleep_for(slow_takes);
    const std::scoped_lock lock(mutex_);
    carried_[peer] += static_cast<int>(ids.size());
    return std::vector<flow::Loaded>{};
  }
  Result<void> postpone(const DisclosureId&, milliseconds, Constant, flow::Handed) override {
    return {};
  }
  Result<void> hasten(const AgencyId&, int) override { return {}; }
  Result<std::vector<flow::OutboxLine>> list(int) override {
    return std::vector<flow::OutboxLine>{};
  }

 private:
  struct Due {
    std::string peer;
    DisclosureId id;
  };
  std::mutex mutex_;
  std::deque<Due> due_;
  std::map<std::string, int> carried_;
};

class NoCourier final : public Courier {
 public:
  Result<Acknowledgement> deliver(const Disclosure&) override {
    return fail(FaultKind::unavailable, "the peer is away");
  }
};

class Unseen final : public flow::DeliveryObserver {
 public:
  void attempted(flow::Attempt, std::chrono::duration<double>) override {}
  void hindered(const Fault&) override {}
};

struct TheWorkers : testing::Test, test::TwoAgencies {
  SlowOutbox outbox;
  NoCourier courier;
  Unseen unseen;
  const flow::Line& plain = sds->line;
  flow::Line line{plain.settings, plain.clock,       plain.entropy, plain.vocabulary,
                  plain.laws,     plain.directories, plain.signer,  plain.ledger,
                  plain.people,   plain.referrals,   outbox,        plain.account,
                  plain.proofs,   plain.checkpoints, plain.tally,   plain.erasures,
                  plain.notices};

  std::unique_ptr<flow::OutboxWorkers> start(size_t workers) {
    flow::OutboxSettings settings;
    settings.workers = workers;
    settings.claim = 1;
    settings.look = milliseconds{5};
    const auto wait = [](uint64_t&, milliseconds at_most) { std::this_thread::sleep_for(at_most); };
    return std::make_unique<flow::OutboxWorkers>(line, courier, settings, wait, unseen);
  }
};

TEST_F(TheWorkers, end_after_the_claim_under_way_though_many_wait_to_make_theirs) {
  outbox.claim_takes = milliseconds{200};
  outbox.away = true;
  const auto workers = start(16);
  while (outbox.claims == 0) std::this_thread::yield();
  const auto asked = Clock::now();
  workers->stop();
  EXPECT_LT(Clock::now() - asked, milliseconds{1000});
  EXPECT_LE(outbox.claims, 2);
}

TEST_F(TheWorkers, serve_a_peer_at_once_though_two_others_are_slow_and_have_long_queues) {
  outbox.slow_takes = milliseconds{300};
  outbox.queue("slow-1", 60);
  outbox.queue("slow-2", 60);
  const auto workers = start(4);
  std::this_thread::sleep_for(milliseconds{700});  // each has had its turns
  outbox.queue("quick", 10);
  std::this_thread::sleep_for(milliseconds{200});
  EXPECT_EQ(outbox.carried("quick"), 10);
  EXPECT_GT(outbox.carried("slow-1"), 0);
  EXPECT_GT(outbox.carried("slow-2"), 0);
  workers->stop();
}

}  // namespace
}  // namespace relais
