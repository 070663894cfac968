// SPDX-License-Identifier: Apache-2.0
// law.md, "The decision": consent, require, duties and bars, on laws of a few rules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/policy/small_rules.h"

namespace relais::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Consent, a_lift_that_asks_for_it_grants_what_it_names) {
  const std::string rules = silence("t.s") + lift("t.l", kAllowAll + "consent = \"required\"\n");
  EXPECT_EQ(released(rules, kAsked + consent_for("[\"identity.*\"]")),
            categories({"identity.name"}));
  EXPECT_TRUE(released(rules, kAsked).empty());
}

TEST(Consent, every_condition_of_it_counts_and_so_does_its_absence) {
  const std::string rules = silence("t.s") + lift("t.l", kAllowAll + "consent = \"required\"\n");
  const auto law = law_of(rules);
  const Facts given = facts_of(kAsked + consent_for("[\"*\"]"));
  ASSERT_FALSE(evaluate(*law, given).released.empty());
  for (const FactKey key :
       {FactKey::consent_informed, FactKey::consent_covers_recipient,
        FactKey::consent_covers_purpose, FactKey::consent_has_expiry,
        FactKey::consent_giver_is_author, FactKey::consent_condition_of_service}) {
    Facts turned = given;
    turned.set(key, given.is_false(key));
    EXPECT_TRUE(evaluate(*law, turned).released.empty()) << text_of(key);
    turned.forget(key);
    EXPECT_TRUE(evaluate(*law, turned).released.empty()) << text_of(key);
  }
  Facts unnamed = given;
  unnamed.forget(FactKey::consent_categories);
  EXPECT_TRUE(evaluate(*law, unnamed).released.empty());
}

TEST(Consent, by_itself_lifts_nothing) {
  EXPECT_TRUE(released(silence("t.s"), kAsked + consent_for("[\"*\"]")).empty());
}

TEST(Require, an_unmet_one_keeps_a_lift_from_being_live) {
  const std::string rules =
      silence("t.s") +
      lift("t.l", kAllowAll + "require = { \"information.subject\" = [\"before\"] }\n");
  const Decision decision = evaluate(*law_of(rules), facts_of(kAsked));
  EXPECT_EQ(decision.outcome, Outcome::deny);
  EXPECT_EQ(stop_of(decision, "identity.name"), StopKind::require);
  EXPECT_FALSE(released(rules, kAsked + "\"information.subject\" = \"before\"\n").empty());
}

TEST(Duty, grants_its_mask_beyond_need_and_ceiling_and_no_more) {
  const std::string rules = silence("t.s") + duty("t.d", "owe = [\"concern.child\"]\n");
  const Decision decision =
      evaluate(*law_of(rules), facts_of("data = [\"concern.child\", \"health.substance_use\"]\n"
                                        "need = []\nstate = \"capacity_probe\"\n"));
  EXPECT_EQ(decision.outcome, Outcome::oblige);
  EXPECT_EQ(decision.released, categories({"concern.child"}));
}

TEST(Duty, fires_only_from_a_pack_that_lists_the_senders_jurisdiction) {
  const auto law = law_of({pack("t", silence("t.s") + duty("t.d", "owe = [\"identity.*\"]\n"))});
  EXPECT_EQ(evaluate(*law, facts_of(kAsked + "\"sender.jurisdiction\" = \"US\"\n")).outcome,
            Outcome::deny);
  Facts unknown = facts_of(kAsked);
  unknown.forget(FactKey::sender_jurisdiction);
  const Decision decision = evaluate(*law, unknown);
  EXPECT_EQ(decision.outcome, Outcome::deny);
  EXPECT_THAT(decision.asks, ElementsAre(FactKey::sender_jurisdiction));
}

TEST(Duty, with_an_open_fact_asks_a_human) {
  const std::string rules =
      duty("t.d",
           "when = { \"facts.minor\" = [\"in_danger\"], any = [ { \"facts.crime_known\" = true }, "
           "{ \"facts.aggravation\" = true, \"subject.deceased\" = true } ] }\n"
           "owe = [\"identity.*\"]\n");
  const auto law = law_of(rules);
  EXPECT_THAT(evaluate(*law, facts_of(kAsked)).asks,
              ElementsAre(FactKey::subject_deceased, FactKey::facts_minor,
                          FactKey::facts_crime_known, FactKey::facts_aggravation));
  EXPECT_THAT(evaluate(*law, facts_of(kAsked + "\"subject.deceased\" = false\n")).asks,
              ElementsAre(FactKey::facts_minor, FactKey::facts_crime_known));
  EXPECT_THAT(evaluate(*law, facts_of(kAsked + "\"facts.minor\" = \"none\"\n")).asks, IsEmpty());
}

TEST(Duty, of_a_mandate_grants_what_the_mandate_names) {
  const std::string rules =
      silence("t.s") + duty("t.d",
                            "when = { \"mandate.kind\" = [\"judge_order\"] }\n"
                            "owe = [\"*\"]\nmandate = true\n");
  const std::string order = kAsked + "\"mandate.kind\" = [\"judge_order\"]\n";
  EXPECT_EQ(released(rules, order + "\"mandate.categories\" = [\"need.*\"]\n"),
            categories({"need.code"}));
  const Decision open = evaluate(*law_of(rules), facts_of(order));
  EXPECT_TRUE(open.released.empty());
  EXPECT_THAT(open.asks, ElementsAre(FactKey::mandate_categories));
  EXPECT_EQ(released(rules, kAsked + "\"mandate.kind\" = []\n"), CategorySet{});
}

TEST(Duty, with_an_unmet_require_blocks) {
  const std::string rules =
      silence("t.s") + duty("t.d",
                            "owe = [\"identity.*\"]\n"
                            "require = { \"information.parents\" = [\"before\"] }\n");
  const Decision decision = evaluate(*law_of(rules), facts_of(kAsked));
  EXPECT_EQ(decision.outcome, Outcome::blocked);
  EXPECT_TRUE(decision.released.empty());
  EXPECT_TRUE(cites(decision, "t.d"));
  EXPECT_THAT(decision.asks, ElementsAre(FactKey::information_parents));
  EXPECT_TRUE(decision.has_attachment("human_confirm"));
}

TEST(Bar, holds_when_true_or_unknown_and_defeats_what_it_names) {
  const std::string rules = silence("t.s") + lift("t.l", kAllowAll) + lift("t.m", kAllowAll) +
                            bar("t.b", "when = { objection = true }\ndefeats = [\"t.l\"]\n");
  const auto only_l = silence("t.s") + lift("t.l", kAllowAll) +
                      bar("t.b", "when = { objection = true }\ndefeats = [\"t.*\"]\n");
  EXPECT_FALSE(released(rules, kAsked).empty());  // t.m is not named
  EXPECT_TRUE(released(only_l, kAsked).empty());
  EXPECT_TRUE(released(only_l, kAsked + "objection = true\n").empty());
  EXPECT_FALSE(released(only_l, kAsked + "objection = false\n").empty());
  const Decision decision = evaluate(*law_of(only_l), facts_of(kAsked + "objection = true\n"));
  EXPECT_EQ(stop_of(decision, "identity.name"), StopKind::bar);
  EXPECT_TRUE(cites(decision, "t.b"));
}

TEST(Bar, star_is_every_lift_and_no_duty) {
  const std::string rules = silence("t.s") + lift("t.l", kAllowAll) +
                            duty("t.d", "owe = [\"identity.*\"]\n") +
                            bar("t.b", "defeats = [\"*\"]\n");
  const Decision decision = evaluate(*law_of(rules), facts_of(kAsked));
  EXPECT_EQ(decision.outcome, Outcome::oblige);
  EXPECT_EQ(decision.released, categories({"identity.name"}));
}

TEST(Bar, of_one_pack_defeats_a_lift_of_another) {
  const auto law = law_of({pack("a", silence("a.s") + lift("a.l", kAllowAll)),
                           pack("b", bar("b.b", "defeats = [\"*\"]\n"))});
  EXPECT_TRUE(evaluate(*law, facts_of(kAsked)).released.empty());
}

TEST(Bar, covers_its_categories_only) {
  const std::string rules = silence("t.s") + lift("t.l", kAllowAll) +
                            bar("t.b", "defeats = [\"*\"]\ncategories = [\"identity.*\"]\n");
  EXPECT_EQ(released(rules, kAsked), categories({"need.code"}));
}

TEST(Bar, that_covers_a_category_asks_for_a_live_rule_even_without_silence) {
  EXPECT_TRUE(released(bar("t.b", "defeats = [\"*\"]\n"), kAsked).empty());
}

TEST(Bar, is_overridden_when_such_a_rule_fired) {
  const std::string rules = silence("t.s") +
                            lift("t.l", kAllowAll + "when = { \"consent.written\" = true }\n") +
                            bar("t.b", "defeats = [\"*\"]\noverridden_by = [\"t.l\"]\n");
  EXPECT_FALSE(released(rules, kAsked + "\"consent.written\" = true\n").empty());
  EXPECT_TRUE(released(rules, kAsked).empty());
}

TEST(Bar, spares_a_rule_with_a_basis_it_lists) {
  const auto with = [](const std::string& basis) {
    return released(silence("t.s") + lift("t.l", kAllowAll + "basis = [\"" + basis + "\"]\n") +
                        bar("t.b", "defeats = [\"*\"]\nunless_basis = [\"A6-1-a\", \"A6-1-c\"]\n"),
                    kAsked);
  };
  EXPECT_FALSE(with("A6-1-c").empty());
  EXPECT_TRUE(with("A6-1-e").empty());
}

TEST(Bar, against_a_duty_that_fired_is_a_conflict_and_those_categories_stay) {
  const std::string rules = silence("t.s") + duty("t.d", "owe = [\"identity.*\"]\n") +
                            lift("t.l", kAllowAll) +
                            bar("t.b", "defeats = [\"t.d\"]\ncategories = [\"identity.*\"]\n");
  const Decision decision = evaluate(*law_of(rules), facts_of(kAsked));
  EXPECT_EQ(decision.outcome, Outcome::conflict);
  EXPECT_EQ(decision.released, categories({"need.code"}));
  EXPECT_TRUE(cites(decision, "t.d"));
  EXPECT_TRUE(cites(decision, "t.b"));
}

}  // namespace
}  // namespace relais::policy
