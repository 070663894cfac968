// SPDX-License-Identifier: Apache-2.0
// receipts: the proof a person takes home for each entry about them. A receipt and the record's
// file beside it (docs/ledger-format.md) can be verified offline by anyone, with no help of this
// agency. Each proof is verified here before it is handed out. Free functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/flow/line.h"

namespace relais::flow {

struct EntryReceipt {
  std::string origin;  // of the ledger
  uint64_t index = 0;
  std::string receipt;  // c2sp.org/tlog-proof@v1
  std::string record;   // relais/record/v1
};

// One for each entry, in their order; whether the reader may have it is the caller's to see
// (withhold.h). `corrupt` when the tree does not prove one of them.
Result<std::vector<EntryReceipt>> receipts_of(const Line& line,
                                              const std::vector<AccountEntry>& entries);

// Of one entry about a person, and the reading recorded before it is handed out. An empty `origin`
// is the current ledger. `not_found`: not about this person, or the law withholds it for now.
struct ReceiptAsked {
  PersonReference person;
  std::string origin;
  uint64_t index = 0;
  std::string requester;  // subject, parent, guardian, other
};
Result<EntryReceipt> get_receipt(const Line& line, const Caller& caller, const ReceiptAsked& asked);

}  // namespace relais::flow
