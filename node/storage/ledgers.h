// SPDX-License-Identifier: Apache-2.0
// The ledgers of one database: one a year, each under a key and an origin of its own. A sealed one
// takes no entry any more; a person's entries go on in the next with the next number. Free
// functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/core/result.h"
#include "node/ledger/note.h"
#include "node/storage/pool.h"

namespace relais::storage {

struct LedgerLine {
  int32_t number = 0;
  std::string origin;
  uint64_t size = 0;
  bool sealed = false;
};
// In the order they were opened.
Result<std::vector<LedgerLine>> list_ledgers(Pool& pool);

struct Sealed {
  uint64_t size = 0;
  std::string note;  // the final checkpoint, verified
};
// Ends the ledger of this key at its last checkpoint, under its lock; the same again when it has
// ended. `precondition`: it is empty, or no other ledger was opened after it. `corrupt`: its head
// does not verify. `reason` is kept with it; a ledger a witness contradicted is not ended without
// one.
Result<Sealed> seal_ledger(Pool& pool, const ledger::VerifierKey& log,
                           const std::string& reason = {});

}  // namespace relais::storage
