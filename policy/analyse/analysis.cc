// SPDX-License-Identifier: Apache-2.0
#include "policy/analyse/analysis.h"

#include <algorithm>

#include "policy/judge.h"

namespace relais::policy {
namespace {

uint64_t given_state() {
  const auto states = allowed_values(FactKey::consent_state);
  const auto given = std::find(states.begin(), states.end(), std::string_view("given"));
  return uint64_t{1} << (given - states.begin());
}

// What a witness of a scope may not lose.
bool lies_within(const Scope& scope, const Facts& facts) {
  const auto is = [&](FactKey key, const std::optional<uint64_t>& value) {
    return !value || (facts.is_known(key) && facts.value(key) == *value);
  };
  const bool consent = facts.value(FactKey::consent_state) == given_state();
  return is(FactKey::recipient_category, scope.recipient) &&
         is(FactKey::sender_category, scope.sender) && is(FactKey::purpose, scope.purpose) &&
         !(scope.without_consent && consent);
}

bool leaves_in(const Law& law, const Facts& facts, CategoryBit category) {
  const Judgement judgement = judge(law, facts);
  const bool sent = judgement.outcome == Outcome::permit || judgement.outcome == Outcome::oblige;
  return sent && judgement.released.has(category);
}

}  // namespace

Parameters changed_parameters(const Law& law, const Parameters& parameters) {
  Parameters changed;
  for (const auto& [name, value] : parameters) {
    for (const Pack& pack : law.packs()) {
      const auto own = pack.parameters.find(name);
      if (own != pack.parameters.end() && own->second != value) changed[name] = value;
    }
  }
  return changed;
}

Analysis::Analysis(std::shared_ptr<const Law> law, MakeLaw make)
    : law_(std::move(law)),
      make_(std::move(make)),
      domain_(solver_, {law_.get()}),
      formula_(solver_, domain_, *law_, true) {}

std::shared_ptr<const Law> Analysis::with(const Parameters& parameters) {
  if (parameters.empty()) return law_;
  auto law = make_(parameters);
  RELAIS_CHECK(law.has_value());  // the packs loaded before, and the values are of their types
  return *law;
}

Lits Analysis::assume(const Scope& scope) {
  Lits all;
  if (!scope.free_parameters) all = domain_.parameters_of(*law_);
  const auto is = [&](FactKey key, const std::optional<uint64_t>& value) {
    if (value) all.push_back(domain_.meets(key, *value).yes);
  };
  is(FactKey::recipient_category, scope.recipient);
  is(FactKey::sender_category, scope.sender);
  is(FactKey::purpose, scope.purpose);
  if (scope.date)
    all.push_back(domain_.on(FactKey::date, static_cast<uint64_t>(scope.date->days())));
  if (scope.jurisdiction) {
    all.push_back(domain_.like(FactKey::sender_jurisdiction, *scope.jurisdiction));
    all.push_back(domain_.like(FactKey::recipient_jurisdiction, *scope.jurisdiction));
  }
  if (scope.without_consent) {
    all.push_back(-domain_.meets(FactKey::consent_state, given_state()).yes);
  }
  return all;
}

std::optional<Witness> Analysis::ask(const Lits& assumed, const Scope& scope,
                                     const std::function<bool(const Law&, const Facts&)>& shows) {
  Lits all = assume(scope);
  all.insert(all.end(), assumed.begin(), assumed.end());
  if (!solver_.can_be(all)) return std::nullopt;
  Witness witness{domain_.facts(), changed_parameters(*law_, domain_.parameters())};
  if (scope.date) witness.facts.set(FactKey::date, *scope.date);
  if (scope.jurisdiction) {
    witness.facts.set_raw(FactKey::sender_jurisdiction, *scope.jurisdiction);
    witness.facts.set_raw(FactKey::recipient_jurisdiction, *scope.jurisdiction);
  }
  const auto law = with(witness.parameters);
  const auto in_scope = [&](const Facts& facts) {
    return lies_within(scope, facts) && shows(*law, facts);
  };
  RELAIS_CHECK(in_scope(witness.facts));
  witness.facts = shrink(witness.facts, in_scope);
  return witness;
}

void Analysis::sift(std::vector<const Rule*>& open, const std::function<Lit(const Rule&)>& lit) {
  Lits lits;  // of what is open, each built once
  for (const Rule* rule : open) lits.push_back(lit(*rule));
  while (!open.empty()) {
    const Lit some = solver_.or_(lits);
    if (some == Solver::kFalse || !solver_.can_be({some})) return;
    std::vector<const Rule*> left;
    Lits left_lits;
    for (size_t i = 0; i < open.size(); ++i) {
      if (solver_.value(lits[i])) continue;
      left.push_back(open[i]);
      left_lits.push_back(lits[i]);
    }
    open = std::move(left);
    lits = std::move(left_lits);
  }
}

Lit Analysis::can_live(const Rule& rule) {
  Lits any;
  rule.mask.each([&](CategoryBit category) {
    any.push_back(
        solver_.and_({formula_.satisfied(rule), formula_.required(rule),
                      formula_.grant(rule, category), -formula_.defeated(rule, category)}));
  });
  return solver_.or_(any);
}

std::vector<DeadRule> Analysis::dead_rules() {
  std::vector<DeadRule> dead;
  std::vector<const Rule*> never;
  std::vector<const Rule*> granting;
  for (const Rule& rule : law_->rules()) never.push_back(&rule);
  sift(never, [&](const Rule& rule) { return formula_.satisfied(rule); });
  for (const Rule* rule : never) dead.push_back({rule, "can never be true"});
  for (const Rule& rule : law_->rules()) {
    const bool known = std::find(never.begin(), never.end(), &rule) != never.end();
    if (rule.grants() && !known) granting.push_back(&rule);
  }
  std::vector<const Rule*> unmet = granting;
  sift(unmet, [&](const Rule& rule) {
    return solver_.and_(formula_.satisfied(rule), formula_.required(rule));
  });
  for (const Rule* rule : unmet) dead.push_back({rule, "requires what can never be met with it"});
  std::vector<const Rule*> beaten;
  for (const Rule* rule : granting) {
    if (std::find(unmet.begin(), unmet.end(), rule) == unmet.end()) beaten.push_back(rule);
  }
  sift(beaten, [&](const Rule& rule) { return can_live(rule); });
  for (const Rule* rule : beaten) dead.push_back({rule, "is defeated whenever it is true"});
  return dead;
}

std::vector<Standoff> Analysis::duties_against_absolute_bars() {
  std::vector<Standoff> found;
  Scope scope;
  scope.free_parameters = true;
  for (const Rule& duty : law_->rules()) {
    if (duty.kind != RuleKind::duty) continue;
    for (const uint16_t number : law_->bars()) {
      const Rule& bar = law_->rules()[number];
      if (!bar.names[duty.number] || bar.overridden_by.any()) continue;
      Lits any;
      (duty.mask & bar.mask).each([&](CategoryBit category) {
        any.push_back(
            solver_.and_(formula_.grant(duty, category), domain_.has(FactKey::data, category)));
      });
      auto witness =
          ask({formula_.fired(duty), formula_.holds_surely(bar), solver_.or_(any)}, scope,
              [&](const Law& law, const Facts& facts) {
                const Judgement judgement = judge(law, facts);
                return judgement.outcome == Outcome::conflict && judgement.fired[duty.number] &&
                       law.conditions().test(law.rules()[number].when, facts) == Tri::yes;
              });
      if (witness) found.push_back({&duty, &bar, std::move(*witness)});
    }
  }
  return found;
}

std::optional<Witness> Analysis::can_leave(CategoryBit category, const Scope& scope) {
  return ask({formula_.leaves(category)}, scope, [category](const Law& law, const Facts& facts) {
    return leaves_in(law, facts, category);
  });
}

bool Analysis::is_possible(CategoryBit category, const Scope& scope) {
  Lits all = assume(scope);
  all.push_back(formula_.leaves(category));
  return solver_.can_be(all);
}

Decision Analysis::decide(const Witness& witness) {
  return evaluate(*with(witness.parameters), witness.facts);
}

}  // namespace relais::policy
