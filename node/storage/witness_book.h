// SPDX-License-Identifier: Apache-2.0
// What this node cosigned of others' ledgers, and what is held against them that came with a
// message, over PostgreSQL. One row a log each, judged and written in one transaction under a lock
// of that log's, so that two replicas cannot cosign two histories; a trigger refuses a smaller one
// whatever the process says. `unavailable` while this node's own ledger is stopped (ledger_stop)
// and not ended: the book is of the same copy. Thread-safe.
#pragma once

#include "node/flow/witnesses.h"
#include "node/storage/pool.h"

namespace relais::storage {

class WitnessBook final : public flow::WitnessBook {
 public:
  explicit WitnessBook(Pool& pool) : pool_(pool) {}
  Result<flow::Judged> see(const ledger::AddCheckpoint& request, const ledger::VerifierKey& log,
                           const std::optional<flow::Shown>& came) override;

 private:
  Pool& pool_;
};

}  // namespace relais::storage
