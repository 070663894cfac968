// SPDX-License-Identifier: Apache-2.0
// refer: law.md, "The decision", read clause by clause and with nothing clever: the yardstick of
// the engine (judge.h) for tests, fuzzer and analysis; the node never calls it. It shares what was
// loaded and no step of the decision: even the names in `defeats` and `overridden_by` are looked
// up again. Pure; any thread; a crash leaves nothing.
#pragma once

#include <map>
#include <set>
#include <span>

#include "policy/decision.h"
#include "policy/law.h"

namespace relais::policy {

using Rules = std::set<const Rule*>;  // of the law that was read

struct Reading {
  Outcome outcome = Outcome::deny;
  CategorySet released;
  CategorySet must;                       // of these, what a live duty grants
  std::map<CategoryBit, StopKind> stops;  // what keeps each withheld category of `data` back
  Rules fired, ready, grounds;            // lifts and duties: `require` met; live for a release
  Rules open, lacking;                    // duties that may exist; lifts short of consent alone
  Rules holding;                          // bars and silences
};

// The sender's boundary; or the receiver's, with what the envelope claims.
Reading refer(const Law& law, const Facts& facts, Side side = Side::sender,
              std::span<const Ground> claims = {});

}  // namespace relais::policy
