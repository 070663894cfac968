// SPDX-License-Identifier: Apache-2.0
#include "policy/analyse/domain.h"

#include <algorithm>
#include <limits>

namespace relais::policy {
namespace {

// Every term of the laws that compares this fact.
template <class Visit>
void each_term(const std::vector<const Law*>& laws, FactKey key, Visit visit) {
  for (const Law* law : laws) {
    for (const Term& term : law->conditions().terms) {
      if (term.op < Term::Op::constant && term.fact == key) visit(*law, term);
    }
  }
}

std::set<uint64_t> listed_places(const std::vector<const Law*>& laws) {
  std::set<uint64_t> listed;
  for (const Law* law : laws) {
    for (const Pack& pack : law->packs()) {
      listed.insert(pack.jurisdictions.begin(), pack.jurisdictions.end());
    }
  }
  for (const FactKey key : {FactKey::sender_jurisdiction, FactKey::recipient_jurisdiction}) {
    each_term(laws, key, [&](const Law& law, const Term& term) {
      for (uint32_t i = term.begin; i < term.end; ++i) listed.insert(law.conditions().values[i]);
    });
  }
  return listed;
}

// Every place there is, as far as laws can tell; what they list first.
std::vector<uint64_t> places(const std::set<uint64_t>& listed) {
  std::vector<uint64_t> candidates(listed.begin(), listed.end());
  for (char first = 'A'; first <= 'Z'; ++first) {
    for (char second = 'A'; second <= 'Z'; ++second) {
      const auto country = encode_jurisdiction(std::string{first, second});
      if (country) candidates.push_back(*country);
    }
  }
  return candidates;
}

// The first value of each stretch that begins where some comparison changes its answer.
std::vector<uint64_t> stretches(const std::vector<const Law*>& laws, FactKey key) {
  std::set<int64_t> begins;
  each_term(laws, key, [&](const Law& law, const Term& term) {
    if (term.op == Term::Op::at_least) begins.insert(static_cast<int64_t>(term.value));
    for (uint32_t i = term.begin; i < term.end && term.op == Term::Op::one_of; ++i) {
      const auto value = static_cast<int64_t>(law.conditions().values[i]);
      begins.insert({value, value + 1});
    }
  });
  if (key == FactKey::date) {
    for (const Law* law : laws) {
      for (const Rule& rule : law->rules()) {
        if (rule.from != std::numeric_limits<int32_t>::min()) begins.insert(rule.from);
        if (rule.to != std::numeric_limits<int32_t>::max()) begins.insert(int64_t{rule.to} + 1);
      }
    }
    begins.insert(begins.empty() ? 0 : *begins.begin() - 1);
  } else {
    begins.insert(0);
  }
  std::vector<uint64_t> values;
  for (const int64_t begin : begins) values.push_back(static_cast<uint64_t>(begin));
  return values;
}

Parameter another_than(const std::set<Parameter>& values) {
  const Parameter& one = *values.begin();
  if (std::holds_alternative<bool>(one)) return !std::get<bool>(one);
  if (std::holds_alternative<std::string>(one)) return std::string("any other");
  int64_t most = 0;
  for (const Parameter& value : values) most = std::max(most, std::get<int64_t>(value));
  return most + 1;
}

}  // namespace

Domain::Domain(Solver& solver, const std::vector<const Law*>& laws)
    : solver_(solver), words_(laws[0]->words()), listed_(listed_places(laws)) {
  for (size_t i = 0; i < kFactKeys; ++i) add_fact(static_cast<FactKey>(i), laws);
  for (const Law* law : laws) add_parameters(*law);
  for (auto& [name, values] : parameters_) {
    Lits any;
    for (const auto& [value, lit] : values) any.push_back(lit);
    solver_.require_any(any);
    solver_.at_most_one(any);
  }
}

void Domain::add_fact(FactKey key, const std::vector<const Law*>& laws) {
  switch (kind_of(key)) {
    case FactKind::code:
    case FactKind::flag:
      return add_codes(key, allowed_values(key).size(), false);
    case FactKind::code_set:
      return add_codes(key, allowed_values(key).size(), true);
    case FactKind::purpose:
      return add_codes(key, words_.purposes().size(), false);
    case FactKind::state:
      return add_codes(key, words_.states().size(), false);
    case FactKind::category_set:
      add_codes(key, 64, true);
      return;
    case FactKind::jurisdiction:
      return add_classes(key, kinds_of_place(), false);
    case FactKind::date:
      return add_classes(key, stretches(laws, key), true);
    case FactKind::integer:
      return add_classes(key, stretches(laws, key), false);
  }
}

// A fact of one value is known when it has one; a set may be known and empty.
void Domain::add_codes(FactKey key, size_t count, bool set) {
  const bool categories = kind_of(key) == FactKind::category_set;
  std::vector<Lit>& bits = bits_[index(key)];
  for (size_t bit = 0; bit < count; ++bit) {
    const bool exists = !categories || words_.decidable().has(static_cast<CategoryBit>(bit));
    bits.push_back(exists ? solver_.variable() : Solver::kFalse);
  }
  if (!set) {
    solver_.at_most_one(bits);
    known_[index(key)] = solver_.or_(bits);
    return;
  }
  known_[index(key)] = solver_.variable();
  for (const Lit bit : bits) solver_.require_any({-bit, known_[index(key)]});
}

void Domain::add_classes(FactKey key, const std::vector<uint64_t>& values, bool always_known) {
  Lits any;
  for (const uint64_t value : values) {
    any.push_back(solver_.variable());
    classes_[index(key)].emplace_back(value, any.back());
  }
  solver_.at_most_one(any);
  if (always_known) solver_.require_any(any);
  known_[index(key)] = solver_.or_(any);
}

// The values some condition or pack names, and one more that none does.
void Domain::add_parameters(const Law& law) {
  std::map<std::string, std::set<Parameter>> named;
  for (const Pack& pack : law.packs()) {
    for (const auto& [name, value] : pack.parameters) named[name].insert(value);
  }
  for (const ParameterTest& test : law.conditions().parameter_tests) {
    for (const Parameter& value : test.values) named[test.name].insert(value);
  }
  for (auto& [name, values] : named) {
    values.insert(another_than(values));
    for (const Parameter& value : values) equals(name, value);
  }
}

// How a place stands to all that is listed.
std::vector<bool> Domain::signature(uint64_t place) const {
  std::vector<bool> signature{is_eu_member(place)};
  for (const uint64_t one : listed_) signature.push_back(lies_in(place, one));
  return signature;
}

std::vector<uint64_t> Domain::kinds_of_place() const {
  std::vector<uint64_t> chosen;
  std::set<std::vector<bool>> seen;
  for (const uint64_t place : places(listed_)) {
    if (seen.insert(signature(place)).second) chosen.push_back(place);
  }
  return chosen;
}

Lit Domain::like(FactKey key, uint64_t place) const {
  for (const auto& [one, lit] : classes_[index(key)]) {
    if (signature(one) == signature(place)) return lit;
  }
  return Solver::kFalse;
}

Lit Domain::on(FactKey key, uint64_t value) const {
  Lit last = Solver::kFalse;
  for (const auto& [begin, lit] : classes_[index(key)]) {
    const bool begun = static_cast<int64_t>(begin) <= static_cast<int64_t>(value);
    if (begun || last == Solver::kFalse) last = lit;
  }
  return last;
}

Lit Domain::equals(const std::string& parameter, const Parameter& value) {
  auto& values = parameters_[parameter];
  for (const auto& [known, lit] : values) {
    if (known == value) return lit;
  }
  values.emplace_back(value, solver_.variable());
  return values.back().second;
}

Lits Domain::parameters_of(const Law& law) {
  Lits all;
  for (const Pack& pack : law.packs()) {
    for (const auto& [name, value] : pack.parameters) all.push_back(equals(name, value));
  }
  return all;
}

Domain::Answer Domain::meets(FactKey key, uint64_t value) const {
  Lits yes;
  Lits others;
  const std::vector<Lit>& bits = bits_[index(key)];
  for (size_t bit = 0; bit < bits.size(); ++bit) {
    ((value >> bit & 1) != 0 ? yes : others).push_back(bits[bit]);
  }
  const Lit met = solver_.or_(yes);
  const bool set = kind_of(key) == FactKind::code_set || kind_of(key) == FactKind::category_set;
  return {met, set ? solver_.and_(known(key), -met) : solver_.or_(others)};
}

Lit Domain::has(FactKey key, CategoryBit bit) const { return bits_[index(key)][bit]; }

Lits Domain::request(const Facts& facts) const {
  Lits all;
  for (size_t i = 0; i < kFactKeys; ++i) {
    const auto key = static_cast<FactKey>(i);
    if (!facts.is_known(key)) {
      all.push_back(-known_[i]);
      continue;
    }
    all.push_back(known_[i]);
    const uint64_t value = facts.value(key);
    for (size_t bit = 0; bit < bits_[i].size(); ++bit) {
      const Lit lit = bits_[i][bit];
      if (lit != Solver::kFalse) all.push_back((value >> bit & 1) != 0 ? lit : -lit);
    }
    if (classes_[i].empty()) continue;
    all.push_back(kind_of(key) == FactKind::jurisdiction ? like(key, value) : on(key, value));
  }
  return all;
}

Facts Domain::facts() const {
  Facts facts;
  for (size_t i = 0; i < kFactKeys; ++i) {
    const auto key = static_cast<FactKey>(i);
    if (!solver_.value(known_[i])) continue;
    uint64_t value = 0;
    for (size_t bit = 0; bit < bits_[i].size(); ++bit) {
      if (solver_.value(bits_[i][bit])) value |= uint64_t{1} << bit;
    }
    for (const auto& [one, lit] : classes_[i]) {
      if (solver_.value(lit)) value = one;
    }
    facts.set_raw(key, value);
  }
  return facts;
}

Parameters Domain::parameters() const {
  Parameters chosen;
  for (const auto& [name, values] : parameters_) {
    for (const auto& [value, lit] : values) {
      if (solver_.value(lit)) chosen[name] = value;
    }
  }
  return chosen;
}

}  // namespace relais::policy
