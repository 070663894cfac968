// SPDX-License-Identifier: Apache-2.0
// Domain: every request there is, as variables: each fact known with one of its values (or any set
// of them) or unknown, each open parameter with any value. What is not finite is cut into classes
// that no condition, date or jurisdiction of the laws can tell apart: a day for each stretch of
// time, a place for each kind of place, a number for each stretch of numbers. The date is always
// known: without one nothing is released. Borrows solver and laws; one thread.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "policy/analyse/solver.h"
#include "policy/law.h"

namespace relais::policy {

class Domain {
 public:
  // The laws a question is about: one, or the two that are compared. They have one vocabulary.
  Domain(Solver& solver, const std::vector<const Law*>& laws);

  // A comparison is yes, or no; neither: the fact is unknown.
  struct Answer {
    Lit yes = Solver::kFalse;
    Lit no = Solver::kFalse;
  };
  Answer meets(FactKey key, uint64_t value) const;  // of codes, flags and sets
  // Of a date, number or place: those of its classes for which `matches` is true.
  template <class Matches>
  Answer among(FactKey key, Matches matches) const {
    Lits yes;
    Lits no;
    for (const auto& [value, lit] : classes_[index(key)])
      (matches(value) ? yes : no).push_back(lit);
    return {solver_.or_(yes), solver_.or_(no)};
  }
  // The stretch of a date or number that holds this value.
  Lit on(FactKey key, uint64_t value) const;
  // The places no law can tell from this one; false when there is none.
  Lit like(FactKey key, uint64_t place) const;
  Lit known(FactKey key) const { return known_[index(key)]; }
  Lit has(FactKey key, CategoryBit bit) const;  // in a set of categories; false when unknown
  Lit equals(const std::string& parameter, const Parameter& value);

  // As the law has its parameters, to be assumed.
  Lits parameters_of(const Law& law);

  // Exactly this request, or one no law can tell from it, to be assumed.
  Lits request(const Facts& facts) const;
  // The request of the solver's last model.
  Facts facts() const;
  Parameters parameters() const;

 private:
  static size_t index(FactKey key) { return static_cast<size_t>(key); }
  void add_fact(FactKey key, const std::vector<const Law*>& laws);
  void add_codes(FactKey key, size_t count, bool set);
  void add_classes(FactKey key, const std::vector<uint64_t>& values, bool always_known);
  void add_parameters(const Law& law);
  std::vector<uint64_t> kinds_of_place() const;
  std::vector<bool> signature(uint64_t place) const;

  Solver& solver_;
  const Vocabulary& words_;
  const std::set<uint64_t> listed_;  // places the laws name
  std::array<Lit, kFactKeys> known_{};
  std::array<std::vector<Lit>, kFactKeys> bits_;  // of a code, flag or set, by bit; 0: no such bit
  std::array<std::vector<std::pair<uint64_t, Lit>>, kFactKeys> classes_;
  std::map<std::string, std::vector<std::pair<Parameter, Lit>>> parameters_;
};

}  // namespace relais::policy
