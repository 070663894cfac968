// SPDX-License-Identifier: Apache-2.0
// Whether the promises of the ledger stand after whatever was done to nodes and databases. It
// collects every checkpoint a node let go of, from wherever it was seen, and then reads the
// databases of all agencies, as their superuser and trusting nothing in them:
//   1. each ledger derives again as a whole, by whoever `verify` asks;
//   2. no index and no message is missing or there twice;
//   3. every checkpoint ever released is the root of the entries there are now, is stored, and is
//      proven consistent with the next larger one;
//   4. every message a peer holds has its proof in a checkpoint whose COMMIT came before the
//      transaction that filed it began, by one clock: that of a cluster which all agencies share
//      (`track_commit_timestamp = on`).
// `verify` is to follow each person's chain, which is sealed to this. Owned by a test; saw() from
// any thread, check() from one, when nothing is under way any more. Nothing is durable.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "node/ledger/note.h"

namespace relais::test {

struct WatchedLedger {
  std::string agency;
  ledger::VerifierKey log;  // its name is the ledger's origin
  // Runs a query as the superuser: a line a row, columns parted by '|'.
  std::function<std::string(const std::string& query)> ask;
  // The whole ledger derived again; what is wrong with it.
  std::function<std::vector<std::string>()> verify;
};

struct WatchReport {
  uint64_t entries = 0;
  uint64_t checkpoints = 0;  // released ones and those stored, each once
  uint64_t released = 0;     // of them, seen outside the database
  uint64_t proofs = 0;       // of consistency
  uint64_t disclosures = 0;  // messages that peers hold
  std::vector<std::string> wrong;
};

class LedgerWatch {
 public:
  explicit LedgerWatch(std::vector<WatchedLedger> ledgers) : ledgers_(std::move(ledgers)) {}

  // A checkpoint that left a node of this agency.
  void saw(const std::string& agency, const std::string& note);
  WatchReport check() const;

 private:
  const std::vector<WatchedLedger> ledgers_;
  mutable std::mutex mutex_;
  std::map<std::string, std::set<std::string>> seen_;  // agency -> notes
};

}  // namespace relais::test
