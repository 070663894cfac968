// SPDX-License-Identifier: Apache-2.0
// What a decision says beside its verdicts: ceilings, attachments, counterfactuals, and the Permit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/policy/small_rules.h"

namespace relais::policy {
namespace {

using ::testing::ElementsAre;

TEST(Ceiling, of_a_state_bounds_lifts_and_needs) {
  const std::string asked =
      "data = [\"identity.name\", \"need.code\", \"need.urgency\", \"contact.point\", "
      "\"household.persons\"]\n"
      "need = [\"*\"]\n\"need.required\" = [\"household.persons\"]\n";
  const auto at = [&](const std::string& state) {
    return released("", asked + "state = \"" + state + "\"\n");
  };
  EXPECT_EQ(at("capacity_probe"), categories({"need.code"}));
  EXPECT_EQ(at("requested"), categories({"need.code", "need.urgency", "household.persons"}));
  EXPECT_EQ(at("accepted"), categories({"need.code", "need.urgency", "household.persons",
                                        "identity.name", "contact.point"}));
  EXPECT_EQ(at("in_progress").count(), 5);
  EXPECT_TRUE(at("draft").empty());
  EXPECT_TRUE(at("rejected").empty());
  EXPECT_EQ(
      stop_of(evaluate(*law_of(""), facts_of(asked + "state = \"requested\"\n")), "identity.name"),
      StopKind::ceiling);
}

TEST(Ceiling, whether_a_need_was_met_goes_back_with_its_own_consent_only) {
  const std::string asked =
      "data = [\"outcome.*\"]\nneed = [\"outcome.*\"]\nstate = \"completed\"\n";
  EXPECT_EQ(released("", asked), categories({"outcome.code"}));
  EXPECT_EQ(released("", asked + consent_for("[\"outcome.met\"]")),
            categories({"outcome.code", "outcome.met"}));
  EXPECT_EQ(released("", asked + consent_for("[\"identity.*\"]")), categories({"outcome.code"}));
}

TEST(Routing, accompanies_a_release_and_never_a_capacity_probe) {
  const std::string asked = "data = [\"routing.subject_handle\", \"need.code\"]\n";
  EXPECT_EQ(released("", asked + "need = [\"need.code\"]\n"),
            categories({"routing.subject_handle", "need.code"}));
  EXPECT_TRUE(released("", asked + "need = [\"routing.*\"]\n").empty());
  EXPECT_EQ(released("", asked + "need = [\"need.code\"]\nstate = \"capacity_probe\"\n"),
            categories({"need.code"}));
}

TEST(TierFour, never_leaves_whatever_the_law) {
  const Decision decision =
      evaluate(*law_of(silence("t.s") + lift("t.l", kAllowAll) + duty("t.d", "owe = [\"*\"]\n")),
               facts_of("data = [\"note.private\", \"religion\"]\nneed = [\"*\"]\n"));
  EXPECT_TRUE(decision.released.empty());
  EXPECT_EQ(stop_of(decision, "note.private"), StopKind::tier);
}

TEST(Attachments, come_from_live_rules_and_offers_from_what_stopped) {
  const std::string rules =
      silence("t.s", "offer = [\"self_carried\"]\n") +
      lift("t.l",
           "allow = [\"identity.*\"]\nattach = [\"inform_before\"]\n"
           "attach_when = [ { when = { \"information.parents\" = [\"waived\"] }, "
           "attach = [\"withhold_from_log_view\"] } ]\n");
  EXPECT_THAT(evaluate(*law_of(rules), facts_of(kAsked)).attachments,
              ElementsAre("inform_before", "self_carried"));
  EXPECT_THAT(evaluate(*law_of(rules), facts_of(kAsked + "\"information.parents\" = \"waived\"\n"))
                  .attachments,
              ElementsAre("inform_before", "self_carried", "withhold_from_log_view"));
}

TEST(Counterfactuals, are_smallest_and_true_when_applied) {
  const std::string rules =
      silence("t.s") +
      lift("t.l", kAllowAll +
                      "when = { \"recipient.named\" = true }\n"
                      "require = { \"information.subject\" = [\"before\"] }\n") +
      lift("t.m", "allow = [\"identity.*\"]\nconsent = \"required\"\n");
  const auto law = law_of(rules);
  const Decision decision = evaluate(*law, facts_of(kAsked));
  std::vector<std::string> texts;
  for (const Counterfactual& one : decision.counterfactuals) {
    texts.push_back(one.text());
    EXPECT_EQ(evaluate(*law, one.facts).released, one.released);
    EXPECT_EQ(evaluate(*law, one.facts).outcome, one.outcome);
  }
  EXPECT_THAT(texts, ElementsAre("consent.state=given",
                                 "information.subject=before & recipient.named=true"));
}

TEST(Counterfactuals, of_a_conflict_is_to_drop_what_is_contested) {
  const std::string rules = silence("t.s") + lift("t.l", kAllowAll) +
                            duty("t.d", "owe = [\"identity.*\"]\n") +
                            bar("t.b", "defeats = [\"t.d\"]\n");
  const Decision decision = evaluate(*law_of(rules), facts_of(kAsked));
  ASSERT_EQ(decision.outcome, Outcome::conflict);
  ASSERT_FALSE(decision.counterfactuals.empty());
  EXPECT_EQ(decision.counterfactuals[0].text(), "drop:identity.name");
  EXPECT_EQ(decision.counterfactuals[0].outcome, Outcome::permit);
}

PermitScope scope(bool confirmed) {
  PermitScope scope;
  scope.recipient = AgencyId("siao");
  scope.confirmed_by_human = confirmed;
  return scope;
}

TEST(Permit, exists_when_the_outcome_is_permit) {
  const auto law = law_of(silence("t.s", "offer = [\"self_carried\"]\n") +
                          lift("t.l", "allow = [\"identity.*\"]\nattach = [\"inform_before\"]\n"));
  const Ruling ruling = decide(*law, facts_of(kAsked), scope(false));
  ASSERT_TRUE(ruling.permit);
  EXPECT_EQ(ruling.permit->released(), categories({"identity.name"}));
  EXPECT_EQ(ruling.permit->purpose(), "service_referral");
  EXPECT_EQ(ruling.permit->scope().recipient, AgencyId("siao"));
  EXPECT_EQ(ruling.permit->grounds().at(0).rule, "t.l");
  EXPECT_THAT(ruling.permit->attachments(), ElementsAre("inform_before"));
}

TEST(Permit, of_a_duty_needs_a_named_human) {
  const auto law = law_of(silence("t.s") + duty("t.d", "owe = [\"identity.*\"]\n"));
  EXPECT_FALSE(decide(*law, facts_of(kAsked), scope(false)).permit);
  EXPECT_TRUE(decide(*law, facts_of(kAsked), scope(true)).permit);
}

TEST(Permit, never_exists_for_deny_blocked_or_conflict) {
  const auto none = [](const std::string& rules) {
    return !decide(*law_of(rules), facts_of(kAsked), scope(true)).permit;
  };
  EXPECT_TRUE(none(silence("t.s")));
  EXPECT_TRUE(none(duty("t.d", "owe = [\"identity.*\"]\nrequire = { objection = false }\n")));
  EXPECT_TRUE(none(duty("t.d", "owe = [\"identity.*\"]\n") + bar("t.b", "defeats = [\"t.d\"]\n")));
}

}  // namespace
}  // namespace relais::policy
