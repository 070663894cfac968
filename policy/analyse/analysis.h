// SPDX-License-Identifier: Apache-2.0
// Analysis: complete answers about the law of some packs, over every request there is. "Yes" comes
// with a witness that the engine decided; "no" is a proof over the whole domain. A witness the
// engine does not confirm is a bug in the formulas and ends the process: it is never shown. One
// thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/analyse/law_formula.h"
#include "policy/analyse/witness.h"

namespace relais::policy {

// The same packs with other values of their parameters.
using MakeLaw = std::function<Result<std::shared_ptr<const Law>>(const Parameters&)>;

// Which requests a question is about; what is empty may be anything.
struct Scope {
  std::optional<uint64_t> recipient;  // value of recipient.category
  std::optional<uint64_t> sender;     // value of sender.category
  std::optional<uint64_t> purpose;
  std::optional<uint64_t> jurisdiction;  // of both; any place that stands to the law as it does
  std::optional<Date> date;
  bool without_consent = false;  // consent.state is not "given"
  bool free_parameters = false;  // as counsel might sign them; else as the packs have them
};

// Gives a witness the very day and place of the scope, where it has them.
void place_in(const Scope& scope, Facts& facts);

struct DeadRule {
  const Rule* rule = nullptr;
  std::string why;
};

struct Standoff {
  const Rule* duty = nullptr;
  const Rule* bar = nullptr;
  Witness witness;
};

class Analysis {
 public:
  Analysis(std::shared_ptr<const Law> law, MakeLaw make);

  const Law& law() const { return *law_; }

  // Whatever the parameters and the date: rules whose condition can never be true, whose `require`
  // can never be met with it, or that bars always defeat.
  std::vector<DeadRule> dead_rules();
  // Each duty against each bar that names it and that nothing overrides, where both can be: there
  // the outcome is a conflict.
  std::vector<Standoff> duties_against_absolute_bars();
  // A request in the scope with which the category leaves.
  std::optional<Witness> can_leave(CategoryBit category, const Scope& scope);
  bool is_possible(CategoryBit category, const Scope& scope);  // the same, without a witness
  // What the law decides about a witness.
  Decision decide(const Witness& witness);

  size_t questions() const { return solver_.questions(); }

 private:
  Lits assume(const Scope& scope);
  // Rules among `open` of which `lit` can be true are taken out, many at a time.
  void sift(std::vector<const Rule*>& open, const std::function<Lit(const Rule&)>& lit);
  Lit can_live(const Rule& rule);
  std::optional<Witness> ask(const Lits& assumed, const Scope& scope,
                             const std::function<bool(const Law&, const Facts&)>& shows);
  std::shared_ptr<const Law> with(const Parameters& parameters);

  std::shared_ptr<const Law> law_;
  MakeLaw make_;
  Solver solver_;
  Domain domain_;
  LawFormula formula_;
};

// The parameters that are not as the law has them.
Parameters changed_parameters(const Law& law, const Parameters& parameters);

}  // namespace relais::policy
