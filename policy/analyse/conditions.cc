// SPDX-License-Identifier: Apache-2.0
#include "policy/analyse/conditions.h"

#include <algorithm>

#include "policy/text.h"

namespace relais::policy {
namespace {

bool is_leaf(const Term& term) { return term.op != Term::Op::any && term.op != Term::Op::negation; }

std::string value_text(const Law& law, FactKey key, uint64_t value) {
  Facts one;
  one.set_raw(key, value);
  return one.text(law.words(), key);
}

void collect(const Law& law, uint32_t clause, bool of_require, std::vector<Condition>& found) {
  const Conditions& conditions = law.conditions();
  const Clause range = conditions.clauses[clause];
  for (uint32_t i = range.begin; i < range.end; ++i) {
    const Term& term = conditions.terms[i];
    if (is_leaf(term)) {
      found.push_back({i, of_require, text_of(law, term)});
    } else {
      const uint32_t end = term.op == Term::Op::any ? term.end : term.begin + 1;
      for (uint32_t c = term.begin; c < end; ++c) collect(law, c, of_require, found);
    }
  }
}

Tri negated(Tri value) {
  if (value == Tri::unknown) return value;
  return value == Tri::yes ? Tri::no : Tri::yes;
}

Tri term_with(const Law& law, uint32_t number, const Facts& facts, uint32_t changed, Tri value) {
  if (number == changed) return value;
  const Term& term = law.conditions().terms[number];
  if (is_leaf(term)) return law.conditions().test_term(number, facts);
  if (term.op == Term::Op::negation) {
    return negated(test_with(law, term.begin, facts, changed, value));
  }
  Tri most = Tri::no;
  for (uint32_t c = term.begin; c < term.end; ++c) {
    most = std::max(most, test_with(law, c, facts, changed, value));
  }
  return most;
}

}  // namespace

std::string text_of(const Law& law, const Term& term) {
  const Conditions& conditions = law.conditions();
  if (term.op == Term::Op::constant) {
    const ParameterTest& test = conditions.parameter_tests[term.begin];
    std::vector<std::string> values;
    for (const Parameter& value : test.values) values.push_back(text_of(value));
    return "param." + test.name + " = " + join(values, ", ");
  }
  const std::string key(text_of(term.fact));
  if (term.op == Term::Op::at_least) {
    return key + " = { min = " + value_text(law, term.fact, term.value) + " }";
  }
  if (term.op == Term::Op::meets) {
    std::string list;
    CategorySet{term.value}.each([&](CategoryBit bit) {
      list += (list.empty() ? "" : ", ") + value_text(law, term.fact, uint64_t{1} << bit);
    });
    return key + " = " + list;
  }
  std::vector<std::string> values;
  for (uint32_t i = term.begin; i < term.end; ++i) {
    values.push_back(value_text(law, term.fact, conditions.values[i]));
  }
  return key + " = " + join(values, ", ");
}

std::string clause_text(const Law& law, uint32_t clause) {
  const Clause range = law.conditions().clauses[clause];
  std::vector<std::string> parts;
  for (uint32_t i = range.begin; i < range.end; ++i) {
    const Term& term = law.conditions().terms[i];
    if (is_leaf(term)) {
      parts.push_back(text_of(law, term));
    } else if (term.op == Term::Op::negation) {
      parts.push_back("not(" + clause_text(law, term.begin) + ")");
    } else {
      std::vector<std::string> branches;
      for (uint32_t c = term.begin; c < term.end; ++c) branches.push_back(clause_text(law, c));
      parts.push_back("any(" + join(branches, " | ") + ")");
    }
  }
  return join(parts, "; ");
}

std::vector<Condition> conditions_of(const Law& law, const Rule& rule) {
  std::vector<Condition> found;
  collect(law, rule.when, false, found);
  if (rule.grants()) collect(law, rule.require, true, found);
  return found;
}

Tri test_with(const Law& law, uint32_t clause, const Facts& facts, uint32_t term, Tri value) {
  const Clause range = law.conditions().clauses[clause];
  Tri least = Tri::yes;
  for (uint32_t i = range.begin; i < range.end; ++i) {
    least = std::min(least, term_with(law, i, facts, term, value));
  }
  return least;
}

}  // namespace relais::policy
