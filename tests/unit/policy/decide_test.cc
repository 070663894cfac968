// SPDX-License-Identifier: Apache-2.0
// law.md, "The decision", clause by clause, on laws of a few rules.
#include "policy/decide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/policy/laws.h"

namespace relais::policy {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kTail = "cite = \"Art.\"\nin_force = { from = 2000-01-01 }\n";

std::string silence(const std::string& id, const std::string& lines = "") {
  return "[[silence]]\nid = \"" + id + "\"\n" + lines + kTail;
}
std::string lift(const std::string& id, const std::string& lines) {
  return "[[lift]]\nid = \"" + id + "\"\n" + lines + kTail;
}
std::string duty(const std::string& id, const std::string& lines) {
  return "[[duty]]\nid = \"" + id + "\"\n" + lines + kTail;
}
std::string bar(const std::string& id, const std::string& lines) {
  return "[[bar]]\nid = \"" + id + "\"\n" + lines + kTail;
}

const std::string kAsked =
    "data = [\"identity.name\", \"need.code\"]\nneed = [\"identity.name\", \"need.code\"]\n";
const std::string kAllowAll = "allow = [\"*\"]\n";

CategorySet released(const std::string& rules, const std::string& facts) {
  return evaluate(*law_of(rules), facts_of(facts)).released;
}

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
