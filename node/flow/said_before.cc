// SPDX-License-Identifier: Apache-2.0
#include "node/flow/said_before.h"

#include "node/flow/tell.h"

namespace relais::flow {

Result<std::optional<uint64_t>> right_before(const std::vector<AccountEntry>& entries,
                                             ledger::Event event, const std::string& status) {
  std::optional<uint64_t> found;
  for (const AccountEntry& entry : entries) {
    RELAIS_TRY(shared, ledger::decode_shared(entry.shared_bytes));
    const bool passed_on =
        shared.event == ledger::Event::disclosed || shared.event == ledger::Event::received;
    if (passed_on) found.reset();
    if (shared.event != event || is_notice(shared)) continue;
    found = shared.status == status ? std::optional(entry.index) : std::nullopt;
  }
  return found;
}

Result<std::optional<uint64_t>> withdrawal_before(const std::vector<AccountEntry>& entries,
                                                  const ConsentId& consent) {
  std::optional<uint64_t> found;
  for (const AccountEntry& entry : entries) {
    RELAIS_TRY(shared, ledger::decode_shared(entry.shared_bytes));
    if (shared.event != ledger::Event::consent_withdrawn || is_notice(shared)) continue;
    RELAIS_TRY(privately, ledger::decode_private(entry.private_bytes));
    if (privately.consent_id == consent.text()) found = entry.index;
  }
  return found;
}

}  // namespace relais::flow
