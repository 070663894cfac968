// SPDX-License-Identifier: Apache-2.0
// Accountings: which disclosures a statute has a person told of, as a pack says it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/policy/laws.h"

namespace relais::policy {
namespace {

using ::testing::HasSubstr;

Result<std::shared_ptr<const Law>> law_with(const std::string& accounting) {
  const std::string rule =
      "[[lift]]\nid = \"t.lift\"\ncite = \"c\"\nin_force = \"unverified\"\nallow = [\"need.*\"]\n"
      "basis = [\"T-1\", \"T-2\"]\n";
  return Law::parse(words(),
                    {pack("t", rule +
                                   "[[accounting]]\nid = \"t.acc\"\ncite = \"c\"\n"
                                   "fr = \"f\"\nen = \"e\"\nanswer_days = 30\n" +
                                   accounting)},
                    {});
}

std::string complaint_about(const std::string& accounting) {
  const auto law = law_with(accounting);
  return law ? "it loads" : law.error().where;
}

TEST(Accounting, with_a_mistake_stops_the_pack) {
  EXPECT_THAT(complaint_about("of = [\"T-3\"]"),
              HasSubstr("no rule of this pack declares \"T-3\""));
  EXPECT_THAT(complaint_about("of = [\"T-*\"]\nexcept = [\"X\"]"), HasSubstr("declares \"X\""));
  EXPECT_THAT(complaint_about("years = 3"), HasSubstr("\"of\" is missing"));
  EXPECT_THAT(complaint_about("of = [\"T-1\"]\nyear = 3"), HasSubstr("unknown key \"year\""));
  EXPECT_THAT(complaint_about("of = [\"T-1\"]\nyears = 1000"), HasSubstr("from 1 to 100"));
  EXPECT_THAT(complaint_about("of = [\"T-1\"]\nlabels = [\"part3\"]"),
              HasSubstr("\"part3\" is no value of origin"));
  EXPECT_THAT(complaint_about("of = [\"T-1\"]\nsuspended_by = [\"police\"]"),
              HasSubstr("oral_days"));
  EXPECT_EQ(complaint_about("of = [\"T-1\"]\nyears = 3"), "it loads");
}

TEST(Accounting, tells_what_has_one_ground_it_is_about_and_does_not_leave_out) {
  const auto law = law_with("of = [\"T-*\"]\nexcept = [\"T-2\"]\nlabels = [\"part2\"]").value();
  ASSERT_NE(law->accounting("t.acc"), nullptr);
  EXPECT_EQ(law->accounting("t.other"), nullptr);
  const Accounting& one = *law->accounting("t.acc");
  const Ground told{"r", "c", {"T-1"}};
  const Ground left_out{"r", "c", {"T-1", "T-2"}};
  const Ground foreign{"r", "c", {"A6-1-e"}};
  EXPECT_TRUE(one.tells({told}, {"part2"}));
  EXPECT_TRUE(one.tells({left_out, told}, {"part2", "vawa"})) << "for the other ground's sake";
  EXPECT_FALSE(one.tells({left_out}, {"part2"}));
  EXPECT_FALSE(one.tells({foreign}, {"part2"}));
  EXPECT_FALSE(one.tells({told}, {"vawa"}));
  EXPECT_FALSE(one.tells({}, {"part2"}));
}

}  // namespace
}  // namespace relais::policy
