// SPDX-License-Identifier: Apache-2.0
// The receiver's boundary (law.md, "Two boundaries").
#include <gtest/gtest.h>

#include "tests/unit/policy/laws.h"

namespace relais::policy {
namespace {

const std::string kTail = "cite = \"Art.\"\nin_force = { from = 2000-01-01 }\n";
const std::string kAsked =
    "data = [\"identity.name\", \"need.code\"]\nneed = [\"identity.name\", \"need.code\"]\n";

const std::string kSenderRules = "[[silence]]\nid = \"t.s\"\n" + kTail +
                                 "[[lift]]\nid = \"t.l\"\nallow = [\"*\"]\nbasis = [\"A6-1-e\"]\n"
                                 "purposes = [\"service_referral\"]\n" +
                                 kTail;
const std::string kRestriction =
    "[[bar]]\nid = \"t.r\"\nside = \"both\"\nwhen = { restriction = true }\ndefeats = [\"*\"]\n" +
    kTail;

Decision received(const std::string& rules, const std::string& facts,
                  const std::vector<Ground>& claims) {
  return receive(*law_of(rules), facts_of(facts), claims);
}

const std::vector<Ground> kClaim{{"t.l", "Art.", {"A6-1-e"}}};

TEST(Receive, a_pack_without_rules_for_this_side_says_nothing_against) {
  EXPECT_EQ(received(kSenderRules, kAsked, {}).released,
            categories({"identity.name", "need.code"}));
}

TEST(Receive, what_the_service_did_not_declare_is_refused) {
  const Decision decision = received(kSenderRules,
                                     "data = [\"identity.name\", \"need.code\"]\n"
                                     "need = [\"need.code\"]\n",
                                     kClaim);
  EXPECT_EQ(decision.released, categories({"need.code"}));
  EXPECT_EQ(stop_of(decision, "identity.name"), StopKind::need);
}

TEST(Receive, a_duty_does_not_widen_what_the_service_declared) {
  const std::string rules = "[[duty]]\nid = \"t.d\"\nowe = [\"*\"]\n" + kTail +
                            "[[silence]]\nid = \"t.s\"\n"
                            "side = \"both\"\n" +
                            kTail;
  const Decision decision = received(rules,
                                     "data = [\"identity.name\", \"need.code\"]\n"
                                     "need = [\"need.code\"]\n",
                                     {{"t.d", "Art.", {}}});
  EXPECT_EQ(decision.released, categories({"need.code"}));
  EXPECT_EQ(decision.outcome, Outcome::oblige);
}

TEST(Receive, a_restriction_is_checked_on_both_sides) {
  const std::string rules = kSenderRules + kRestriction;
  EXPECT_EQ(received(rules, kAsked + "restriction = false\n", kClaim).outcome, Outcome::permit);
  EXPECT_EQ(received(rules, kAsked + "restriction = true\n", kClaim).outcome, Outcome::deny);
  EXPECT_EQ(received(rules, kAsked, kClaim).outcome, Outcome::deny);  // unknown: it holds
  EXPECT_EQ(evaluate(*law_of(rules), facts_of(kAsked + "restriction = true\n")).outcome,
            Outcome::deny);
}

TEST(Receive, a_silence_of_this_side_is_answered_by_a_claimed_rule_of_its_pack) {
  const std::string rules =
      kSenderRules + "[[silence]]\nid = \"t.s2\"\nside = \"receiver\"\n" + kTail;
  EXPECT_TRUE(received(rules, kAsked, {}).released.empty());
  EXPECT_FALSE(received(rules, kAsked, kClaim).released.empty());
}

TEST(Receive, a_claim_counts_for_its_purposes_and_its_days_only) {
  const std::string rules = kSenderRules + "[[silence]]\nid = \"t.s2\"\nside = \"both\"\n" + kTail;
  EXPECT_TRUE(received(rules, kAsked + "purpose = \"research\"\n", kClaim).released.empty());
  EXPECT_FALSE(received(rules, kAsked, kClaim).released.empty());
}

TEST(Receive, a_foreign_claim_answers_by_its_basis_and_by_nothing_else) {
  const std::string freed =
      "[[silence]]\nid = \"t.f\"\nside = \"both\"\nfreed_by = [\"A6-1-*\"]\n" + kTail;
  const std::vector<Ground> foreign{{"us.hipaa.164.508(c)", "45 CFR", {"A6-1-a"}}};
  EXPECT_EQ(received(freed, kAsked, foreign).outcome, Outcome::permit);
  EXPECT_EQ(received(freed, kAsked, {{"us.x", "45 CFR", {"A9-2-a"}}}).outcome, Outcome::deny);
  const std::string own = "[[silence]]\nid = \"t.o\"\nside = \"both\"\n" + kTail;
  EXPECT_EQ(received(own, kAsked, foreign).outcome, Outcome::deny);
  EXPECT_EQ(received(freed + kRestriction, kAsked + "restriction = true\n", foreign).outcome,
            Outcome::deny);
}

TEST(Receive, tier_four_is_refused_here_too) {
  EXPECT_TRUE(received("", "data = [\"note.private\"]\nneed = [\"*\"]\n", {}).released.empty());
}

TEST(Receive, without_an_engaged_pack_nothing_is_filed) {
  const auto law = law_of({pack("a", "", "US")});
  EXPECT_TRUE(receive(*law, facts_of(kAsked), {}).released.empty());
}

}  // namespace
}  // namespace relais::policy
