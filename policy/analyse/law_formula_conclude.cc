// SPDX-License-Identifier: Apache-2.0
// From the rules that fire and hold to what is released: law.md, "The decision", from "Grant" on.
#include "policy/analyse/law_formula.h"

namespace relais::policy {

Lit LawFormula::ceiling(CategoryBit category) {
  const auto known = ceilings_.find(category);
  if (known != ceilings_.end()) return known->second;
  const Lit consented = solver_.and_(consent_, domain_.has(FactKey::consent_categories, category));
  Lits any{-domain_.known(FactKey::state)};
  const auto& states = law_.words().states();
  for (size_t i = 0; i < states.size(); ++i) {
    Lits opens{Solver::constant(states[i].ceiling.has(category))};
    if (states[i].consented_ceiling.has(category)) opens.push_back(consented);
    if (states[i].adds_need) opens.push_back(domain_.has(FactKey::need, category));
    if (states[i].adds_required_need) {
      opens.push_back(domain_.has(FactKey::need_required, category));
    }
    const Lit here = domain_.meets(FactKey::state, uint64_t{1} << i).yes;
    any.push_back(solver_.and_(here, solver_.or_(opens)));
  }
  return ceilings_[category] = solver_.or_(any);
}

Lit LawFormula::grant(const Rule& rule, CategoryBit category) {
  if (!rule.grants() || !rule.mask.has(category)) return Solver::kFalse;
  if (rule.kind == RuleKind::duty) {
    return rule.mandate ? domain_.has(FactKey::mandate_categories, category) : Solver::kTrue;
  }
  Lits all{domain_.has(FactKey::need, category), ceiling(category)};
  if (rule.asks_consent) {
    all.push_back(solver_.and_(consent_, domain_.has(FactKey::consent_categories, category)));
  }
  return solver_.and_(all);
}

Lit LawFormula::defeated(const Rule& rule, CategoryBit category) {
  Lits any;
  for (const uint16_t number : law_.bars()) {
    const Rule& bar = law_.rules()[number];
    if (!bar.names[rule.number] || !bar.mask.has(category)) continue;
    Lits all{marks_[bar.number].holding};
    for (const Rule& other : law_.rules()) {
      if (bar.overridden_by[other.number]) all.push_back(-marks_[other.number].fired);
    }
    any.push_back(solver_.and_(all));
  }
  return solver_.or_(any);
}

Lit LawFormula::contested(const Rule& duty, CategoryBit category) {
  if (!duty.mask.has(category)) return Solver::kFalse;
  const Mark& mark = marks_[duty.number];
  Lit grants = grant(duty, category);
  if (duty.mandate) grants = solver_.or_(grants, -domain_.known(FactKey::mandate_categories));
  return solver_.and_({solver_.or_(mark.fired, mark.open), grants, defeated(duty, category)});
}

Lit LawFormula::unanswered(const Rule& silence, const CategoryMark& mark) {
  Lits all{-mark.owed};
  for (const uint16_t number : law_.lifts()) {
    if (silence.answered_by[number]) all.push_back(-mark.live[number]);
  }
  return solver_.and_(all);
}

Lit LawFormula::passed(size_t pack, CategoryBit category, const CategoryMark& mark) {
  const Lit needed = solver_.and_(domain_.has(FactKey::need, category), ceiling(category));
  Lits all{solver_.or_(mark.granted, needed)};
  for (const Rule& rule : law_.rules()) {
    if (rule.pack != pack || rule.grants() || !rule.mask.has(category)) continue;
    const Lit silent = rule.kind == RuleKind::bar ? -mark.granted : unanswered(rule, mark);
    all.push_back(-solver_.and_(marks_[rule.number].holding, silent));
  }
  return solver_.and_(all);
}

const LawFormula::CategoryMark& LawFormula::of(CategoryBit category) {
  const auto [place, is_new] = categories_.emplace(category, CategoryMark{});
  CategoryMark& mark = place->second;
  if (!is_new) return mark;
  Lits granted;
  Lits owed;
  Lits contests;
  mark.live.assign(law_.rules().size(), Solver::kFalse);
  for (const Rule& rule : law_.rules()) {
    if (!rule.grants() || !rule.mask.has(category)) continue;
    const Lit live =
        solver_.and_({marks_[rule.number].ready, grant(rule, category), -defeated(rule, category)});
    mark.live[rule.number] = live;
    granted.push_back(live);
    if (rule.kind == RuleKind::lift) continue;
    owed.push_back(live);
    contests.push_back(contested(rule, category));
  }
  mark.granted = solver_.or_(granted);
  mark.owed = solver_.or_(owed);
  Lits all{domain_.has(FactKey::data, category), solver_.or_(Lits(engaged_)),
           -solver_.or_(contests)};
  for (size_t pack = 0; pack < engaged_.size(); ++pack) {
    all.push_back(solver_.or_(-engaged_[pack], passed(pack, category, mark)));
  }
  mark.released = solver_.and_(all);
  return mark;
}

Lit LawFormula::released(CategoryBit category) { return of(category).released; }
Lit LawFormula::owed(CategoryBit category) { return of(category).owed; }
Lit LawFormula::live(const Rule& rule, CategoryBit category) {
  return of(category).live[rule.number];
}

Lit LawFormula::conflict() {
  Lits any;
  for (const Rule& duty : law_.rules()) {
    if (duty.kind != RuleKind::duty) continue;
    duty.mask.each([&](CategoryBit category) {
      any.push_back(solver_.and_({marks_[duty.number].fired, grant(duty, category),
                                  defeated(duty, category), domain_.has(FactKey::data, category)}));
    });
  }
  return solver_.or_(any);
}

Lit LawFormula::blocked() {
  Lits any;
  for (const Rule& duty : law_.rules()) {
    if (duty.kind != RuleKind::duty) continue;
    any.push_back(solver_.and_(marks_[duty.number].fired, -marks_[duty.number].ready));
  }
  return solver_.and_(-conflict(), solver_.or_(any));
}

Lit LawFormula::leaves(CategoryBit category) {
  return solver_.and_({released(category), -conflict(), -blocked()});
}

Lit LawFormula::anything_released() {
  Lits any;
  decidable().each([&](CategoryBit category) { any.push_back(released(category)); });
  return solver_.or_(any);
}

Lit LawFormula::anything_owed() {
  Lits any;
  decidable().each([&](CategoryBit category) {
    any.push_back(solver_.and_(owed(category), released(category)));
  });
  return solver_.or_(any);
}

// Of duties that fired, and of rules that are live for something released.
Lit LawFormula::attached(Attachment attachment) {
  Lits any;
  for (const Rule& rule : law_.rules()) {
    if (!rule.grants()) continue;
    Lits gives{Solver::constant((rule.attach & only(attachment)) != 0)};
    for (const AttachWhen& one : rule.attach_when) {
      if ((one.attach & only(attachment)) != 0) gives.push_back(test(one.when).yes);
    }
    const Lit given = solver_.or_(gives);
    if (given == Solver::kFalse) continue;
    Lits carries;
    if (rule.kind == RuleKind::duty) carries.push_back(marks_[rule.number].fired);
    rule.mask.each([&](CategoryBit category) {
      carries.push_back(solver_.and_(live(rule, category), released(category)));
    });
    any.push_back(solver_.and_(given, solver_.or_(carries)));
  }
  if (attachment == Attachment::human_confirm) {
    any.push_back(conflict());
    any.push_back(blocked());
    any.push_back(anything_owed());
  }
  return solver_.or_(any);
}

}  // namespace relais::policy
