// SPDX-License-Identifier: Apache-2.0
// Comparison: two versions of the law over every request there is. What is compared is the sender's
// decision: the outcome, what is released, what of it is owed, and what must go with it. Where they
// differ there is a witness, decided by the engine under both; where none is listed they are proven
// to agree. What the receiver's boundary reads is compared rule by rule. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/analyse/analysis.h"

namespace relais::policy {

struct Difference {
  std::string what;  // "health.functional is released", "outcome deny becomes permit"
  Witness witness;
  Decision before;
  Decision after;
  std::shared_ptr<const Law> law;  // the new one, with the witness's parameters
};

struct Versions {
  std::shared_ptr<const Law> before;
  std::shared_ptr<const Law> after;
  MakeLaw make_before;
  MakeLaw make_after;
};

class Comparison {
 public:
  // `free_parameters`: whatever counsel signs, alike in both; else as each version has them.
  Comparison(Versions versions, bool free_parameters);

  // On a day and in a place, or on any and in any: one difference for each category and way, each
  // pair of outcomes, each attachment and way.
  std::vector<Difference> differences(const Scope& scope) { return find(scope, SIZE_MAX); }
  std::optional<Difference> first_difference(const Scope& scope);
  // "fr.x is new", "fr.x is gone", "fr.x is changed": wording and citation count.
  std::vector<std::string> rules_changed() const;
  // The rules by which the receiver's boundary may decide otherwise; empty proves that it decides
  // alike.
  std::vector<std::string> receiver_rules_changed() const;

 private:
  struct Aspect {
    std::string what;
    Lit lit = Solver::kFalse;
    std::function<bool(const Decision&, const Decision&)> shows;
  };
  // Of a scope only the day and the jurisdiction count here.
  Lits assume(const Scope& scope);
  std::optional<Difference> ask(const Aspect& aspect, const Scope& scope);
  std::vector<Difference> find(const Scope& scope, size_t most);
  void add_categories(std::vector<Aspect>& aspects);
  void add_outcomes(std::vector<Aspect>& aspects);
  void add_attachments(std::vector<Aspect>& aspects);

  Versions versions_;
  const bool free_parameters_;
  Solver solver_;
  Domain domain_;
  LawFormula before_;
  LawFormula after_;
};

}  // namespace relais::policy
