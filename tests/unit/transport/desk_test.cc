// SPDX-License-Identifier: Apache-2.0
#include "node/transport/desk.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

namespace relais::transport {
namespace {

class Counting final : public Observer {
 public:
  void answered(const Answered& /*answered*/) override {}
  void queued(std::string_view /*desk*/, size_t entries) override { waiting = entries; }
  void refused(const Refused& refused) override {
    ++refusals;
    name = refused.desk;
    who = refused.who;
    reason = refused.reason;
  }
  std::atomic<size_t> waiting{0};
  std::atomic<int> refusals{0};
  std::string name;
  std::string who;
  std::string reason;
};

TEST(Desk, sends_away_at_once_what_it_cannot_seat) {
  Counting observer;
  std::promise<void> begun;
  std::promise<void> release;
  auto held = release.get_future().share();
  Desk desk("desk", 1, {1, 2, 0}, observer);
  ASSERT_EQ(desk.seat([&] {
    begun.set_value();
    held.wait();
  }),
            Seat::taken);
  begun.get_future().wait();
  EXPECT_EQ(desk.seat([] {}), Seat::taken);
  EXPECT_EQ(desk.seat([] {}), Seat::taken);
  EXPECT_EQ(observer.waiting, 2u);
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(desk.seat([] {}), Seat::full);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::milliseconds{100});
  EXPECT_EQ(observer.refusals, 1);
  EXPECT_EQ(observer.name, "desk");
  release.set_value();
}

TEST(Desk, finishes_what_it_seated_before_it_closes) {
  Counting observer;
  std::atomic<int> done{0};
  Desk desk("desk", 2, {2, 100, 0}, observer);
  for (int i = 0; i < 100; ++i) desk.seat([&] { ++done; });
  desk.drain();
  EXPECT_EQ(done + observer.refusals, 100);
  EXPECT_EQ(observer.waiting, 0u);
}

TEST(Desk, seats_nobody_once_it_drains) {
  Counting observer;
  Desk desk("desk", 1, {1, 1, 0}, observer);
  desk.drain();
  EXPECT_EQ(desk.seat([] { FAIL() << "must not run"; }), Seat::full);
}

TEST(Desk, runs_as_many_at_once_as_it_has_workers) {
  Counting observer;
  std::atomic<int> together{0};
  std::promise<void> all;
  auto reached = all.get_future().share();
  Desk desk("desk", 4, {4, 4, 0}, observer);
  for (int i = 0; i < 4; ++i) {
    ASSERT_EQ(desk.seat([&] {
      if (++together == 4) all.set_value();
      reached.wait();
    }),
              Seat::taken);
  }
  EXPECT_EQ(reached.wait_for(std::chrono::seconds{10}), std::future_status::ready);
}

// One caller holds all it may have for as long as it likes; the seat it may not have serves others.
TEST(Desk, keeps_a_seat_that_one_caller_cannot_take) {
  Counting observer;
  std::promise<void> begun;
  std::promise<void> release;
  auto held = release.get_future().share();
  Desk desk("exchange", 2, {1, 2, 0}, observer);
  EXPECT_EQ(desk.seat("bad",
                      [&] {
                        begun.set_value();
                        held.wait();
                      }),
            Seat::taken);
  begun.get_future().wait();
  for (int i = 0; i < 2; ++i) EXPECT_EQ(desk.seat("bad", [] {}), Seat::taken);
  EXPECT_EQ(desk.seat("bad", [] {}), Seat::full);
  EXPECT_EQ(observer.who, "bad");
  EXPECT_EQ(observer.reason, "full");
  std::atomic<int> served{0};
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(desk.seat("good", [&] { ++served; }), Seat::taken);
    for (int tried = 0; tried < 10'000 && served == i; ++tried) {
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    EXPECT_EQ(served, i + 1);
  }
  EXPECT_EQ(observer.waiting, 2u);
  release.set_value();
}

// A desk that drains ends when the last of a caller's queue is served, though others idled by then.
TEST(Desk, drains_a_queue_that_is_served_one_at_a_time) {
  Counting observer;
  std::atomic<int> done{0};
  Desk desk("exchange", 4, {1, 100, 0}, observer);
  for (int i = 0; i < 100; ++i) desk.seat("one", [&] { ++done; });
  desk.drain();
  EXPECT_EQ(done + observer.refusals, 100);
  EXPECT_GT(done, 0);
}

}  // namespace
}  // namespace relais::transport
