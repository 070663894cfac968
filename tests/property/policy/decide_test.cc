// SPDX-License-Identifier: Apache-2.0
// The properties P1 to P9 and P11 to P14 of law.md over random laws and facts; P10 is in
// engine_test.cc. (P6 leaves out the two jurisdictions: "unknown" engages every loaded pack, and a
// pack that is engaged brings its lifts.)
#include "policy/decide.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "policy/judge.h"
#include "tests/property/policy/random_law.h"

namespace relais::policy {
namespace {

CategorySet decided(const Judgement& judgement) { return judgement.released & words().decidable(); }

RC_GTEST_PROP(Law, P1_without_a_live_rule_nothing_leaves_under_silence, ()) {
  std::vector<RuleText> rules = random_rules();
  rules.push_back({"fr", "silence", "fr.z", "in_force = \"unverified\"\n"});
  const auto law = law_of(rules);
  Facts facts = random_facts();
  facts.set_raw(FactKey::sender_jurisdiction, *encode_jurisdiction("FR"));
  const Judgement judgement = judge(*law, facts);
  RC_ASSERT(decided(judgement).within(judgement.granted));
}

RC_GTEST_PROP(Law, P2_order_and_duplication_do_not_matter, ()) {
  const std::vector<RuleText> rules = random_rules();
  std::vector<RuleText> other = rules;
  for (const RuleText& rule : rules) {
    if (roll(3) == 0) other.push_back({rule.pack, rule.kind, rule.id + ".copy", rule.lines});
  }
  const size_t turn = static_cast<size_t>(roll(static_cast<int>(other.size())));
  std::rotate(other.begin(), other.begin() + static_cast<std::ptrdiff_t>(turn), other.end());
  const Facts facts = random_facts();
  const Judgement one = judge(*law_of(rules), facts);
  const Judgement two = judge(*law_of(other), facts);
  RC_ASSERT(one.released == two.released);
  RC_ASSERT(one.outcome == two.outcome);
}

RC_GTEST_PROP(Law, P3_a_further_bar_never_adds, ()) {
  std::vector<RuleText> rules = random_rules();
  const Facts facts = random_facts();
  const Judgement before = judge(*law_of(rules), facts);
  rules.push_back(random_rule("bar", 'z'));
  RC_ASSERT(judge(*law_of(rules), facts).released.within(before.released));
}

RC_GTEST_PROP(Law, P4_less_consent_never_adds, ()) {
  const auto law = law_of(random_rules());
  const Facts facts = random_facts();
  Facts less = facts;
  switch (roll(4)) {
    case 0:
      RC_ASSERT(less.set(words(), "consent.state", "withdrawn").has_value());
      break;
    case 1:
      less.set(FactKey::consent_has_expiry, false);
      break;
    case 2:
      RC_ASSERT(less.set(words(), "consent.state", "expired").has_value());
      break;
    default:
      less.set(FactKey::consent_categories,
               facts.categories(FactKey::consent_categories) & categories({"identity.*"}));
  }
  RC_ASSERT(judge(*law, less).released.within(judge(*law, facts).released));
}

RC_GTEST_PROP(Law, P5_an_objection_never_adds, ()) {
  const auto law = law_of(random_rules());
  const Facts facts = random_facts();
  for (const FactKey key : {FactKey::objection, FactKey::restriction}) {
    Facts objected = facts;
    objected.set(key, true);
    RC_ASSERT(judge(*law, objected).released.within(judge(*law, facts).released));
  }
}

RC_GTEST_PROP(Law, P6_knowing_less_never_adds, ()) {
  const auto law = law_of(random_rules());
  const Facts facts = random_facts();
  const Judgement before = judge(*law, facts);
  for (size_t i = 0; i < kFactKeys; ++i) {
    const auto key = static_cast<FactKey>(i);
    const bool always_set = key == FactKey::state || key == FactKey::date || key == FactKey::data ||
                            key == FactKey::need || key == FactKey::sender_jurisdiction ||
                            key == FactKey::recipient_jurisdiction;
    if (always_set || !facts.is_known(key)) continue;
    Facts less = facts;
    less.forget(key);
    RC_ASSERT(judge(*law, less).released.within(before.released));
  }
}

RC_GTEST_PROP(Law, P7_what_leaves_was_asked_for_and_by_a_lift_only_what_is_needed, ()) {
  const Judgement judgement = judge(*law_of(random_rules()), random_facts());
  RC_ASSERT(judgement.released.within(judgement.gates.data));
  RC_ASSERT(decided(judgement).minus(judgement.owed).within(judgement.gates.need));
}

RC_GTEST_PROP(Law, P8_what_leaves_under_silence_has_a_citation_in_force, ()) {
  std::vector<RuleText> rules = random_rules();
  rules.push_back({"fr", "silence", "fr.z", "in_force = \"unverified\"\n"});
  const auto law = law_of(rules);
  Facts facts = random_facts();
  facts.set_raw(FactKey::sender_jurisdiction, *encode_jurisdiction("FR"));
  const Decision decision = evaluate(*law, facts);
  const auto day = static_cast<int32_t>(facts.value(FactKey::date));
  for (const Verdict& verdict : decision.verdicts) {
    if (verdict.effect == Effect::must_not || words().tier(0).has(verdict.category)) continue;
    RC_ASSERT(!verdict.rules.empty());
    for (const RuleRef& rule : verdict.rules) RC_ASSERT(law->find(rule.id)->in_force(day));
  }
}

RC_GTEST_PROP(Law, P9_tier_four_never_appears, ()) {
  const auto law = law_of(random_rules());
  const Facts facts = random_facts();
  RC_ASSERT((judge(*law, facts).released & words().tier(4)).empty());
  RC_ASSERT((receive(*law, facts, {}).released & words().tier(4)).empty());
}

RC_GTEST_PROP(Law, P11_a_replay_from_the_record_decides_the_same, ()) {
  const auto law = law_of(random_rules());
  const Facts facts = random_facts();
  const auto kept = Facts::from_canonical(facts.canonical(words()), words());
  RC_ASSERT(kept.has_value());
  RC_ASSERT(*kept == facts);
  RC_ASSERT(judge(*law, *kept).released == judge(*law, facts).released);
}

// What is glued to the data is a fact like any other to the engine: nothing that is decided,
// recorded, replayed or proposed may lose it. (That an envelope carries it on is the line's to
// test.)
RC_GTEST_PROP(Law, P12_origin_labels_survive, ()) {
  const auto law = law_of(random_rules());
  Facts facts = random_facts();
  const auto labels = allowed_values(FactKey::origin);
  const auto some = static_cast<uint64_t>(roll(1 << labels.size()));
  facts.set_raw(FactKey::origin, some);
  const auto kept = Facts::from_canonical(facts.canonical(words()), words());
  RC_ASSERT(kept.has_value());
  RC_ASSERT(kept->is_known(FactKey::origin));
  RC_ASSERT(kept->value(FactKey::origin) == some);
  for (const Counterfactual& one : evaluate(*law, facts).counterfactuals) {
    RC_ASSERT(one.facts.value(FactKey::origin) == some);
  }
}

RC_GTEST_PROP(Law, P13_a_duty_never_releases_beyond_its_mask, ()) {
  const auto law = law_of(random_rules());
  const Facts facts = random_facts();
  const Judgement judgement = judge(*law, facts);
  CategorySet masks;
  for (const Rule& rule : law->rules()) {
    if (rule.kind != RuleKind::duty || !judgement.fired[rule.number]) continue;
    masks |= rule.mandate ? rule.mask & facts.categories(FactKey::mandate_categories) : rule.mask;
  }
  RC_ASSERT(judgement.owed.within(masks));
  const Decision decision = evaluate(*law, facts);
  for (const Verdict& verdict : decision.verdicts) {
    RC_ASSERT((verdict.effect != Effect::must || masks.has(verdict.category)));
  }
}

RC_GTEST_PROP(Law, P14_each_counterfactual_is_true_when_applied, ()) {
  const auto law = law_of(random_rules());
  const Facts facts = random_facts();
  const Decision before = evaluate(*law, facts);
  for (const Counterfactual& one : before.counterfactuals) {
    const Decision after = evaluate(*law, one.facts);
    RC_ASSERT(after.outcome == one.outcome);
    RC_ASSERT(after.released == one.released);
    RC_ASSERT((after.outcome == Outcome::permit || after.outcome == Outcome::oblige));
    RC_ASSERT((!after.released.within(before.released) || before.outcome != Outcome::permit));
  }
}

RC_GTEST_PROP(Law, a_permit_lets_out_exactly_what_was_decided_and_only_then, ()) {
  const auto law = law_of(random_rules());
  PermitScope scope;
  scope.confirmed_by_human = roll(2) == 0;
  const Ruling ruling = decide(*law, random_facts(), scope);
  const bool lets = ruling.decision.outcome == Outcome::permit ||
                    (ruling.decision.outcome == Outcome::oblige && scope.confirmed_by_human);
  RC_ASSERT(ruling.permit.has_value() == lets);
  if (lets) RC_ASSERT(ruling.permit->released() == ruling.decision.released);
}

RC_GTEST_PROP(Law, every_withheld_category_says_what_stopped_it, ()) {
  const Decision decision = evaluate(*law_of(random_rules()), random_facts());
  for (const Verdict& verdict : decision.verdicts) {
    const bool withheld = verdict.effect == Effect::must_not;
    RC_ASSERT(withheld == !decision.released.has(verdict.category));
    RC_ASSERT(withheld == (verdict.stop != StopKind::none));
  }
}

RC_GTEST_PROP(Receive, takes_no_more_than_the_service_declared, ()) {
  const auto law = law_of(random_rules());
  const Facts facts = random_facts();
  std::vector<Ground> claims;
  for (const Rule& rule : law->rules()) {
    if (rule.grants() && roll(2) == 0) claims.push_back({rule.id, rule.cite, rule.basis});
  }
  if (roll(2) == 0) claims.push_back({"xx.a", "Art.", {"A6-1-e"}});
  const Decision decision = receive(*law, facts, claims);
  const CategorySet taken = decision.released & words().decidable();
  RC_ASSERT(taken.within(facts.categories(FactKey::need) & facts.categories(FactKey::data)));
}

RC_GTEST_PROP(Receive, a_restriction_or_less_of_the_envelope_never_adds, ()) {
  const auto law = law_of(random_rules());
  const Facts facts = random_facts();
  std::vector<Ground> claims;
  for (const Rule& rule : law->rules()) {
    if (rule.grants() && roll(2) == 0) claims.push_back({rule.id, rule.cite, rule.basis});
  }
  const CategorySet before = receive(*law, facts, claims).released;
  Facts restricted = facts;
  restricted.set(FactKey::restriction, true);
  RC_ASSERT(receive(*law, restricted, claims).released.within(before));
}

}  // namespace
}  // namespace relais::policy
