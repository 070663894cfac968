// SPDX-License-Identifier: Apache-2.0
// What commands about somebody's log share. Free functions; one thread.
#pragma once

#include <vector>

#include "admin/command.h"
#include "node/ledger/note.h"

namespace relais::admin {

// The verifier keys of --key.
Result<std::vector<ledger::VerifierKey>> keys_of(const Arguments& given);

// ledger verify --tiles PLACE --key VKEY [--earlier FILE].
int run_audit(const Arguments& given, Output& output);

}  // namespace relais::admin
