// SPDX-License-Identifier: Apache-2.0
// A law with a date in the future takes effect on its day, by the node's clock and nothing else.
#include <gtest/gtest.h>

#include "tests/support/agencies.h"

namespace relais {
namespace {

constexpr const char* kPack = R"(
[pack]
id = "fr"
version = "test.2"
jurisdictions = ["FR"]
reviewed_by = ""

[[silence]]
id = "fr.secrecy"
when = { "sender.secrecy" = ["state", "profession", "function", "mission"] }
cite = "secrecy"
in_force = { from = 1994-03-01 }

[[lift]]
id = "fr.new"
when = { "sender.mission" = ["homeless_intake", "social_action"] }
purposes = ["housing_orientation"]
allow = ["identity.*", "need.*"]
basis = ["A6-1-e"]
cite = "new article"
in_force = { from = 2027-01-01, to = 2027-01-31 }
)";

struct LawOfTomorrow : testing::Test, test::TwoAgencies {
  LawOfTomorrow() { law->set(policy::Law::parse(*words, {{"fr.toml", kPack}}).value()); }
  policy::Outcome outcome_at(const char* day, std::chrono::milliseconds after) {
    clock.set(Date::parse(day)->start() + after);
    return flow::preview(sds->line, caller(), request()).value().decision.outcome;
  }
};

TEST_F(LawOfTomorrow, takes_effect_on_its_day_and_ends_on_its_day) {
  using policy::Outcome;
  extend_directory("2028-01-01");
  constexpr std::chrono::milliseconds kLast = std::chrono::hours{24} - std::chrono::milliseconds{1};
  EXPECT_EQ(outcome_at("2026-12-31", kLast), Outcome::deny);
  EXPECT_EQ(outcome_at("2027-01-01", {}), Outcome::permit);
  EXPECT_EQ(outcome_at("2027-01-31", kLast), Outcome::permit);
  EXPECT_EQ(outcome_at("2027-02-01", {}), Outcome::deny);
}

}  // namespace
}  // namespace relais
