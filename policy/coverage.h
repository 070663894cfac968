// SPDX-License-Identifier: Apache-2.0
// Coverage: how often the cases exercise each rule of the packs, for `policy check`. A case
// exercises a rule when the rule fires or holds in it (its condition is true), or misses by one
// part of what it asks for. Collected by one thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "policy/law.h"

namespace relais::policy {

inline constexpr int kFewestCases = 4;

class Coverage {
 public:
  // Counts one case.
  void count(const Law& law, const Facts& facts);
  // One line for each rule that no case fires, or with fewer than four cases; for the rules of
  // `law`.
  std::vector<std::string> gaps(const Law& law) const;

 private:
  struct Count {
    int fired = 0;
    int cases = 0;
  };
  std::map<std::string, Count> counts_;
};

// Rules whose conjunction asks one fact to be two things at once, parameters aside: one line each.
std::vector<std::string> dead_rules(const Law& law);

}  // namespace relais::policy
