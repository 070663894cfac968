// SPDX-License-Identifier: Apache-2.0
// Witness: a request that shows something, in the form of a case. It is decided by the engine
// before anybody sees it: what it shows is true whatever the solver said. Pure; any thread.
#pragma once

#include <functional>
#include <string>

#include "policy/decide.h"
#include "policy/law.h"

namespace relais::policy {

struct Witness {
  Facts facts;
  Parameters parameters;  // where they are not the packs' own
};

using Shows = std::function<bool(const Facts&)>;

// The same with everything forgotten that does not matter: each fact but date, purpose and the two
// jurisdictions, each member of each set. `shows` must be true of `facts` and stays so.
Facts shrink(const Facts& facts, const Shows& shows);

// evaluate() without its search for counterfactuals.
Decision decide_bare(const Law& law, const Facts& facts);
// Whether something leaves or would with a human's word: permit or oblige.
bool leaves(const Decision& decision, CategoryBit category);

// "[[case]]" with what the decision is; `note` lines become comments above it.
std::string to_case(const Law& law, const std::string& id, const std::string& note,
                    const Witness& witness, const Decision& decision);
// "packs = …", the head of a case file.
std::string case_head(const Law& law);

}  // namespace relais::policy
