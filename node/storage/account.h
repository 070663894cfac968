// SPDX-License-Identifier: Apache-2.0
// What is recorded about a person, read back for the statement: every body is opened, its
// commitment computed again and compared with the ledger's entry, so that an entry that was changed
// is an error. That one was taken away shows in the person's own chain, which the statement walks
// and says. Thread-safe.
#pragma once

#include <vector>

#include "node/flow/ports.h"
#include "node/storage/keyring.h"
#include "node/storage/pool.h"

namespace relais::storage {

class AccountStore final : public flow::Account {
 public:
  AccountStore(Pool& pool, const Keyring& keyring) : pool_(pool), keyring_(keyring) {}
  // In the person's own order (person_seq). `not_found`: no such person. `corrupt`: see above.
  Result<std::vector<flow::AccountEntry>> entries(const PersonId& person) override;
  Result<flow::AccountHead> head(const PersonId& person) override;

 private:
  Pool& pool_;
  const Keyring& keyring_;
};

}  // namespace relais::storage
