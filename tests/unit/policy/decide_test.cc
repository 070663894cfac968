// SPDX-License-Identifier: Apache-2.0
// law.md, "The decision": engagement, silence, and how conditions are read, on laws of a few rules.
#include "policy/decide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/policy/small_rules.h"

namespace relais::policy {
namespace {

TEST(Decide, without_a_silence_what_is_needed_may_leave) {
  const Decision decision = evaluate(*law_of(""), facts_of(kAsked));
  EXPECT_EQ(decision.outcome, Outcome::permit);
  EXPECT_EQ(decision.released, categories({"identity.name", "need.code"}));
  EXPECT_EQ(decision.secrecy_ground, "not_bound");
}

TEST(Decide, what_the_service_did_not_declare_stays) {
  const Decision decision =
      evaluate(*law_of(""), facts_of("data = [\"identity.name\", \"need.code\"]\n"
                                     "need = [\"need.code\"]\n"));
  EXPECT_EQ(decision.released, categories({"need.code"}));
  EXPECT_EQ(stop_of(decision, "identity.name"), StopKind::need);
}

TEST(Decide, a_silence_holds_when_true_or_unknown) {
  const std::string rules = silence("t.s", "when = { \"sender.secrecy\" = \"profession\" }\n");
  EXPECT_TRUE(released(rules, kAsked + "\"sender.secrecy\" = \"profession\"\n").empty());
  EXPECT_TRUE(released(rules, kAsked).empty());
  EXPECT_FALSE(released(rules, kAsked + "\"sender.secrecy\" = \"none\"\n").empty());
}

TEST(Decide, a_silence_is_answered_by_a_lift_of_its_own_pack) {
  const std::string rules = silence("t.s") + lift("t.l", "allow = [\"identity.*\"]\n");
  const Decision decision = evaluate(*law_of(rules), facts_of(kAsked));
  EXPECT_EQ(decision.released, categories({"identity.name"}));
  EXPECT_EQ(decision.secrecy_ground, "t.l");
  EXPECT_EQ(stop_of(decision, "need.code"), StopKind::silence);
  EXPECT_TRUE(cites(decision, "t.s"));
  EXPECT_TRUE(cites(decision, "t.l"));
}

TEST(Decide, a_silence_is_not_answered_by_a_lift_of_another_pack) {
  const auto law = law_of({pack("a", silence("a.s")), pack("b", lift("b.l", kAllowAll))});
  EXPECT_TRUE(evaluate(*law, facts_of(kAsked)).released.empty());
}

TEST(Decide, a_silence_with_freed_by_is_answered_by_a_basis_of_any_pack) {
  const std::string freed = silence("a.s", "freed_by = [\"A9-2-*\"]\n");
  const auto with = [&](const std::string& basis) {
    const auto law =
        law_of({pack("a", freed + lift("a.own", "allow = [\"need.*\"]\nbasis = [\"A6-1-a\"]\n")),
                pack("b", lift("b.l", "allow = [\"identity.*\"]\nbasis = [\"" + basis + "\"]\n"))});
    return evaluate(*law, facts_of(kAsked)).released;
  };
  EXPECT_EQ(with("A9-2-h"), categories({"identity.name"}));
  EXPECT_TRUE(with("A6-1-e").empty());
}

TEST(Decide, a_silence_is_answered_by_a_duty_of_any_pack) {
  const auto law = law_of({pack("a", silence("a.s", "freed_by = [\"A9-2-*\"]\n")),
                           pack("b", silence("b.s") + duty("b.d", "owe = [\"identity.*\"]\n"))});
  const Decision decision = evaluate(*law, facts_of(kAsked));
  EXPECT_EQ(decision.outcome, Outcome::oblige);
  EXPECT_EQ(decision.released, categories({"identity.name"}));
  EXPECT_EQ(verdict_of(decision, "identity.name")->effect, Effect::must);
  EXPECT_TRUE(decision.has_attachment("human_confirm"));
}

TEST(Decide, every_engaged_pack_must_pass) {
  const auto law =
      law_of({pack("a", ""), pack("b", silence("b.s", "categories = [\"need.*\"]\n"))});
  EXPECT_EQ(evaluate(*law, facts_of(kAsked)).released, categories({"identity.name"}));
}

TEST(Decide, a_pack_is_engaged_by_either_end_or_by_an_unknown_jurisdiction) {
  const auto law = law_of({pack("a", ""), pack("b", silence("b.s"), "US")});
  EXPECT_FALSE(evaluate(*law, facts_of(kAsked)).released.empty());
  EXPECT_TRUE(
      evaluate(*law, facts_of(kAsked + "\"recipient.jurisdiction\" = \"US\"\n")).released.empty());
  Facts unknown = facts_of(kAsked);
  unknown.forget(FactKey::recipient_jurisdiction);
  EXPECT_TRUE(evaluate(*law, unknown).released.empty());
}

TEST(Decide, eu_is_every_member_state) {
  const auto law = law_of({pack("a", "", "SE"), pack("e", silence("e.s"), "EU")});
  EXPECT_TRUE(evaluate(*law, facts_of(kAsked)).released.empty());
  EXPECT_TRUE(evaluate(*law, facts_of(kAsked + "\"sender.jurisdiction\" = \"SE\"\n"
                                               "\"recipient.jurisdiction\" = \"US\"\n"))
                  .released.empty());
}

TEST(Decide, without_an_engaged_pack_nothing_leaves) {
  const auto law = law_of({pack("a", "", "US")});
  const Decision decision = evaluate(*law, facts_of(kAsked));
  EXPECT_EQ(decision.outcome, Outcome::deny);
  EXPECT_TRUE(decision.released.empty());
}

TEST(Decide, without_a_date_nothing_leaves) {
  Facts facts = facts_of(kAsked);
  facts.forget(FactKey::date);
  EXPECT_TRUE(evaluate(*law_of(""), facts).released.empty());
}

TEST(Decide, a_lift_fires_only_for_its_purposes_in_force_and_with_nothing_unknown) {
  const std::string rules =
      silence("t.s") + lift("t.l", kAllowAll +
                                       "purposes = [\"care_coordination\"]\n"
                                       "when = { \"recipient.named\" = true }\n");
  const std::string named = kAsked + "\"recipient.named\" = true\n";
  EXPECT_FALSE(released(rules, named + "purpose = \"care_coordination\"\n").empty());
  EXPECT_TRUE(released(rules, named).empty());
  EXPECT_TRUE(released(rules, kAsked + "purpose = \"care_coordination\"\n").empty());
}

TEST(Decide, the_first_and_the_last_day_in_force_count) {
  const std::string rules = silence("t.s") +
                            "[[lift]]\nid = \"t.l\"\nallow = [\"*\"]\ncite = \"c\"\n"
                            "in_force = { from = 2026-11-01, to = 2026-11-03 }\n";
  EXPECT_TRUE(released(rules, kAsked + "date = 2026-10-31\n").empty());
  EXPECT_FALSE(released(rules, kAsked + "date = 2026-11-01\n").empty());
  EXPECT_FALSE(released(rules, kAsked + "date = 2026-11-03\n").empty());
  EXPECT_TRUE(released(rules, kAsked + "date = 2026-11-04\n").empty());
}

TEST(Decide, any_and_not_are_three_valued) {
  const auto with = [](const std::string& when, const std::string& facts) {
    const std::string rules = silence("t.s") + lift("t.l", kAllowAll + "when = " + when + "\n");
    return !released(rules, kAsked + facts).empty();
  };
  const std::string either = "{ any = [ { objection = true }, { restriction = true } ] }";
  EXPECT_TRUE(with(either, "objection = true\n"));
  EXPECT_FALSE(with(either, "objection = false\n"));
  EXPECT_FALSE(with(either, ""));
  const std::string neither = "{ not = { objection = true, restriction = true } }";
  EXPECT_TRUE(with(neither, "objection = false\n"));
  EXPECT_FALSE(with(neither, "objection = true\n"));
  EXPECT_FALSE(with(neither, ""));
}

TEST(Decide, sets_meet_and_an_empty_set_meets_nothing) {
  const std::string rules =
      silence("t.s") +
      lift("t.l", kAllowAll + "when = { \"sender.mission\" = [\"care\", \"education\"] }\n");
  EXPECT_FALSE(released(rules, kAsked + "\"sender.mission\" = [\"education\", \"social_action\"]\n")
                   .empty());
  EXPECT_TRUE(released(rules, kAsked + "\"sender.mission\" = [\"social_action\"]\n").empty());
  EXPECT_TRUE(released(rules, kAsked + "\"sender.mission\" = []\n").empty());
}

TEST(Decide, counts_and_dates_are_compared) {
  const std::string rules =
      silence("t.s") +
      lift("t.l", kAllowAll + "when = { \"aggregate.min_count\" = { min = 5 } }\n");
  EXPECT_FALSE(released(rules, kAsked + "\"aggregate.min_count\" = 5\n").empty());
  EXPECT_TRUE(released(rules, kAsked + "\"aggregate.min_count\" = 4\n").empty());
}

TEST(Decide, a_parameter_is_what_the_config_says) {
  const std::string rules = "[parameters]\nopen = false\n" + silence("t.s") +
                            lift("t.l", kAllowAll + "when = { \"param.open\" = true }\n");
  EXPECT_TRUE(released(rules, kAsked).empty());
  const auto law = law_of({pack("t", rules)}, {{"open", Parameter(true)}});
  EXPECT_FALSE(evaluate(*law, facts_of(kAsked)).released.empty());
}

}  // namespace
}  // namespace relais::policy
