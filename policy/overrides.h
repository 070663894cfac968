// SPDX-License-Identifier: Apache-2.0
// find_circles: the bars whose overrides turn in a circle: each is overridden by a rule that
// another of them defeats, so that the law would say of two rules that each prevails over the
// other. Only rules that are named outright count; a pattern with a star speaks of whatever there
// is. Pure, and in time linear in the names; used by the loader.
#pragma once

#include <vector>

#include "policy/rules.h"

namespace relais::policy {

// Numbers into `rules`, ascending.
std::vector<size_t> find_circles(const std::vector<const Rule*>& rules);

}  // namespace relais::policy
