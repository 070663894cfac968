// SPDX-License-Identifier: Apache-2.0
// What this agency recorded of the messages between it and one peer, over PostgreSQL: the outbox,
// what is left of messages whose row went, and what was filed. Ids and digests only. Thread-safe;
// writes nothing.
#pragma once

#include "node/flow/reconcile.h"
#include "node/storage/pool.h"

namespace relais::storage {

class PairBook final : public flow::PairBook {
 public:
  explicit PairBook(Pool& pool) : pool_(pool) {}
  Result<flow::PairPage> page(const AgencyId& peer, const flow::PairQuestion& question) override;

 private:
  Pool& pool_;
};

}  // namespace relais::storage
