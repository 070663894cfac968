// SPDX-License-Identifier: Apache-2.0
// The single conditions of a rule: every comparison of one fact or parameter in its `when` and
// `require`, however deep, in the order of the file. Named by rule and ordinal, which is the same
// in every load of a pack, whatever its parameters. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "policy/law.h"

namespace relais::policy {

struct Condition {
  uint32_t term = 0;  // number in Law::conditions()
  bool of_require = false;
  std::string text;  // "sender.secrecy = state, profession"
};

std::vector<Condition> conditions_of(const Law& law, const Rule& rule);

// "fact = values" as a pack would write it.
std::string text_of(const Law& law, const Term& term);

// A whole clause: "a = x; any(b = y | not(c = z))".
std::string clause_text(const Law& law, uint32_t clause);

// The value of a clause when one single condition in it had another value than the facts give it.
Tri test_with(const Law& law, uint32_t clause, const Facts& facts, uint32_t term, Tri value);

}  // namespace relais::policy
