// SPDX-License-Identifier: Apache-2.0
// The dice of the properties: rapidcheck's, so that a failure shrinks and its seed is printed.
#include <rapidcheck.h>

#include "tests/property/policy/random_law.h"

namespace relais::policy {

int roll(int sides) { return *rc::gen::inRange(0, sides); }

}  // namespace relais::policy
