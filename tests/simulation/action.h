// SPDX-License-Identifier: Apache-2.0
// One thing somebody does in the simulated federation, and what befalls it. An action is data: the
// same list of actions makes the same run, and a part of the list makes a run too, which is how a
// failure is shrunk (shrink.h). Its numbers are read modulo what there is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/simulation/awaits.h"
#include "tests/support/dice.h"

namespace relais::simulation {

enum class Deed {
  give_consent,
  submit,
  repeat,
  confirm,
  withdraw,
  exercise_right,
  carry,
  move,
  take_on,
  supply,
  tell,
  expire,
  read_statement,
  arrive,
  shift_clock,
  crash,
  cut,
  mend,
  change_directory,
  take_directory,
};

struct Action {
  Deed deed = Deed::carry;
  uint64_t at = 0;         // which agency
  uint64_t person = 0;     // of that agency
  uint64_t other = 0;      // another agency
  uint64_t choice = 0;     // which categories, which move, whatever else there is to choose
  uint64_t wait_ms = 0;    // before it
  unsigned roughness = 0;  // of the network during it, in percent
  Trouble trouble = Trouble::none;
  uint64_t await = 0;             // at which it befalls
  std::vector<Action> meanwhile;  // with Trouble::meanwhile, exactly one
};

const char* name_of(Deed deed);
// One action, by the dice; it often goes on with what the one before was about, if there is one.
Action draw(test::Dice& dice, size_t agencies, const Action* before);
// What befalls it, in words; empty when nothing does.
std::string trouble_words(const Action& action);
// Without its trouble; the same when it has none.
Action untroubled(Action action);

}  // namespace relais::simulation
