// SPDX-License-Identifier: Apache-2.0
// RuleNames: finds the lifts and duties that a pattern names, and those that declare a legal basis.
// Plain ids and "x.*" are looked up; what else has a star is compared with every id, once a
// pattern, and only so many different ones are taken, so that no pack can make a load take long.
// Used by the loader, on one thread, while it resolves.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "policy/rules.h"

namespace relais::policy {

class RuleNames {
 public:
  static constexpr size_t kMostPatterns = 50'000;  // asked for, in all
  static constexpr size_t kMostGlobs = 1'000;      // different ones
  static constexpr size_t kMostBases = 1'000;      // different ones, and as many patterns of them

  // Lifts and duties, in the order of their numbers. False: more bases than a law may have.
  bool add(const Rule& rule);

  // By id; a bare "*" is every lift, any other pattern names duties too.
  RuleSet named(std::string_view pattern);
  RuleSet declaring(const std::vector<std::string>& globs);
  RuleSet lifts_among(const RuleSet& rules) const { return rules & lifts_; }
  bool is_exhausted() const;  // an answer above was cut short: the law asks for too much

  const std::vector<std::string_view>& ids() const { return ids_; }

 private:
  RuleSet compare_all(std::string_view pattern);

  std::map<std::string, std::vector<size_t>, std::less<>> by_id_;
  std::vector<std::string_view> ids_;  // in order of number
  RuleSet lifts_;
  std::map<std::string, RuleSet, std::less<>> globs_;        // answers so far
  std::map<std::string, RuleSet, std::less<>> by_basis_;     // what declares it
  std::map<std::string, RuleSet, std::less<>> basis_globs_;  // answers so far
  size_t asked_ = 0;
};

}  // namespace relais::policy
