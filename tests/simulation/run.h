// SPDX-License-Identifier: Apache-2.0
// A run: a list of actions carried out in a fresh federation, in a process of its own, so that a
// failed RELAIS_CHECK is a finding like any other and no run leaves anything to the next.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/action.h"
#include "tests/simulation/bugs.h"

namespace relais::simulation {

struct Plan {
  size_t agencies = 2;
  uint64_t seed = 1;
  Bug bug = Bug::none;
  std::vector<Action> actions;
};
// As many actions as there are steps, by the seed.
Plan plan_of(size_t agencies, uint64_t seed, Bug bug, size_t steps);

struct Finding {
  size_t step = 0;  // how many actions were carried out before; all of them: it is found at the end
  std::string what;
  bool broken = false;  // an invariant of the watch; else the process failed
};
// Nothing when every invariant held. With `story`, what each action came to is added to it, a line
// each.
std::optional<Finding> run(const Plan& plan, std::string* story = nullptr);

// The shortest list of actions in which it still goes wrong in the same way that was found within
// the time: actions are taken out, then what befalls those that are left.
Plan shrink(Plan plan, const Finding& finding);

}  // namespace relais::simulation
