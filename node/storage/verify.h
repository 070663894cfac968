// SPDX-License-Identifier: Apache-2.0
// Derives a ledger again from the database, trusting nothing in it: every leaf, the root of every
// checkpoint and its signature, of every ledger there is, and (with the keys) every body against
// its commitment and every person's chain. Reads in slices, in one snapshot, so memory is bounded
// and appends go on meanwhile. It changes nothing. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/core/result.h"
#include "node/ledger/note.h"
#include "node/storage/keyring.h"
#include "node/storage/pool.h"

namespace relais::storage {

struct Finding {
  Constant what;
  // An entry id, "index 7", "checkpoint 12" or a person's row id; in another ledger than the one
  // asked for, after its origin.
  std::string where;
};

struct VerifyReport {
  uint64_t entries = 0;
  uint64_t checkpoints = 0;
  uint64_t tiles = 0;         // stored
  uint64_t bodies = 0;        // opened and compared; 0 without keys
  uint64_t without_body = 0;  // erased
  uint64_t persons = 0;
  uint64_t messages = 0;  // outbox and filed rows
  uint64_t findings_total = 0;
  std::vector<Finding> findings;  // the first `max_findings`

  bool sound() const { return findings_total == 0; }
};

struct VerifyRequest {
  std::string origin;
  ledger::VerifierKey log;
  const Keyring* keyring = nullptr;  // nullptr: tree and checkpoints only
  size_t max_findings = 100;
  std::vector<ledger::VerifierKey> other_logs{};  // of the agency's other years
};

// A Fault only when the database could not be read; what is wrong with the ledger is in the report.
Result<VerifyReport> verify(Pool& pool, const VerifyRequest& request);

}  // namespace relais::storage
