// SPDX-License-Identifier: Apache-2.0
// Judgement: the bare answer of the law, as sets of rules and categories, computed without
// allocation. decide.cc makes a Decision of it, with words. It follows law.md, "The decision",
// clause by clause, and uses its names. Plain value; pure functions; any thread.
#pragma once

#include <cstdint>
#include <span>

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

struct Judgement {
  Side side = Side::sender;
  Gates gates;
  Outcome outcome = Outcome::deny;
  uint64_t engaged = 0;      // a bit per pack
  RuleSet fired;             // lifts and duties
  RuleSet ready;             // those of them whose `require` is met
  RuleSet open;              // duties that may exist: unknown, no part false
  RuleSet short_of_consent;  // lifts that lack only a satisfied consent to fire
  RuleSet holding;           // bars and silences
  RuleSet claimed;           // at the receiver: fired on the sender's word
  CategorySet owed;          // some live duty grants it
  CategorySet granted;       // some live rule grants it
  CategorySet contested;     // a bar that holds defeats a duty for it that fired or may exist
  CategorySet released;      // within data; routing only beside something else
};

// state given ∧ informed ∧ covers recipient ∧ covers purpose ∧ has expiry ∧ not by the alleged
// author ∧ not a condition of service. "In date" is in the state: the node says "expired" when it
// is not.
bool is_consent_satisfied(const Facts& facts);

Judgement judge(const Law& law, const Facts& facts);
// The receiver's boundary; see receive() in decide.h.
Judgement judge_received(const Law& law, const Facts& facts, std::span<const Ground> claims);

// Questions about a judgement, for those who put it into words.

// What a rule grants once it fired: its mask within the gates of its kind.
CategorySet grant_of(const Rule& rule, const Judgement& judgement);
// What a lift would grant with a consent that covers everything.
CategorySet grant_with_consent(const Rule& rule, const Judgement& judgement);
// The categories for which some bar that holds defeats the rule.
CategorySet defeated_for(const Law& law, const Rule& rule, const Judgement& judgement);
CategorySet live_for(const Law& law, const Rule& rule, const Judgement& judgement);
// The categories of a duty, fired or open, that a bar contests.
CategorySet contested_of(const Law& law, const Rule& duty, const Judgement& judgement);
// Whether a bar defeats what it names: it holds, and no rule that overrides it fired.
bool is_active(const Rule& bar, const Judgement& judgement);
// The categories for which a silence that holds is not answered.
CategorySet unanswered(const Law& law, const Rule& silence, const Judgement& judgement,
                       std::span<const Ground> claims);
// At the receiver: the categories for which a claimed rule this law does not know may stand.
CategorySet standing_of(const Law& law, const Ground& claim, const Judgement& judgement);

// Whether the sender's jurisdiction is one of the pack's; unknown when it is not known.
Tri lists_sender(const Pack& pack, const Facts& facts);

}  // namespace relais::policy
