// SPDX-License-Identifier: Apache-2.0
// The steps of a judgement that the sender's and the receiver's boundary share. Inside the room
// only.
#pragma once

#include "policy/judge.h"

namespace relais::policy {

using Claims = std::span<const Ground>;
using Line = DecisionTable::Line;

void begin_judgement(const Law& law, const Facts& facts, Side side, Judgement& judgement);
Tri purpose_listed(const Rule& rule, const Facts& facts);
// Which lifts and duties fire, which bars and silences hold.
void weigh_rules(const Law& law, const Facts& facts, Judgement& judgement);
// From those to what is released and how it came out.
void conclude(const Law& law, const Facts& facts, Claims claims, Judgement& judgement);
// What grounds it and what stops the rest.
void explain(const Law& law, Judgement& judgement);
// Nothing is released, for a reason that is no rule.
void refuse(const Facts& facts, Judgement& judgement);

// The same questions of a Rule and of a line of the table.

template <class R>
CategorySet wished(const R& rule, const Judgement& judgement) {
  return rule.mask & judgement.gates.need & judgement.gates.ceiling;
}

template <class R>
CategorySet grant(const R& rule, size_t number, const Judgement& judgement) {
  // A claimed rule passed the sender's gates; what is left to ask here is this service's need.
  if (judgement.claimed[number]) return rule.mask & judgement.gates.need;
  if (rule.kind == RuleKind::duty) {
    return rule.mandate ? rule.mask & judgement.gates.mandate : rule.mask;
  }
  const CategorySet wish = wished(rule, judgement);
  return rule.asks_consent ? wish & judgement.gates.consented : wish;
}

template <class R>
CategorySet live(const R& rule, size_t number, const Judgement& judgement) {
  if (!judgement.ready[number]) return {};
  return grant(rule, number, judgement).minus(judgement.defeated[number]);
}

// A duty that only may exist contests as one that does: knowing less must not release more.
template <class R>
CategorySet contested(const R& duty, size_t number, const Judgement& judgement) {
  const bool whole = duty.mandate && !judgement.gates.mandate_known;
  return (whole ? duty.mask : grant(duty, number, judgement)) & judgement.defeated[number];
}

}  // namespace relais::policy
