// SPDX-License-Identifier: Apache-2.0
// Whom a node believes about the federation: a text in a signed note counts when enough different
// stewards signed it. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "node/core/result.h"
#include "node/ledger/note.h"
#include "node/ops/config.h"

namespace relais::ops {

// Those of directory.stewards; `invalid` when one is no verifier key.
Result<std::vector<ledger::VerifierKey>> read_stewards(const Config& config);

// The note's text once at least `threshold` different stewards of these signed it; one steward
// under two names is one. `invalid` with `name` in `where`.
Result<std::string> open_signed(const std::string& note, const std::string& name,
                                const std::vector<ledger::VerifierKey>& stewards, int threshold);

}  // namespace relais::ops
