// SPDX-License-Identifier: Apache-2.0
// One peer that hangs, and what goes to another meanwhile.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "node/flow/outbox_workers.h"
#include "tests/support/agencies.h"

namespace relais {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kHang{300};  // of each call to the peer that hangs
constexpr int kToTheBad = 40;
constexpr int kToTheGood = 5;

struct HangingPeer : testing::Test, test::TwoAgencies {
  HangingPeer() {
    Directory content = directory.copy();
    content.agencies.push_back(
        test::listed(AgencyId("good"), good.signer.verifier(), good.ledger_signer.verifier()));
    content.agencies.back().services = content.agencies[1].services;
    ++content.version;
    directory.set(content);
  }
  void refer(const char* to, int times) {
    const auto asked = test::well_given(AgencyId(to), "housing_orientation", {"need.*"},
                                        clock.now(), std::chrono::hours{24});
    flow::Request one = request();
    one.recipient = AgencyId(to);
    one.consent = flow::record_consent(sds->line, caller(), one.person, asked).value().key.id;
    for (int i = 0; i < times; ++i) {
      ASSERT_TRUE(flow::submit(sds->line, caller(), to + std::to_string(i), one));
    }
  }
  test::AgencyNode good{"good", 200, *words, *law, directory, clock};
};

// The intake service hangs until the caller gives up; the other agency answers at once.
struct Roads final : Courier {
  explicit Roads(test::AgencyNode& to) : good(to) {}
  Result<Acknowledgement> deliver(const Disclosure& disclosure) override {
    const Envelope& envelope = disclosure.envelope();
    if (envelope.recipient == good.settings.agency) {
      return flow::receive(good.line, envelope.sender, envelope);
    }
    ++hung;
    std::this_thread::sleep_for(kHang);
    return fail(FaultKind::deadline, "the peer did not answer");
  }
  test::AgencyNode& good;
  std::atomic<int> hung{0};
};

struct Count final : flow::DeliveryObserver {
  void attempted(flow::Attempt attempt, std::chrono::duration<double> /*took*/) override {
    if (attempt == flow::Attempt::delivered) ++delivered;
  }
  void hindered(const Fault& /*fault*/) override { ++hindrances; }
  std::atomic<int> delivered{0};
  std::atomic<int> hindrances{0};
};

// Measured: what goes to the good one is there before a single claim of the bad one has ended.
TEST_F(HangingPeer, does_not_slow_what_goes_to_another) {
  refer("siao", kToTheBad);
  Roads roads(good);
  Count count;
  flow::OutboxSettings settings;
  settings.claim = 4;
  settings.look = milliseconds{10};
  flow::OutboxWorkers workers(
      sds->line, roads, settings,
      [](uint64_t&, milliseconds at_most) { std::this_thread::sleep_for(at_most); }, count);
  while (roads.hung < 1) std::this_thread::sleep_for(milliseconds{1});
  std::this_thread::sleep_for(kHang / 3);  // as many of them are held as ever will be
  refer("good", kToTheGood);
  const auto begun = Clock::now();
  while (count.delivered < kToTheGood && Clock::now() - begun < 20 * kHang) {
    std::this_thread::sleep_for(milliseconds{1});
  }
  const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - begun);
  RecordProperty("beside_ms", static_cast<int>(took.count()));
  EXPECT_EQ(count.delivered, kToTheGood);
  EXPECT_LT(took, kHang);
  EXPECT_LT(roads.hung, kToTheBad) << "it was over before the other was asked for";
  workers.stop();
  EXPECT_EQ(count.hindrances, 0);
}

}  // namespace
}  // namespace relais
