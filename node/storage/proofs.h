// SPDX-License-Identifier: Apache-2.0
// Proofs of where entries stand, from the stored tiles and the newest checkpoint that most
// witnesses cosigned (its cosignatures with it), in one state of the database. Takes none of the
// append's locks. Owns nothing; thread-safe.
#pragma once

#include "node/flow/ports.h"
#include "node/storage/pool.h"

namespace relais::storage {

class ProofStore final : public flow::Proofs {
 public:
  explicit ProofStore(Pool& pool) : pool_(pool) {}
  Result<flow::Standing> prove(const std::string& origin,
                               const std::vector<uint64_t>& indexes) override;
  Result<std::vector<uint64_t>> witnessed(const std::string& origin) override;

 private:
  Pool& pool_;
};

}  // namespace relais::storage
