// SPDX-License-Identifier: Apache-2.0
// account_for: a Judgement put into words: which rule released each category, and what stopped the
// others. Inside the room only; pure.
#pragma once

#include <span>

#include "policy/judge.h"

namespace relais::policy {

Decision account_for(const Law& law, const Facts& facts, const Judgement& judgement,
                     std::span<const Ground> claims);

// The smallest changes people can make after which more would be allowed; each was applied and
// judged.
std::vector<Counterfactual> find_counterfactuals(const Law& law, const Facts& facts,
                                                 const Judgement& judgement);

}  // namespace relais::policy
