// SPDX-License-Identifier: Apache-2.0
// Coverage: how the cases exercise each rule of the packs and each single condition of it. A case
// fires a rule when its condition, purpose, date and consent are all so; it counts for a rule when
// it fires it or misses it by one part. A condition is exercised, true or flipped, where the rule's
// condition depends on it alone. Collected by one thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "policy/case_file.h"
#include "policy/law.h"

namespace relais::policy {

inline constexpr int kFewestCases = 4;

struct ConditionCount {
  std::string text;
  int yes = 0;      // cases in which it is true and decides whether the rule's condition is
  int flipped = 0;  // cases in which it is not true, and decides
};

struct RuleCount {
  int fired = 0;
  int cases = 0;
  std::vector<std::string> fired_by;  // the first few
  std::vector<ConditionCount> conditions;
};

class Coverage {
 public:
  void count(const Law& law, const Case& one);
  // Zeroes for a rule no case came near.
  RuleCount of(const Law& law, const Rule& rule) const;
  // One line for each rule of `law` that no case fires, or with fewer than four cases.
  std::vector<std::string> gaps(const Law& law) const;
  // Duties and bars that meet in a case that expects a conflict, as "duty bar".
  bool has_conflict(const std::string& duty, const std::string& bar) const;

 private:
  std::map<std::string, RuleCount> counts_;
  std::map<std::string, bool> conflicts_;
};

// "file:line: kind "id" ", the beginning of a remark on a rule.
std::string place_of(const Law& law, const Rule& rule);

}  // namespace relais::policy
