// SPDX-License-Identifier: Apache-2.0
#include "policy/analyse/analysis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/analyse/comparison.h"
#include "policy/case_file.h"
#include "tests/unit/policy/laws.h"

namespace relais::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kEnd = "cite = \"Art. 1\"\nin_force = { from = 2000-01-01 }\n";

std::string rule(const std::string& kind, const std::string& id, const std::string& lines) {
  return "[[" + kind + "]]\nid = \"" + id + "\"\n" + lines + kEnd;
}

const std::string kSilence = rule("silence", "t.s", "");

Analysis analysis_of(const std::string& rules) {
  const PackText text = pack("t", rules);
  return Analysis(law_of(std::vector<PackText>{text}),
                  [text](const Parameters& more) { return Law::parse(words(), {text}, more); });
}

std::vector<std::string> dead(const std::string& rules) {
  std::vector<std::string> lines;
  auto analysis = analysis_of(rules);
  for (const DeadRule& one : analysis.dead_rules()) lines.push_back(one.rule->id + " " + one.why);
  return lines;
}

CategoryBit bit_of(const std::string& code) { return *words().find(code); }

uint64_t value_of(FactKey key, const std::string& text) {
  return *encode_value(words(), key, text);
}

TEST(DeadRules, are_those_whose_condition_no_request_can_meet) {
  EXPECT_THAT(dead(rule("lift", "t.a",
                        "allow = [\"*\"]\nwhen = { objection = true, not = { objection = "
                        "true } }\n") +
                   rule("lift", "t.b", "allow = [\"*\"]\n")),
              ElementsAre("t.a can never be true"));
}

TEST(DeadRules, are_found_through_alternatives_dates_and_sets) {
  const std::string any =
      "allow = [\"*\"]\nwhen = { \"sender.secrecy\" = [\"none\"], any = [ { \"sender.secrecy\" = "
      "[\"state\"] }, { \"sender.secrecy\" = [\"function\"] } ] }\n";
  const std::string late =
      "allow = [\"*\"]\nwhen = { date = { min = 2030-01-01 } }\ncite = \"x\"\n"
      "in_force = { to = 2029-12-31 }\n";
  EXPECT_THAT(dead(rule("lift", "t.a", any) + "[[lift]]\nid = \"t.b\"\n" + late),
              ElementsAre("t.a can never be true", "t.b can never be true"));
  const std::string set =
      "allow = [\"*\"]\nwhen = { \"mandate.kind\" = [\"subpoena\"], not = { "
      "\"mandate.kind\" = [\"judge_order\"] } }\n";
  EXPECT_THAT(dead(rule("lift", "t.a", set)), IsEmpty());
}

TEST(DeadRules, a_closed_parameter_does_not_make_one_and_two_that_exclude_each_other_do) {
  const std::string parameters = "[parameters]\nopen = false\nlevel = 3\n";
  EXPECT_THAT(dead(parameters + rule("lift", "t.a",
                                     "allow = [\"*\"]\nwhen = { \"param.open\" = true, "
                                     "\"param.level\" = [4, 5] }\n")),
              IsEmpty());
  EXPECT_THAT(dead(parameters + rule("lift", "t.a",
                                     "allow = [\"*\"]\nwhen = { \"param.open\" = true, any = [ { "
                                     "\"param.open\" = false } ] }\n")),
              ElementsAre("t.a can never be true"));
}

TEST(DeadRules, a_require_that_contradicts_the_condition_is_one) {
  EXPECT_THAT(dead(rule("lift", "t.a",
                        "allow = [\"*\"]\nwhen = { \"recipient.named\" = false }\nrequire = { "
                        "\"recipient.named\" = true }\n")),
              ElementsAre("t.a requires what can never be met with it"));
}

TEST(DeadRules, a_lift_that_an_absolute_bar_always_meets_is_one) {
  EXPECT_THAT(dead(rule("lift", "t.a", "allow = [\"need.code\"]\n") +
                   rule("lift", "t.b", "allow = [\"need.code\", \"identity.name\"]\n") +
                   rule("bar", "t.x", "categories = [\"need.code\"]\ndefeats = [\"*\"]\n")),
              ElementsAre("t.a is defeated whenever it is true"));
}

TEST(Standoffs, of_a_duty_and_an_absolute_bar_come_with_a_conflict_that_is_one) {
  const std::string duty = rule("duty", "t.d",
                                "owe = [\"concern.child\"]\nwhen = { \"facts.minor\" = "
                                "[\"in_danger\"] }\n");
  const std::string bar = "defeats = [\"t.d\"]\nwhen = { origin = [\"vawa\"] }\n";
  auto analysis = analysis_of(duty + rule("bar", "t.x", bar));
  const auto found = analysis.duties_against_absolute_bars();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].duty->id, "t.d");
  EXPECT_EQ(found[0].bar->id, "t.x");
  EXPECT_EQ(analysis.decide(found[0].witness).outcome, Outcome::conflict);
}

TEST(Standoffs, are_none_when_something_overrides_the_bar_or_both_never_meet) {
  const std::string duty = rule("duty", "t.d",
                                "owe = [\"concern.child\"]\nwhen = { \"facts.minor\" = "
                                "[\"in_danger\"] }\n");
  auto overridden =
      analysis_of(duty + rule("lift", "t.o", "allow = [\"concern.child\"]\n") +
                  rule("bar", "t.x", "defeats = [\"t.d\"]\noverridden_by = [\"t.o\"]\n"));
  EXPECT_THAT(overridden.duties_against_absolute_bars(), IsEmpty());
  auto apart = analysis_of(
      duty + rule("bar", "t.x", "defeats = [\"t.d\"]\nwhen = { \"facts.minor\" = [\"none\"] }\n"));
  EXPECT_THAT(apart.duties_against_absolute_bars(), IsEmpty());
}

TEST(Release, a_category_that_no_rule_lifts_from_silence_never_leaves) {
  auto analysis = analysis_of(kSilence + rule("lift", "t.a", "allow = [\"need.code\"]\n"));
  EXPECT_TRUE(analysis.can_leave(bit_of("need.code"), {}).has_value());
  Scope later;
  later.date = Date::of(2026, 11, 1);
  EXPECT_FALSE(analysis.can_leave(bit_of("health.clinical"), later).has_value());
  // Before the silence was law, a need was enough.
  EXPECT_TRUE(analysis.can_leave(bit_of("health.clinical"), {}).has_value());
}

TEST(Release, a_witness_is_small_true_and_within_what_was_asked) {
  auto analysis = analysis_of(
      kSilence +
      rule("lift", "t.a",
           "allow = [\"*\"]\nwhen = { \"recipient.category\" = [\"health\", \"crip\"] }\n"
           "consent = \"required\"\n") +
      rule("lift", "t.b",
           "allow = [\"need.code\"]\nwhen = { \"recipient.category\" = [\"crip\"] }\n"));
  Scope scope;
  scope.date = Date::of(2026, 11, 1);
  scope.recipient = value_of(FactKey::recipient_category, "crip");
  scope.purpose = value_of(FactKey::purpose, "social_action");
  scope.without_consent = true;
  const auto witness = analysis.can_leave(bit_of("need.code"), scope);
  ASSERT_TRUE(witness.has_value());
  EXPECT_TRUE(leaves(analysis.decide(*witness), bit_of("need.code")));
  EXPECT_EQ(witness->facts.text(words(), FactKey::recipient_category), "crip");
  EXPECT_EQ(witness->facts.text(words(), FactKey::data), "need.code");
  EXPECT_FALSE(witness->facts.is_known(FactKey::subject_capacity));
  EXPECT_FALSE(analysis.can_leave(bit_of("identity.name"), scope).has_value());
  scope.without_consent = false;
  EXPECT_TRUE(analysis.can_leave(bit_of("identity.name"), scope).has_value());
}

TEST(Release, a_witness_is_a_case_that_passes) {
  const PackText text = pack("t", kSilence + rule("lift", "t.a", "allow = [\"need.code\"]\n"));
  auto analysis = analysis_of(kSilence + rule("lift", "t.a", "allow = [\"need.code\"]\n"));
  Scope scope;
  scope.date = Date::of(2026, 11, 1);
  const auto witness = analysis.can_leave(bit_of("need.code"), scope);
  ASSERT_TRUE(witness.has_value());
  const std::string file = case_head(analysis.law()) +
                           to_case(analysis.law(), "W", "why", *witness, analysis.decide(*witness));
  const auto cases = CaseFile::parse(words(), file, "w.cases.toml");
  ASSERT_TRUE(cases.has_value()) << cases.error().where;
  ASSERT_EQ(cases->cases.size(), 1U);
  EXPECT_THAT(
      differences(analysis.law(), cases->cases[0], evaluate(analysis.law(), cases->cases[0].facts)),
      IsEmpty());
}

Comparison compare(const std::string& before, const std::string& after) {
  const PackText old_text = pack("t", before);
  const PackText new_text = pack("t", after);
  const auto make = [](const PackText& text) {
    return [text](const Parameters& more) { return Law::parse(words(), {text}, more); };
  };
  return Comparison({law_of(std::vector<PackText>{old_text}),
                     law_of(std::vector<PackText>{new_text}), make(old_text), make(new_text)},
                    false);
}

std::vector<std::string> changes(const std::string& before, const std::string& after) {
  std::vector<std::string> lines;
  auto comparison = compare(before, after);
  for (const Difference& one : comparison.differences({})) lines.push_back(one.what);
  return lines;
}

TEST(Comparison, proves_two_ways_to_say_the_same_equal) {
  const std::string a =
      kSilence +
      rule("lift", "t.a", "allow = [\"need.code\"]\nwhen = { not = { objection = true } }\n");
  const std::string b =
      kSilence + rule("lift", "t.a", "allow = [\"need.code\"]\nwhen = { objection = false }\n");
  auto comparison = compare(a, b);
  EXPECT_THAT(comparison.differences({}), IsEmpty());
  EXPECT_THAT(comparison.rules_changed(), ElementsAre("t.a is changed"));
  EXPECT_THAT(comparison.receiver_rules_changed(), IsEmpty());
}

TEST(Comparison, shows_a_wider_mask_with_a_request_that_differs) {
  const std::string a = kSilence + rule("lift", "t.a", "allow = [\"need.code\"]\n");
  const std::string b =
      kSilence + rule("lift", "t.a", "allow = [\"need.code\", \"identity.name\"]\n");
  auto comparison = compare(a, b);
  const auto found = comparison.differences({});
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].what, "identity.name is released");
  EXPECT_FALSE(found[0].before.released.has(bit_of("identity.name")));
  EXPECT_TRUE(found[0].after.released.has(bit_of("identity.name")));
  EXPECT_THAT(comparison.receiver_rules_changed(), ElementsAre("t.a is changed"));
  EXPECT_THAT(changes(b, a), ::testing::Contains("identity.name is no longer released"));
}

TEST(Comparison, sees_an_attachment_that_falls_away_and_a_permission_that_becomes_a_duty) {
  const std::string lift =
      rule("lift", "t.a", "allow = [\"need.code\"]\nattach = [\"inform_after\"]\n");
  const std::string bare = rule("lift", "t.a", "allow = [\"need.code\"]\n");
  EXPECT_THAT(changes(kSilence + lift, kSilence + bare),
              ElementsAre("attachment inform_after falls away"));
  const std::string duty = rule("duty", "t.d", "owe = [\"need.code\"]\n");
  EXPECT_THAT(changes(kSilence + bare, kSilence + bare + duty),
              ::testing::Contains("outcome permit becomes oblige"));
}

TEST(Comparison, says_when_only_the_receivers_side_changed) {
  const std::string bar = "when = { objection = true }\ndefeats = [\"*\"]\n";
  auto comparison = compare(kSilence + rule("bar", "t.x", bar),
                            kSilence + rule("bar", "t.x", bar + "side = \"both\"\n"));
  EXPECT_THAT(comparison.differences({}), IsEmpty());
  EXPECT_THAT(comparison.receiver_rules_changed(), ElementsAre("t.x is changed"));
}

}  // namespace
}  // namespace relais::policy
