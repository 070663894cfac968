// SPDX-License-Identifier: Apache-2.0
// Judgement: the bare answer of the law and what explains it, as sets of rules and categories.
// decide.cc makes a Decision of it, with words. It follows law.md, "The decision", and uses its
// names; reference.h reads the same page without a table and must agree. A judgement that was used
// for the same law before is filled again without allocation. Plain value, for one thread at a
// time; pure functions; a crash leaves nothing.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "node/core/categories.h"
#include "node/core/permit.h"
#include "policy/decision.h"
#include "policy/law.h"

namespace relais::policy {

// What a grant has to pass, from the facts. Unknown sets are empty: nobody and nothing.
struct Gates {
  CategorySet data;
  CategorySet need;
  CategorySet ceiling;    // everything without a state
  CategorySet mandate;    // mandate.categories
  CategorySet consented;  // consent.categories when the consent is satisfied, else nothing
  bool consent_satisfied = false;
  bool mandate_known = false;
};

// Of one group of silences: where those that hold are silent, and what the lifts that may answer
// them do about it.
struct Answers {
  CategorySet silence;
  CategorySet live;          // answered
  CategorySet with_require;  // would be, by what lacks its `require` alone
  CategorySet with_consent;  // would be, by that or what lacks a consent
};

struct Judgement {
  Side side = Side::sender;
  Gates gates;
  Outcome outcome = Outcome::deny;
  bool failed = false;       // the facts are not facts: nothing is released
  uint64_t engaged = 0;      // a bit per pack
  RuleSet fired;             // lifts and duties
  RuleSet ready;             // those of them whose `require` is met
  RuleSet open;              // duties that may exist: unknown, no part false
  RuleSet short_of_consent;  // lifts that lack only a satisfied consent to fire
  RuleSet holding;           // bars and silences
  RuleSet claimed;           // at the receiver: fired on the sender's word
  CategorySet owed;          // some live duty grants it
  CategorySet granted;       // some live rule grants it
  CategorySet barred;        // some bar that holds covers it
  CategorySet contested;     // a bar that holds defeats a duty for it that fired or may exist
  CategorySet released;      // within data; routing only beside something else
  // The explanation: what released, what stopped, and for each withheld category the one stop to
  // tell people.
  RuleSet grounds;
  RuleSet stops;
  std::array<CategorySet, kStopKinds> stopped{};

  // Between the steps, and for those who ask afterwards: for each rule that fired or is open, where
  // an active bar defeats it; for each that fired, what is left; for each group of silences, its
  // answers; rows of the table put together.
  std::vector<CategorySet> defeated;
  std::vector<CategorySet> live;
  std::vector<Answers> answers;
  std::vector<uint64_t> excluded;
  std::vector<uint64_t> unsure;
  std::vector<uint64_t> unmet;
};

// state given ∧ informed ∧ covers recipient ∧ covers purpose ∧ has expiry ∧ not by the alleged
// author ∧ not a condition of service. "In date" is in the state: the node says "expired" when it
// is not.
bool is_consent_satisfied(const Facts& facts);

void judge(const Law& law, const Facts& facts, Judgement& judgement);
Judgement judge(const Law& law, const Facts& facts);
// The receiver's boundary; see receive() in decide.h.
Judgement judge_received(const Law& law, const Facts& facts, std::span<const Ground> claims);

// Questions about a judgement, for those who put it into words.

// MUST, MAY or MUST_NOT, and what stopped it.
Effect effect_of(const Judgement& judgement, CategoryBit category);
StopKind stop_of(const Judgement& judgement, CategoryBit category);
// What a rule grants once it fired: its mask within the gates of its kind.
CategorySet grant_of(const Rule& rule, const Judgement& judgement);
// What a lift would grant with a consent that covers everything.
CategorySet grant_with_consent(const Rule& rule, const Judgement& judgement);
// What is left of it by the bars, once its `require` is met.
CategorySet live_for(const Rule& rule, const Judgement& judgement);
// The categories of a duty, fired or open, that a bar contests.
CategorySet contested_of(const Rule& duty, const Judgement& judgement);
// The categories for which a silence that holds is not answered.
CategorySet unanswered(const Law& law, const Rule& silence, const Judgement& judgement);
// At the receiver: the categories for which a claimed rule this law does not know may stand.
CategorySet standing_of(const Law& law, const Ground& claim, const Judgement& judgement);

// Whether the sender's jurisdiction is one of the pack's; unknown when it is not known.
Tri lists_sender(const Pack& pack, const Facts& facts);

}  // namespace relais::policy
