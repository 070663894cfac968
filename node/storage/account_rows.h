// SPDX-License-Identifier: Apache-2.0
// Entries with their bodies, as an account and an erasure read them: opened, and held against what
// the ledger committed to. Inside storage only; pure but for the row, any thread.
#pragma once

#include <pqxx/pqxx>

#include "node/core/result.h"
#include "node/flow/account.h"
#include "node/ledger/crypto.h"

namespace relais::storage {

// Of ledger l, entry e and body b, in the order open_entry() reads.
#define RELAIS_ENTRY_COLUMNS "l.origin, e.index, e.id, e.commitment, b.sealed, l.id"

// `corrupt`: the body does not open under the key, or is not what the entry commits to.
Result<flow::AccountEntry> open_entry(const pqxx::row& row, const ledger::SealKey& key);

}  // namespace relais::storage
