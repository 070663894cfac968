// SPDX-License-Identifier: Apache-2.0
// Erasures over PostgreSQL. A closed person's wrapped key is moved out of the person's row, so that
// every reader fails on it without knowing of erasures; destroying it is deleting one row. Each
// method is one transaction and may be repeated. Thread-safe.
#pragma once

#include <optional>
#include <vector>

#include "node/flow/erasures.h"
#include "node/storage/keyring.h"
#include "node/storage/pool.h"

namespace relais::storage {

class ErasureStore final : public flow::Erasures {
 public:
  ErasureStore(Pool& pool, const Keyring& keyring) : pool_(pool), keyring_(keyring) {}

  Result<bool> request(const flow::ErasureRequest& request) override;
  Result<std::vector<flow::Erasure>> unfinished() override;
  Result<std::optional<flow::Erasure>> find(const ErasureId& id) override;
  Result<std::vector<flow::Erasure>> erasures_of(const PersonReference& reference) override;
  Result<std::vector<flow::Erasure>> newest(int limit) override;
  Result<void> destroy(const ErasureId& id) override;
  Result<void> shredded(const ErasureId& id, Instant at) override;
  Result<flow::AccountEntry> entry(const EntryId& entry) override;

 private:
  Pool& pool_;
  const Keyring& keyring_;
};

}  // namespace relais::storage
