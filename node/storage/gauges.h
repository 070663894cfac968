// SPDX-License-Identifier: Apache-2.0
// What only the database can count: for the metrics, the probes and the steward's status. Numbers
// and agency ids only. Owns nothing and writes nothing; any thread. Each number is of its own
// moment.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "node/core/time.h"
#include "node/storage/outbox.h"
#include "node/storage/pool.h"

namespace relais::storage {

struct Gauges {
  uint64_t ledger_size = 0;  // of the newest ledger
  std::vector<Waiting> waiting;
  uint64_t duties_open = 0;            // duties to report that wait for a human
  std::optional<Instant> oldest_duty;  // submitted
  uint64_t notices_unanswered = 0;     // recipients told of a right, without an answer yet
  uint64_t notices_overdue = 0;        // of them, past their time or not to be had
};

Result<Gauges> read_gauges(Pool& pool);

}  // namespace relais::storage
