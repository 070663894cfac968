// SPDX-License-Identifier: Apache-2.0
// The only file that sees the SAT solver.
#include "policy/analyse/solver.h"

#include <algorithm>
#include <cadical.hpp>
#include <cstdlib>

#include "node/core/result.h"

namespace relais::policy {

struct Solver::Engine {
  CaDiCaL::Solver solver;
};

Solver::Solver() : engine_(std::make_unique<Engine>()) {
  // Many small questions about one formula: preprocessing costs more than it saves.
  engine_->solver.configure("plain");
  require(variable());
}

Solver::~Solver() = default;

Lit Solver::variable() { return ++last_; }

void Solver::add(const Lits& clause) {
  for (const Lit lit : clause) engine_->solver.add(lit);
  engine_->solver.add(0);
}

Lit Solver::and_(Lits all) {
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  all.erase(std::remove(all.begin(), all.end(), kTrue), all.end());
  for (const Lit lit : all) {
    if (lit == kFalse || std::binary_search(all.begin(), all.end(), -lit)) return kFalse;
  }
  if (all.empty()) return kTrue;
  if (all.size() == 1) return all[0];
  const auto [place, is_new] = known_.emplace(all, 0);
  if (!is_new) return place->second;
  const Lit result = variable();
  place->second = result;
  Lits back{result};
  for (const Lit lit : all) {
    add({-result, lit});
    back.push_back(-lit);
  }
  add(back);
  return result;
}

Lit Solver::or_(Lits any) {
  for (Lit& lit : any) lit = -lit;
  return -and_(std::move(any));
}

void Solver::at_most_one(const Lits& lits) {
  for (size_t i = 0; i < lits.size(); ++i) {
    for (size_t j = 0; j < i; ++j) add({-lits[i], -lits[j]});
  }
}

bool Solver::can_be(const Lits& assumed) {
  ++questions_;
  for (const Lit lit : assumed) engine_->solver.assume(lit);
  const int answer = engine_->solver.solve();
  RELAIS_CHECK(answer == 10 || answer == 20);  // no limit is set: it always comes to an end
  return answer == 10;
}

// Asked of variables only: for a negative literal the library's versions answer differently.
bool Solver::value(Lit lit) const { return (engine_->solver.val(std::abs(lit)) > 0) == (lit > 0); }

}  // namespace relais::policy
