// SPDX-License-Identifier: Apache-2.0
// Storylines: short runs of actions in which promises are known to break, which single actions
// drawn one by one seldom make: a message that comes after the withdrawal of what it was sent
// under, and somebody who changes what a decision stands on while it is being recorded.
#pragma once

#include <vector>

#include "tests/simulation/action.h"

namespace relais::simulation {

// About one person, at one agency and another, by the dice.
std::vector<Action> draw_storyline(test::Dice& dice, size_t agencies);

}  // namespace relais::simulation
