// SPDX-License-Identifier: Apache-2.0
// Which of the checkpoints that came with messages is remembered.
#include "node/flow/checkpoints.h"

#include <gtest/gtest.h>

namespace relais::flow {
namespace {

Digest root(uint64_t number) {
  Digest one{};
  one[0] = static_cast<uint8_t>(number);
  return one;
}

TEST(WhatCame, is_kept_by_lot_and_not_by_who_was_first) {
  std::map<uint64_t, int> kept;
  for (int life = 0; life < 300; ++life) {
    VerifiedCheckpoints shown;
    for (const uint64_t size : {1U, 2U, 3U}) shown.show("log", {{size, root(size)}, "note"});
    ++kept[shown.came("log")->tree.size];
    EXPECT_EQ(shown.largest("log")->tree.size, 3U);
  }
  for (const uint64_t size : {1U, 2U, 3U}) EXPECT_GT(kept[size], 30) << size;
}

TEST(WhatCame, again_is_no_other_chance) {
  int kept = 0;
  for (int life = 0; life < 200; ++life) {
    VerifiedCheckpoints shown;
    shown.show("log", {{2, root(2)}, "note"});
    for (int i = 0; i < 100; ++i) shown.show("log", {{1, root(1)}, "note"});
    if (shown.came("log")->tree.size == 2) ++kept;
  }
  EXPECT_GT(kept, 50);
}

TEST(WhatCame, is_there_until_it_was_taken_and_what_came_meanwhile_is_next) {
  VerifiedCheckpoints shown;
  shown.show("log", {{1, Digest{}}, "note"});
  shown.taken("log", {2, Digest{}});
  ASSERT_TRUE(shown.came("log").has_value()) << "another was taken";
  shown.taken("log", {1, Digest{}});
  EXPECT_FALSE(shown.came("log").has_value());
  EXPECT_FALSE(shown.came("another").has_value());
  shown.show("log", {{3, Digest{}}, "note"});
  EXPECT_EQ(shown.came("log")->tree.size, 3U);
}

TEST(WhatCame, that_no_log_can_lead_from_is_not_kept) {
  VerifiedCheckpoints shown;
  for (const uint64_t size : {uint64_t{0}, uint64_t{INT64_MAX} + 1, UINT64_MAX}) {
    shown.show("log", {{size, Digest{}}, "note"});
  }
  EXPECT_FALSE(shown.came("log").has_value());
  EXPECT_FALSE(shown.largest("log").has_value());
}

}  // namespace
}  // namespace relais::flow
