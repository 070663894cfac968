// SPDX-License-Identifier: Apache-2.0
// What node.toml gives to whom: to a peer of the exchange, and to a role at the desk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/ops/whole_config.h"

namespace relais::ops {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// However many workers there are, one peer is never given all of them, said or not.
TEST(Config, a_peer_has_less_than_all_of_the_exchange) {
  const std::string from = "workers = 12\n";
  std::string text = with("peer_at_once = 10\n", "");
  for (const auto& [workers, share] : {std::pair{12, 9}, {64, 48}, {3, 2}, {2, 1}, {1, 1}}) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), "workers = " + std::to_string(workers) + "\n");
    const auto config = parse(changed);
    ASSERT_TRUE(config.has_value()) << config.error().where;
    EXPECT_EQ(config->exchange.peer_at_once, share) << workers;
  }
  EXPECT_THAT(problems(with("peer_at_once = 10", "peer_at_once = 12")),
              HasSubstr("exchange.peer_at_once: must be between 1 and 11"));
  EXPECT_THAT(problems(with("peer_waiting = 47", "peer_waiting = 0")),
              HasSubstr("exchange.peer_waiting: must be between 1 and 1024"));
  EXPECT_THAT(problems(with("peer_per_second = 1001", "peer_per_second = 0")),
              HasSubstr("exchange.peer_per_second: must be between 1 and 100000"));
}

TEST(Config, one_role_has_one_row) {
  EXPECT_THAT(problems(with("role = \"guest\"", "role = \"worker\"")),
              HasSubstr("staff.role: this role stands here twice"));
}

TEST(Config, a_role_may_what_its_row_says) {
  EXPECT_THAT(parse(kWhole)->staff[0].may, ElementsAre("refer", "duty"));
  EXPECT_THAT(parse(with("may = [\"refer\", \"duty\"]", "may = []"))->staff[0].may, IsEmpty());
}

// A configuration from before there were rights goes on, and gives nobody more for what it leaves
// open: who is bound to secrecy may everything, whoever else reads nothing of others.
TEST(Config, a_role_that_says_nothing_may_what_its_secrecy_allows) {
  const std::string silent = with("may = [\"refer\", \"duty\"]\n", "");
  const auto config = parse(silent);
  ASSERT_TRUE(config.has_value()) << config.error().where;
  EXPECT_THAT(config->staff[0].may,
              ElementsAre("refer", "receive", "follow", "consent", "rights", "account", "duty"));
  EXPECT_THAT(config->staff[1].may, ElementsAre("refer", "consent", "rights")) << "unknown";
  std::string unbound = silent;
  unbound.replace(unbound.find("\"profession\""), 12, "\"none\"");
  EXPECT_THAT(parse(unbound)->staff[0].may, ElementsAre("refer", "consent", "rights"));
}

TEST(Config, a_right_that_does_not_exist_is_refused_with_the_nearest_that_does) {
  EXPECT_THAT(problems(with("\"duty\"", "\"recieve\"")),
              HasSubstr("staff.may: is one of refer, receive, follow, consent, rights, account, "
                        "duty (did you mean 'receive'?)"));
  EXPECT_THAT(problems(with("[\"refer\", \"duty\"]", "\"refer\"")),
              HasSubstr("staff.may: a list of texts is expected"));
}

}  // namespace
}  // namespace relais::ops
