// SPDX-License-Identifier: Apache-2.0
// The referrals this agency sent and received, over PostgreSQL. It only reads: the appender writes
// them, each with the ledger entry that explains it. Thread-safe; each call is one statement.
#pragma once

#include <optional>
#include <string>

#include "node/flow/ports.h"
#include "node/storage/keyring.h"
#include "node/storage/pool.h"

namespace relais::storage {

class ReferralStore final : public flow::Referrals {
 public:
  ReferralStore(Pool& pool, const Keyring& keyring) : pool_(pool), keyring_(keyring) {}
  Result<std::optional<flow::StoredReferral>> get(const ReferralId& id) override;
  // The newest, should there be several.
  Result<std::optional<flow::StoredReferral>> by_handle(const AgencyId& counterpart,
                                                        const Handle& handle) override;
  Result<std::optional<flow::Existing>> submitted(const flow::Submission& submission) override;
  // In the order of the ledger, which no commit can overtake; `invalid` when `after` is no token.
  Result<flow::InboxPage> inbox(const std::string& after, int limit) override;
  Result<std::vector<flow::StoredReferral>> of_person(const PersonId& person) override;
  // One whose body does not open is left out: `verify` names it, and it must not hold up the
  // others.
  Result<std::optional<flow::StoredReferral>> probe(const AgencyId& counterpart,
                                                    const DisclosureId& disclosure) override;
  Result<size_t> anonymise(Instant made_before, const std::vector<std::string>& states,
                           int limit) override;
  Result<std::vector<flow::StoredReferral>> unanswered(Instant now, int limit) override;

 private:
  Pool& pool_;
  const Keyring& keyring_;
};

}  // namespace relais::storage
