// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/storyline.h"

#include <iterator>

namespace relais::simulation {
namespace {

// Of one person, between two agencies; each action a second after the one before.
class Storyline {
 public:
  Storyline(test::Dice& dice, size_t agencies)
      : dice_(dice),
        at_(dice.below(agencies)),
        other_((at_ + 1 + dice.below(agencies - 1)) % agencies),
        person_(dice.below(4)) {}

  // One more of the same people, not among the actions yet.
  Action make(Deed deed) {
    Action action;
    action.deed = deed;
    action.at = at_;
    action.other = other_;
    action.person = person_;
    action.choice = dice_.draw();
    action.wait_ms = 1000;
    return action;
  }
  Action& add(Deed deed) {
    actions_.push_back(make(deed));
    return actions_.back();
  }
  // The same at the other agency.
  Action& add_there(Deed deed) {
    Action& action = add(deed);
    action.at = other_;
    return action;
  }
  std::vector<Action> actions() { return std::move(actions_); }

 private:
  test::Dice& dice_;
  uint64_t at_, other_, person_;
  std::vector<Action> actions_;
};

// Of a right, the bits as persons.cc reads them.
constexpr uint64_t kRestricts = 1 << 3, kObjects = kRestricts | 1, kLifts = 6, kPutsRight = 7;

// Nothing is objected to, a consent names everything, and requests under it (the bits as deeds.cc
// reads them).
void ask_under_consent(Storyline& story, int times) {
  constexpr uint64_t kEveryCategory = 0xff00, kOneAgency = uint64_t{1} << 30;
  constexpr uint64_t kOldConsent = uint64_t{1} << 40, kWhomAgreed = uint64_t{1} << 44,
                     kNoQuestion = uint64_t{1} << 47, kDuty = uint64_t{1} << 50;
  story.add(Deed::mend);
  for (const uint64_t right : {kObjects, kRestricts}) {
    story.add(Deed::exercise_right).choice = right | kLifts;
  }
  story.add(Deed::give_consent).choice |= kEveryCategory | kOneAgency;
  for (int i = 0; i < times; ++i) {
    uint64_t& choice = story.add(Deed::submit).choice;
    choice = ((choice | kWhomAgreed | kNoQuestion) & ~kOldConsent) & ~kDuty;
  }
}

// A request is on its way when its consent is withdrawn, and comes after that was answered; the
// service may have restarted in between.
std::vector<Action> late_request(test::Dice& dice, size_t agencies) {
  Storyline story(dice, agencies);
  ask_under_consent(story, 3);
  story.add(Deed::carry).roughness = 100;
  Action& withdraw = story.add(Deed::withdraw);
  withdraw.choice -= withdraw.choice % 2;  // the newest consent
  story.add(Deed::tell);
  story.add(Deed::carry);
  story.add(Deed::carry);
  if (dice.chance(70)) story.add_there(Deed::crash);
  for (uint64_t older = 0; older < 3; ++older) story.add_there(Deed::arrive).choice = older;
  return story.actions();
}

// At the same counter, something is changed between what a decision read and its entry.
std::vector<Action> crossed_decision(test::Dice& dice, size_t agencies) {
  Storyline story(dice, agencies);
  ask_under_consent(story, 1);
  constexpr Deed kChanges[] = {Deed::give_consent, Deed::withdraw, Deed::exercise_right,
                               Deed::change_directory};
  Action meanwhile = story.make(kChanges[dice.below(std::size(kChanges))]);
  Action& asked = story.add(dice.chance(70) ? Deed::submit : Deed::supply);
  asked.trouble = Trouble::meanwhile;
  asked.await = 2 + dice.below(8);
  asked.meanwhile = {std::move(meanwhile)};
  return story.actions();
}

// Taken on by the service, somebody objects there; who referred goes on all the same.
std::vector<Action> objection_there(test::Dice& dice, size_t agencies) {
  constexpr uint64_t kAllOfTheNewest = 0x7f;  // as deeds.cc does
  Storyline story(dice, agencies);
  ask_under_consent(story, 1);
  story.add(Deed::carry);
  story.add(Deed::carry);  // what waits for another agency may go first
  for (int step = 0; step < 2; ++step) {
    story.add_there(Deed::take_on);
    story.add_there(Deed::carry);
  }
  if (dice.chance(50)) story.add(Deed::supply).choice = kAllOfTheNewest;
  story.add_there(Deed::exercise_right).choice = kObjects;
  story.add_there(Deed::carry);
  story.add_there(Deed::carry);
  story.add(Deed::carry);
  story.add(Deed::supply).choice = kAllOfTheNewest;
  story.add(Deed::exercise_right).choice = kPutsRight;
  story.add(Deed::carry);
  story.add_there(Deed::exercise_right).choice = kObjects | kLifts;
  story.add_there(Deed::carry);
  return story.actions();
}

}  // namespace

std::vector<Action> draw_storyline(test::Dice& dice, size_t agencies) {
  if (dice.chance(20)) return objection_there(dice, agencies);
  return dice.chance(50) ? late_request(dice, agencies) : crossed_decision(dice, agencies);
}

}  // namespace relais::simulation
