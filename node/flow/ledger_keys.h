// SPDX-License-Identifier: Apache-2.0
// Which key an agency's ledger of a given origin is verified with. Ledgers are yearly: more than
// one may be in use around the turn of a year, each with a window in the directory. Pure, any
// thread.
#pragma once

#include <optional>
#include <string>

#include "node/flow/line.h"

namespace relais::flow {

// A peer's: among those the directory lists for it, the one of this name, when it counts at `now`.
// The reader's clock decides and not the time an entry claims: a key that has ended cannot sign
// itself back into its year.
std::optional<ledger::VerifierKey> ledger_key_of(const Agency& agency, const std::string& origin,
                                                 Instant now);
// This agency's own, of this year or an earlier one.
std::optional<ledger::VerifierKey> own_ledger_key(const Line& line, const std::string& origin);

}  // namespace relais::flow
