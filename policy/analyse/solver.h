// SPDX-License-Identifier: Apache-2.0
// Solver: propositional formulas and whether they can be true (a SAT solver behind it, complete:
// "no" is a proof). A Lit is a variable's number or its negative; and_ and or_ give the literal of
// a new formula, folding constants and what was built before. Grows only; one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace relais::policy {

using Lit = int;
using Lits = std::vector<Lit>;

class Solver {
 public:
  Solver();
  ~Solver();
  Solver(const Solver&) = delete;
  Solver& operator=(const Solver&) = delete;

  static constexpr Lit kTrue = 1;
  static constexpr Lit kFalse = -1;
  static Lit constant(bool value) { return value ? kTrue : kFalse; }

  Lit variable();
  Lit and_(Lits all);
  Lit or_(Lits any);
  Lit and_(Lit a, Lit b) { return and_(Lits{a, b}); }
  Lit or_(Lit a, Lit b) { return or_(Lits{a, b}); }
  Lit differ(Lit a, Lit b) { return or_(and_(a, -b), and_(-a, b)); }

  void require(Lit lit) { add({lit}); }  // from now on
  void require_any(const Lits& any) { add(any); }
  void at_most_one(const Lits& lits);

  // Whether everything required, and these, can be true together.
  bool can_be(const Lits& assumed);
  bool value(Lit lit) const;  // in the model, after can_be() said yes
  size_t questions() const { return questions_; }

 private:
  void add(const Lits& clause);
  struct Engine;  // the library's solver
  std::unique_ptr<Engine> engine_;
  std::map<Lits, Lit> known_;  // conjunctions by their sorted parts
  Lit last_ = 0;
  size_t questions_ = 0;
};

}  // namespace relais::policy
