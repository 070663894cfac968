// SPDX-License-Identifier: Apache-2.0
// This agency's ledger as its witnesses see it, over PostgreSQL: newest checkpoint, consistency
// proofs from the stored tiles, cosignatures, and the stop of a ledger that a witness contradicted.
// Takes none of the append's locks but in stop(). Thread-safe.
#pragma once

#include "node/flow/witnesses.h"
#include "node/storage/pool.h"

namespace relais::storage {

class OwnLog final : public flow::OwnLog {
 public:
  explicit OwnLog(Pool& pool) : pool_(pool) {}
  Result<flow::LogHead> newest(const std::string& origin) override;
  Result<ledger::Proof> consistency(const std::string& origin, uint64_t from, uint64_t to) override;
  Result<Digest> root_at(const std::string& origin, uint64_t size) override;
  Result<uint64_t> cosigned(const std::string& origin, const std::string& witness) override;
  // The cosignatures of the 64 newest checkpoints that have any are kept, and of the newest that
  // most witnesses cosigned: while one is away, older entries keep what they had.
  Result<void> keep(const flow::Cosigned& cosigned) override;
  // Under the ledger's lock: when it returns, nothing more is signed anywhere.
  Result<void> stop(const flow::Contradiction& contradiction) override;
  Result<bool> stopped(const std::string& origin) override;

 private:
  Pool& pool_;
};

}  // namespace relais::storage
