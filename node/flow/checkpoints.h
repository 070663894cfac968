// SPDX-License-Identifier: Apache-2.0
// The checkpoints that come with messages. Verified once, so that a batch of disclosures under one
// checkpoint costs one signature verification, not one each. And one of each log is remembered, so
// that this agency as a witness cosigns no history but the one it was shown (decision 0095).
// Bounded by the logs there are; a crash forgets it: time, and what had not been compared yet.
// Thread-safe.
#pragma once

#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>

#include "node/flow/witnesses.h"
#include "node/ledger/checkpoint.h"

namespace relais::flow {

class VerifiedCheckpoints {
 public:
  // The checkpoint of a note that `log` signed; `invalid` otherwise. Only successes are remembered,
  // by digest over key and note.
  Result<ledger::Checkpoint> open(const std::string& note, const ledger::VerifierKey& log);

  // It came with a message that its log's proof leads to. Of those that came since the last was
  // taken one is kept by lot: the log cannot choose which it will be compared with.
  void show(const std::string& origin, Shown shown);
  std::optional<Shown> came(const std::string& origin) const;
  void taken(const std::string& origin, const ledger::Witnessed& tree);
  // Of all that came.
  std::optional<Shown> largest(const std::string& origin) const;

 private:
  struct OfLog {
    std::optional<Shown> came;
    std::set<Digest> among;  // roots of those that came; a message sent again is no other chance
    std::optional<Shown> largest;
  };
  static constexpr size_t kMost = 1024;
  mutable std::mutex mutex_;
  std::map<Digest, ledger::Checkpoint> known_;
  std::list<Digest> order_;
  std::map<std::string, OfLog> shown_;  // by origin
  std::mt19937_64 lot_{std::random_device{}()};
};

}  // namespace relais::flow
