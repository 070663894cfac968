// SPDX-License-Identifier: Apache-2.0
// Whose turn it is, and who is sent away: without threads, with a clock of the test's own.
#include "node/transport/seating.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/support/dice.h"

namespace relais::transport {
namespace {

using namespace std::chrono_literals;
using Turn = Seating::Turn;

constexpr Seating::Time kBegin{1000s};

// Serves everybody who waits, one after the other, and says in which order.
std::string serve_all(Seating& seating, std::string& order) {
  while (auto turn = seating.next()) {
    turn->work();
    seating.leave(turn->queue);
  }
  return order;
}

TEST(Seating, queues_take_turns_whatever_the_length_of_each) {
  Seating seating({2, 5, 0});
  std::string order;
  const auto put = [&](const std::string& who) {
    return seating.enter(
        who, [&order, who] { order += who; }, kBegin);
  };
  for (int i = 0; i < 5; ++i) EXPECT_EQ(put("a"), Seat::taken);
  EXPECT_EQ(put("a"), Seat::full);
  EXPECT_EQ(put("b"), Seat::taken);
  EXPECT_EQ(put("c"), Seat::taken);
  EXPECT_EQ(put("b"), Seat::taken);
  EXPECT_EQ(seating.waiting(), 8u);
  EXPECT_EQ(serve_all(seating, order), "abcabaaa");
  EXPECT_EQ(seating.waiting(), 0u);
}

TEST(Seating, no_queue_is_served_more_at_once_than_it_may) {
  Seating seating({2, 9, 0});
  for (int i = 0; i < 4; ++i)
    seating.enter(
        "a", [] {}, kBegin);
  auto first = seating.next();
  auto second = seating.next();
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(seating.next());
  seating.enter(
      "b", [] {}, kBegin);
  auto other = seating.next();
  ASSERT_TRUE(other);
  EXPECT_EQ(other->queue->first, "b");
  EXPECT_FALSE(seating.next());
  seating.leave(first->queue);
  EXPECT_TRUE(seating.next());
  EXPECT_FALSE(seating.next());
  EXPECT_EQ(seating.waiting(), 1u);
}

TEST(Seating, a_queue_pays_for_each_call_and_saves_one_second_at_most) {
  Seating seating({1, 1000, 4});
  const auto put = [&](Seating::Time at) {
    return seating.enter(
        "a", [] {}, at);
  };
  for (int i = 0; i < 4; ++i) EXPECT_EQ(put(kBegin), Seat::taken);
  EXPECT_EQ(put(kBegin), Seat::too_fast);
  EXPECT_EQ(put(kBegin + 249ms), Seat::too_fast);
  EXPECT_EQ(put(kBegin + 250ms), Seat::taken);
  EXPECT_EQ(put(kBegin + 250ms), Seat::too_fast);
  const auto rested = kBegin + 1h;  // an hour's rest is worth a second
  for (int i = 0; i < 4; ++i) EXPECT_EQ(put(rested), Seat::taken);
  EXPECT_EQ(put(rested), Seat::too_fast);
  EXPECT_EQ(seating.enter(
                "b", [] {}, rested),
            Seat::taken)
      << "each pays for itself";
}

TEST(Seating, a_clock_that_stands_or_goes_back_gives_nobody_more) {
  Seating seating({1, 1000, 2});
  EXPECT_EQ(seating.enter(
                "a", [] {}, kBegin),
            Seat::taken);
  EXPECT_EQ(seating.enter(
                "a", [] {}, kBegin),
            Seat::taken);
  EXPECT_EQ(seating.enter(
                "a", [] {}, kBegin - 1h),
            Seat::too_fast);
  EXPECT_EQ(seating.enter(
                "a", [] {}, kBegin),
            Seat::too_fast);
}

// Callers come and go for ever; what is kept of them does not grow.
TEST(Seating, forgets_a_queue_that_stands_empty_and_has_its_pace_back) {
  Seating seating({1, 1, 10});
  auto now = kBegin;
  for (int i = 0; i < 1000; ++i, now += 100ms) {
    ASSERT_EQ(seating.enter(
                  "caller " + std::to_string(i), [] {}, now),
              Seat::taken);
    const auto turn = seating.next();
    ASSERT_TRUE(turn);
    seating.leave(turn->queue);
    ASSERT_LE(seating.queues(), 2u);
  }
}

TEST(Seating, forgets_no_queue_that_is_served_waits_or_owes) {
  Seating seating({1, 2, 1});
  seating.enter(
      "served", [] {}, kBegin);
  const auto served = seating.next();
  ASSERT_TRUE(served);
  seating.enter(
      "waits", [] {}, kBegin);
  seating.enter(
      "another", [] {}, kBegin + 1h);
  EXPECT_EQ(seating.queues(), 3u);
  seating.leave(served->queue);
  seating.enter(
      "owes", [] {}, kBegin + 1h);
  EXPECT_EQ(seating.queues(), 3u) << "who was served went";
  EXPECT_EQ(seating.enter(
                "owes", [] {}, kBegin + 1h),
            Seat::too_fast);
}

// Whatever comes and goes: nobody is forgotten in a queue, no bound is passed, and as long as
// somebody waits, the next turn is somebody's who has waited no longer than a turn of each queue.
TEST(Seating, holds_its_bounds_through_any_coming_and_going) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  test::Dice dice(seed);
  Seating seating({2, 3, 0});
  std::vector<Turn> served;
  std::map<std::string, size_t> at_once;
  size_t entered = 0;
  size_t left = 0;
  for (int step = 0; step < 20'000; ++step) {
    const std::string who(1, static_cast<char>('a' + dice.below(5)));
    if (dice.chance(50)) {
      const Seat seat = seating.enter(
          who, [] {}, kBegin);
      if (seat == Seat::taken) ++entered;
    } else if (auto turn = seating.next()) {
      ASSERT_LE(++at_once[turn->queue->first], 2u);
      served.push_back(std::move(*turn));
    }
    if (!served.empty() && dice.chance(33)) {
      const size_t which = dice.below(served.size());
      --at_once[served[which].queue->first];
      seating.leave(served[which].queue);
      served.erase(served.begin() + static_cast<std::ptrdiff_t>(which));
      ++left;
    }
    ASSERT_EQ(seating.waiting(), entered - left - served.size());
    ASSERT_LE(seating.waiting(), 15u);
  }
  for (const Turn& turn : served) seating.leave(turn.queue);
  while (auto turn = seating.next()) seating.leave(turn->queue);
  EXPECT_EQ(seating.waiting(), 0u) << "somebody waits and has no turn";
}

}  // namespace
}  // namespace relais::transport
