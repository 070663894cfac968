// SPDX-License-Identifier: Apache-2.0
#include "policy/judge.h"

#include "policy/judge_steps.h"

namespace relais::policy {
namespace {

Tri place_listed(const Pack& pack, const Facts& facts, FactKey key) {
  if (!facts.is_known(key)) return Tri::unknown;
  const uint64_t place = facts.value(key);
  if (pack.eu && is_eu_member(place)) return Tri::yes;
  for (const uint64_t listed : pack.jurisdictions) {
    if (lies_in(place, listed)) return Tri::yes;
  }
  return Tri::no;
}

CategorySet set_or_nothing(const Facts& facts, FactKey key) {
  return facts.categories(key);  // an unknown fact has the value 0: the empty set
}

CategorySet ceiling_of(const Vocabulary& words, const Facts& facts, const Gates& gates) {
  if (!facts.is_known(FactKey::state)) return CategorySet::all();
  const auto index = static_cast<size_t>(std::countr_zero(facts.value(FactKey::state)));
  const State& state = words.states()[index];
  CategorySet ceiling = state.ceiling | (state.consented_ceiling & gates.consented);
  if (state.adds_need) ceiling |= gates.need;
  if (state.adds_required_need) ceiling |= set_or_nothing(facts, FactKey::need_required);
  return ceiling;
}

Gates gates_of(const Vocabulary& words, const Facts& facts) {
  Gates gates;
  gates.data = set_or_nothing(facts, FactKey::data);
  gates.need = set_or_nothing(facts, FactKey::need);
  gates.mandate = set_or_nothing(facts, FactKey::mandate_categories);
  gates.mandate_known = facts.is_known(FactKey::mandate_categories);
  gates.consent_satisfied = is_consent_satisfied(facts);
  if (gates.consent_satisfied) {
    gates.consented = set_or_nothing(facts, FactKey::consent_categories);
  }
  gates.ceiling = ceiling_of(words, facts, gates);
  return gates;
}

// A pack is engaged when one of the two jurisdictions is listed or unknown.
uint64_t engaged_packs(const Law& law, const Facts& facts) {
  uint64_t engaged = 0;
  for (size_t i = 0; i < law.packs().size(); ++i) {
    const Pack& pack = law.packs()[i];
    const bool out = place_listed(pack, facts, FactKey::sender_jurisdiction) == Tri::no &&
                     place_listed(pack, facts, FactKey::recipient_jurisdiction) == Tri::no;
    if (!out) engaged |= uint64_t{1} << i;
  }
  return engaged;
}

void fire(const Law& law, const Rule& rule, const Facts& facts, Judgement& judgement) {
  Tri state = purpose_listed(rule, facts);
  if (state != Tri::no) state = std::min(state, law.conditions().test(rule.when, facts));
  if (rule.kind == RuleKind::duty && state != Tri::no) {
    state = std::min(state, lists_sender(law.packs()[rule.pack], facts));
  }
  if (state == Tri::unknown && rule.kind == RuleKind::duty) judgement.open.set(rule.number);
  if (state != Tri::yes) return;
  if (rule.asks_consent && !judgement.gates.consent_satisfied) {
    judgement.short_of_consent.set(rule.number);
    return;
  }
  judgement.fired.set(rule.number);
  if (law.conditions().test(rule.require, facts) == Tri::yes) judgement.ready.set(rule.number);
}

}  // namespace

bool is_consent_satisfied(const Facts& facts) {
  static const uint64_t kGiven = [] {
    const auto states = allowed_values(FactKey::consent_state);
    uint64_t bit = 1;
    for (size_t i = 0; states[i] != "given"; ++i) bit <<= 1;
    return bit;
  }();
  return facts.is_known(FactKey::consent_state) && facts.value(FactKey::consent_state) == kGiven &&
         facts.is_true(FactKey::consent_informed) &&
         facts.is_true(FactKey::consent_covers_recipient) &&
         facts.is_true(FactKey::consent_covers_purpose) &&
         facts.is_true(FactKey::consent_has_expiry) &&
         facts.is_false(FactKey::consent_giver_is_author) &&
         facts.is_false(FactKey::consent_condition_of_service);
}

Tri lists_sender(const Pack& pack, const Facts& facts) {
  return place_listed(pack, facts, FactKey::sender_jurisdiction);
}

Tri purpose_listed(const Rule& rule, const Facts& facts) {
  if (rule.purposes == ~uint64_t{0}) return Tri::yes;
  if (!facts.is_known(FactKey::purpose)) return Tri::unknown;
  return (rule.purposes & facts.value(FactKey::purpose)) != 0 ? Tri::yes : Tri::no;
}

// Without a date no law is in force, and without law nothing leaves.
Judgement begin_judgement(const Law& law, const Facts& facts, Side side) {
  Judgement judgement;
  judgement.side = side;
  judgement.gates = gates_of(law.words(), facts);
  if (facts.is_known(FactKey::date)) judgement.engaged = engaged_packs(law, facts);
  return judgement;
}

bool applies(const Rule& rule, const Facts& facts, const Judgement& judgement) {
  const auto day = static_cast<int32_t>(static_cast<int64_t>(facts.value(FactKey::date)));
  return (judgement.engaged >> rule.pack & 1) != 0 && rule.on(judgement.side) && rule.in_force(day);
}

void weigh_rules(const Law& law, const Facts& facts, Judgement& judgement) {
  for (const Rule& rule : law.rules()) {
    if (!applies(rule, facts, judgement)) continue;
    if (rule.grants()) {
      fire(law, rule, facts, judgement);
    } else if (law.conditions().test(rule.when, facts) != Tri::no) {
      judgement.holding.set(rule.number);
    }
  }
}

Judgement judge(const Law& law, const Facts& facts) {
  Judgement judgement = begin_judgement(law, facts, Side::sender);
  weigh_rules(law, facts, judgement);
  conclude(law, facts, {}, judgement);
  return judgement;
}

}  // namespace relais::policy
