// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/action.h"

#include <iterator>

namespace relais::simulation {
namespace {

struct Share {
  Deed deed;
  unsigned weight;
};
constexpr Share kShares[] = {
    {Deed::give_consent, 12},
    {Deed::submit, 16},
    {Deed::repeat, 3},
    {Deed::confirm, 2},
    {Deed::withdraw, 5},
    {Deed::exercise_right, 3},
    {Deed::carry, 24},
    {Deed::move, 9},
    {Deed::take_on, 2},
    {Deed::supply, 5},
    {Deed::tell, 1},
    {Deed::expire, 1},
    {Deed::read_statement, 3},
    {Deed::arrive, 5},
    {Deed::shift_clock, 1},
    {Deed::crash, 2},
    {Deed::cut, 1},
    {Deed::mend, 3},
    {Deed::change_directory, 2},
    {Deed::take_directory, 5},
};

Deed draw_deed(test::Dice& dice) {
  unsigned all = 0;
  for (const Share& share : kShares) all += share.weight;
  size_t left = dice.below(all);
  for (const Share& share : kShares) {
    if (left < share.weight) return share.deed;
    left -= share.weight;
  }
  return Deed::carry;
}

// Mostly seconds, sometimes hours, seldom days: consents, messages and referrals run out.
uint64_t draw_wait(test::Dice& dice) {
  constexpr uint64_t kSecond = 1000, kHour = 3600 * kSecond;
  if (dice.chance(1)) return dice.below(6 * 24) * kHour;
  if (dice.chance(8)) return dice.below(3 * kHour);
  return 1 + dice.below(120 * kSecond);
}

Action draw_plain(test::Dice& dice, size_t agencies) {
  Action action;
  action.deed = draw_deed(dice);
  action.at = dice.below(agencies);
  action.person = dice.below(4);
  action.other = dice.below(agencies);
  action.choice = dice.draw();
  action.roughness = dice.chance(50) ? 50 : 0;
  return action;
}

// About the same person, at the same agency or at the other one.
void stay_with(Action& action, const Action& before, test::Dice& dice) {
  const bool there = dice.chance(20);
  action.at = there ? before.other : before.at;
  action.other = there ? before.at : before.other;
  action.person = before.person;
}

// Somebody at the same counter changes what the verb under way has read.
Action draw_meanwhile(const Action& action, test::Dice& dice, size_t agencies) {
  Action other = draw_plain(dice, agencies);
  if (dice.chance(70)) stay_with(other, action, dice);
  constexpr Deed kChanges[] = {Deed::withdraw, Deed::withdraw, Deed::give_consent, Deed::carry,
                               Deed::exercise_right};
  if (dice.chance(60)) other.deed = kChanges[dice.below(std::size(kChanges))];
  return other;
}

}  // namespace

Action draw(test::Dice& dice, size_t agencies, const Action* before) {
  Action action = draw_plain(dice, agencies);
  if (before != nullptr && dice.chance(75)) stay_with(action, *before, dice);
  action.wait_ms = draw_wait(dice);
  if (!dice.chance(20)) return action;
  constexpr Trouble kTroubles[] = {Trouble::crash, Trouble::crash, Trouble::store_away,
                                   Trouble::meanwhile};
  action.trouble = kTroubles[dice.below(std::size(kTroubles))];
  action.await = 1 + dice.below(dice.chance(50) ? 12 : 60);
  if (action.trouble == Trouble::meanwhile) {
    action.meanwhile = {draw_meanwhile(action, dice, agencies)};
  }
  return action;
}

const char* name_of(Deed deed) {
  constexpr const char* kNames[] = {
      "recorded a consent",    "submitted",        "repeated a submission", "confirmed a duty",
      "recorded a withdrawal", "recorded a right", "carried its outbox",    "moved a referral",
      "took a referral on",    "said more",        "told whom it had to",   "let referrals run out",
      "made a statement",      "saw a late copy",  "had its clock shifted", "crashed",
      "was cut off",           "was mended",       "changed the directory", "took the directory"};
  return kNames[static_cast<size_t>(deed)];
}

std::string trouble_words(const Action& action) {
  const std::string at = " at its await " + std::to_string(action.await);
  switch (action.trouble) {
    case Trouble::none:
      return {};
    case Trouble::crash:
      return "; a crash" + at;
    case Trouble::store_away:
      return "; the store is away" + at;
    case Trouble::meanwhile:
      return "; somebody else" + at;
  }
  return {};
}

Action untroubled(Action action) {
  action.trouble = Trouble::none;
  action.meanwhile.clear();
  action.roughness = 0;
  return action;
}

}  // namespace relais::simulation
