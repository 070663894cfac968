// SPDX-License-Identifier: Apache-2.0
// The steps of a judgement that the sender's and the receiver's boundary share. Inside the room
// only.
#pragma once

#include "policy/judge.h"

namespace relais::policy {

Judgement begin_judgement(const Law& law, const Facts& facts, Side side);
// Its pack is engaged, it speaks on this side, and it is in force on the date.
bool applies(const Rule& rule, const Facts& facts, const Judgement& judgement);
Tri purpose_listed(const Rule& rule, const Facts& facts);
// Which lifts and duties fire, which bars and silences hold.
void weigh_rules(const Law& law, const Facts& facts, Judgement& judgement);
// From those to what is released and how it came out.
void conclude(const Law& law, const Facts& facts, std::span<const Ground> claims,
              Judgement& judgement);

}  // namespace relais::policy
