// SPDX-License-Identifier: Apache-2.0
#include "node/transport/desk.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>

namespace relais::transport {
namespace {

class Counting final : public Observer {
 public:
  void answered(const Answered& /*answered*/) override {}
  void queued(std::string_view /*desk*/, size_t entries) override { waiting = entries; }
  void refused(std::string_view desk) override {
    ++refusals;
    name = desk;
  }
  std::atomic<size_t> waiting{0};
  std::atomic<int> refusals{0};
  std::string name;
};

TEST(Desk, sends_away_at_once_what_it_cannot_seat) {
  Counting observer;
  std::promise<void> begun;
  std::promise<void> release;
  auto held = release.get_future().share();
  Desk desk("desk", 1, 2, observer);
  ASSERT_TRUE(desk.seat([&] {
    begun.set_value();
    held.wait();
  }));
  begun.get_future().wait();
  EXPECT_TRUE(desk.seat([] {}));
  EXPECT_TRUE(desk.seat([] {}));
  EXPECT_EQ(observer.waiting, 2u);
  const auto before = std::chrono::steady_clock::now();
  EXPECT_FALSE(desk.seat([] {}));
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::milliseconds{100});
  EXPECT_EQ(observer.refusals, 1);
  EXPECT_EQ(observer.name, "desk");
  release.set_value();
}

TEST(Desk, finishes_what_it_seated_before_it_closes) {
  Counting observer;
  std::atomic<int> done{0};
  Desk desk("desk", 2, 100, observer);
  for (int i = 0; i < 100; ++i) desk.seat([&] { ++done; });
  desk.drain();
  EXPECT_EQ(done + observer.refusals, 100);
  EXPECT_EQ(observer.waiting, 0u);
}

TEST(Desk, seats_nobody_once_it_drains) {
  Counting observer;
  Desk desk("desk", 1, 1, observer);
  desk.drain();
  EXPECT_FALSE(desk.seat([] { FAIL() << "must not run"; }));
}

TEST(Desk, runs_as_many_at_once_as_it_has_workers) {
  Counting observer;
  std::atomic<int> together{0};
  std::promise<void> all;
  auto reached = all.get_future().share();
  Desk desk("desk", 4, 4, observer);
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(desk.seat([&] {
      if (++together == 4) all.set_value();
      reached.wait();
    }));
  }
  EXPECT_EQ(reached.wait_for(std::chrono::seconds{10}), std::future_status::ready);
}

}  // namespace
}  // namespace relais::transport
