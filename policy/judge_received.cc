// SPDX-License-Identifier: Apache-2.0
// The receiver's boundary: its own rules over its own facts, and the sender's word for the rest.
#include "policy/judge_steps.h"

namespace relais::policy {
namespace {

// The date and the pack's engagement are judged here, on this side's law; so is the purpose. What
// the sender knew and this node cannot (conditions, `require`, consent) is the sender's to answer
// for.
bool may_be_claimed(const Rule& rule, const Facts& facts, const Judgement& judgement) {
  const auto day = static_cast<int32_t>(static_cast<int64_t>(facts.value(FactKey::date)));
  return rule.grants() && (judgement.engaged >> rule.pack & 1) != 0 && rule.in_force(day) &&
         purpose_listed(rule, facts) == Tri::yes;
}

}  // namespace

Judgement judge_received(const Law& law, const Facts& facts, std::span<const Ground> claims) {
  Judgement judgement;
  begin_judgement(law, facts, Side::receiver, judgement);
  if (judgement.failed) return judgement;
  weigh_rules(law, facts, judgement);
  for (const Ground& claim : claims) {
    const Rule* rule = law.find(claim.rule);
    if (rule == nullptr || !may_be_claimed(*rule, facts, judgement)) continue;
    judgement.claimed.set(rule->number);
    judgement.fired.set(rule->number);
    judgement.ready.set(rule->number);
    judgement.open.reset(rule->number);
    judgement.short_of_consent.reset(rule->number);
  }
  conclude(law, facts, claims, judgement);
  explain(law, judgement);
  return judgement;
}

}  // namespace relais::policy
