// SPDX-License-Identifier: Apache-2.0
// From facts to which rules fire and hold. law_formula_conclude.cc goes on to what is released.
#include "policy/analyse/law_formula.h"

namespace relais::policy {
namespace {

Lit satisfied_consent(Solver& solver, const Domain& domain) {
  uint64_t given = 0;
  const auto states = allowed_values(FactKey::consent_state);
  for (size_t i = 0; i < states.size(); ++i) {
    if (states[i] == "given") given = uint64_t{1} << i;
  }
  Lits all{domain.meets(FactKey::consent_state, given).yes};
  for (const FactKey key : {FactKey::consent_informed, FactKey::consent_covers_recipient,
                            FactKey::consent_covers_purpose, FactKey::consent_has_expiry}) {
    all.push_back(domain.meets(key, 2).yes);
  }
  for (const FactKey key :
       {FactKey::consent_giver_is_author, FactKey::consent_condition_of_service}) {
    all.push_back(domain.meets(key, 1).yes);
  }
  return solver.and_(all);
}

}  // namespace

LawFormula::LawFormula(Solver& solver, Domain& domain, const Law& law, bool free_parameters)
    : solver_(solver),
      domain_(domain),
      law_(law),
      free_parameters_(free_parameters),
      marks_(law.rules().size()) {
  consent_ = satisfied_consent(solver_, domain_);
  for (size_t pack = 0; pack < law_.packs().size(); ++pack) {
    const Lit out = solver_.and_(listed(pack, FactKey::sender_jurisdiction).no,
                                 listed(pack, FactKey::recipient_jurisdiction).no);
    engaged_.push_back(-out);
  }
  for (const Rule& rule : law_.rules()) mark(rule);
}

Domain::Answer LawFormula::test(uint32_t clause) {
  const Clause range = law_.conditions().clauses[clause];
  Lits yes;
  Lits no;
  for (uint32_t i = range.begin; i < range.end; ++i) {
    const Domain::Answer one = test(law_.conditions().terms[i]);
    yes.push_back(one.yes);
    no.push_back(one.no);
  }
  return {solver_.and_(yes), solver_.or_(no)};
}

Domain::Answer LawFormula::test(const Term& term) {
  const Conditions& conditions = law_.conditions();
  const auto within = [&](auto compare) {
    return domain_.among(term.fact, [&](uint64_t value) {
      for (uint32_t i = term.begin; i < term.end; ++i) {
        if (compare(value, conditions.values[i])) return true;
      }
      return false;
    });
  };
  switch (term.op) {
    case Term::Op::meets:
      return domain_.meets(term.fact, term.value);
    case Term::Op::one_of:
      return within([](uint64_t value, uint64_t listed) { return value == listed; });
    case Term::Op::lies_in:
      return within([](uint64_t place, uint64_t listed) {
        static const uint64_t kUnion = *encode_jurisdiction("EU");
        return lies_in(place, listed) || (listed == kUnion && is_eu_member(place));
      });
    case Term::Op::at_least:
      return domain_.among(term.fact, [&](uint64_t value) {
        return static_cast<int64_t>(value) >= static_cast<int64_t>(term.value);
      });
    case Term::Op::constant: {
      const Lit yes = parameter(term);
      return {yes, -yes};
    }
    case Term::Op::negation: {
      const Domain::Answer inner = test(term.begin);
      return {inner.no, inner.yes};
    }
    case Term::Op::any:
      return any(term);
  }
  return {};
}

Domain::Answer LawFormula::any(const Term& term) {
  Lits yes;
  Lits no;
  for (uint32_t c = term.begin; c < term.end; ++c) {
    const Domain::Answer one = test(c);
    yes.push_back(one.yes);
    no.push_back(one.no);
  }
  return {solver_.or_(yes), solver_.and_(no)};
}

Lit LawFormula::parameter(const Term& term) {
  if (!free_parameters_) return Solver::constant(term.value != 0);
  const ParameterTest& test = law_.conditions().parameter_tests[term.begin];
  Lits any;
  for (const Parameter& value : test.values) any.push_back(domain_.equals(test.name, value));
  return solver_.or_(any);
}

Domain::Answer LawFormula::listed(size_t pack, FactKey key) {
  const Pack& one = law_.packs()[pack];
  return domain_.among(key, [&](uint64_t place) {
    if (one.eu && is_eu_member(place)) return true;
    for (const uint64_t jurisdiction : one.jurisdictions) {
      if (lies_in(place, jurisdiction)) return true;
    }
    return false;
  });
}

Lit LawFormula::in_force(const Rule& rule) {
  return domain_
      .among(FactKey::date,
             [&](uint64_t day) {
               return rule.in_force(static_cast<int32_t>(static_cast<int64_t>(day)));
             })
      .yes;
}

void LawFormula::mark(const Rule& rule) {
  Mark& mark = marks_[rule.number];
  mark.applies = solver_.and_({rule.on(Side::sender) ? Solver::kTrue : Solver::kFalse,
                               engaged_[rule.pack], in_force(rule)});
  const Domain::Answer when = test(rule.when);
  if (!rule.grants()) {
    mark.yes = when.yes;
    mark.holding = solver_.and_(mark.applies, -when.no);
    return;
  }
  Lits yes{when.yes};
  Lits no{when.no};
  if (rule.purposes != ~uint64_t{0}) {
    const Domain::Answer purpose = domain_.meets(FactKey::purpose, rule.purposes);
    yes.push_back(purpose.yes);
    no.push_back(purpose.no);
  }
  if (rule.kind == RuleKind::duty) {
    const Domain::Answer sender = listed(rule.pack, FactKey::sender_jurisdiction);
    yes.push_back(sender.yes);
    no.push_back(sender.no);
  }
  mark.yes = solver_.and_(yes);
  mark.no = solver_.or_(no);
  const Lit consent = rule.asks_consent ? consent_ : Solver::kTrue;
  mark.fired = solver_.and_({mark.applies, mark.yes, consent});
  mark.ready = solver_.and_(mark.fired, required(rule));
  if (rule.kind == RuleKind::duty) mark.open = solver_.and_({mark.applies, -mark.yes, -mark.no});
}

Lit LawFormula::required(const Rule& rule) { return test(rule.require).yes; }

Lit LawFormula::satisfied(const Rule& rule) {
  const Lit consent = rule.asks_consent ? consent_ : Solver::kTrue;
  return solver_.and_({engaged_[rule.pack], in_force(rule), marks_[rule.number].yes, consent});
}

Lit LawFormula::holds_surely(const Rule& rule) {
  return solver_.and_(marks_[rule.number].applies, marks_[rule.number].yes);
}

}  // namespace relais::policy
