// SPDX-License-Identifier: Apache-2.0
// Whether a person's word stands in the ledger already. Software that lost an answer calls again,
// and the person has spoken once: the entry there is answered with, and nobody is told twice.
// Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "node/flow/account.h"

namespace relais::flow {

// The ledger index of the newest of a row's entries that says this, `status` being "in_force" or
// "lifted"; nullopt when something else was said since, or when something was passed on since:
// then it is another word, and whoever has that is told.
Result<std::optional<uint64_t>> right_before(const std::vector<AccountEntry>& entries,
                                             ledger::Event event, const std::string& status);
// Of the withdrawal of a consent, under which nothing more leaves.
Result<std::optional<uint64_t>> withdrawal_before(const std::vector<AccountEntry>& entries,
                                                  const ConsentId& consent);

}  // namespace relais::flow
