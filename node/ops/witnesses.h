// SPDX-License-Identifier: Apache-2.0
// The file of witness.policy: which witnesses there are, where they are asked, how many are enough.
// Read once, at start; any thread.
#pragma once

#include <string>

#include "node/ledger/witness_policy.h"

namespace relais::ops {

// An empty path: no witnesses. `precondition` (`where`: the path) when it cannot be read, `invalid`
// with the line when it is none.
Result<ledger::WitnessPolicy> read_witness_policy(const std::string& path);

}  // namespace relais::ops
