// SPDX-License-Identifier: Apache-2.0
// decide: the three-valued decision of law.md over compiled packs. Pure and total: the same law and
// the same facts give the same decision, and an unknown fact never releases anything. What can fail
// (memory; facts that are none) ends in a refusal whose stops say `failure`, never in an exception.
// Any thread; a crash leaves nothing. judge.h has the allocation-free core.
#pragma once

#include <span>

#include "node/core/permit.h"
#include "policy/decision.h"
#include "policy/facts.h"
#include "policy/law.h"

namespace relais::policy {

// The sender's boundary: rules with side "sender" or "both".
Decision evaluate(const Law& law, const Facts& facts);

// The same, and the Permit that lets the released categories leave: when the outcome is permit, or
// oblige and scope.confirmed_by_human. (Declared in node/core/permit.h, whose Permit befriends it.)
Ruling decide(const Law& law, const Facts& facts, const PermitScope& scope);

// The receiver's boundary. Rules with side "receiver" or "both" are evaluated over the facts that
// the receiver has; `claimed` is what the verified envelope says of its grounds. A claimed rule
// that this law knows, in an engaged pack, in force, and for this purpose, counts as live for its
// own mask, its conditions being the sender's to answer for; a claimed rule it does not know counts
// as a lift of a foreign pack with the bases it claims, which can answer a silence that lists
// `freed_by` and nothing else. Both can be defeated by the receiver's own bars. A pack without
// rules for this side says nothing against. Whatever the rules say, what `need` does not declare is
// refused. `released` is what may be filed.
Decision receive(const Law& law, const Facts& facts, std::span<const Ground> claimed);

}  // namespace relais::policy
