// SPDX-License-Identifier: Apache-2.0
// LawFormula: the sender's decision of one law as formulas over a Domain, clause by clause as in
// law.md, "The decision", and with its names. What is asked for is built then. A witness found with
// it is always decided again by the engine before anybody sees it; that "no" is right rests on this
// file, so a property compares it with the engine on random laws and requests. One thread.
#pragma once

#include <map>
#include <vector>

#include "policy/analyse/domain.h"
#include "policy/analyse/solver.h"
#include "policy/law.h"

namespace relais::policy {

class LawFormula {
 public:
  // `free_parameters`: the domain says what they are; else they are as the law was loaded.
  LawFormula(Solver& solver, Domain& domain, const Law& law, bool free_parameters);

  const Law& law() const { return law_; }

  // The condition of a rule is met, its pack engaged, its date and purpose right, its consent
  // satisfied; on either side of the boundary.
  Lit satisfied(const Rule& rule);
  Lit required(const Rule& rule);  // its `require` is met
  Lit fired(const Rule& rule) { return marks_[rule.number].fired; }
  // A bar or silence that is certain, not only not excluded.
  Lit holds_surely(const Rule& rule);

  Lit released(CategoryBit category);
  Lit owed(CategoryBit category);
  Lit live(const Rule& rule, CategoryBit category);
  Lit grant(const Rule& rule, CategoryBit category);
  Lit defeated(const Rule& rule, CategoryBit category);
  Lit leaves(CategoryBit category);  // released, in an outcome with which something leaves
  Lit conflict();
  Lit blocked();  // and no conflict
  Lit anything_released();
  Lit anything_owed();  // and released
  Lit attached(Attachment attachment);

 private:
  struct Mark {
    Lit yes = Solver::kFalse;  // condition, purpose, and for a duty the sender's jurisdiction
    Lit no = Solver::kFalse;
    Lit applies = Solver::kFalse;
    Lit fired = Solver::kFalse;
    Lit ready = Solver::kFalse;
    Lit open = Solver::kFalse;
    Lit holding = Solver::kFalse;
  };
  struct CategoryMark {
    std::vector<Lit> live;  // by rule
    Lit granted = Solver::kFalse;
    Lit owed = Solver::kFalse;
    Lit released = Solver::kFalse;
  };

  Domain::Answer test(uint32_t clause);
  Domain::Answer test(const Term& term);
  Domain::Answer any(const Term& term);
  Lit parameter(const Term& term);
  Domain::Answer listed(size_t pack, FactKey key);
  Lit in_force(const Rule& rule);
  void mark(const Rule& rule);
  Lit ceiling(CategoryBit category);
  Lit contested(const Rule& duty, CategoryBit category);
  Lit passed(size_t pack, CategoryBit category, const CategoryMark& mark);
  Lit unanswered(const Rule& silence, const CategoryMark& mark);
  const CategoryMark& of(CategoryBit category);
  CategorySet decidable() const { return law_.words().decidable(); }

  Solver& solver_;
  Domain& domain_;
  const Law& law_;
  const bool free_parameters_;
  std::vector<Lit> engaged_;  // by pack
  Lit consent_ = Solver::kFalse;
  std::vector<Mark> marks_;  // by rule
  std::map<CategoryBit, CategoryMark> categories_;
  std::map<CategoryBit, Lit> ceilings_;
};

}  // namespace relais::policy
