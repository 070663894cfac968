// SPDX-License-Identifier: Apache-2.0
// The checkpoints that came with messages. Verified once, so that a batch of disclosures under one
// checkpoint costs one signature verification, not one each; and remembered, so that this agency as
// a witness cosigns no history other than the one it was shown (decision 0095). Bounded by the logs
// there are; a crash forgets it all, which costs time, and what was shown then is in the entries
// alone. Thread-safe.
#pragma once

#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "node/flow/witnesses.h"
#include "node/ledger/checkpoint.h"

namespace relais::flow {

class VerifiedCheckpoints {
 public:
  // The checkpoint of a note that `log` signed; `invalid` otherwise. Only successes are remembered,
  // by digest over key and note.
  Result<ledger::Checkpoint> open(const std::string& note, const ledger::VerifierKey& log);

  // Of the log of this origin: the first that was shown since its witness was last led through one;
  // and the largest.
  std::optional<Shown> to_compare(const std::string& origin) const;
  std::optional<Shown> largest(const std::string& origin) const;
  // A proof led from `from` to `to`, which is to be compared with now. Nothing when another came
  // first.
  void led(const std::string& origin, const ledger::Witnessed& from, Shown to);
  // This tree was cosigned: nothing is left to compare when it was all there was.
  void cosigned(const std::string& origin, const ledger::Witnessed& tree);

 private:
  struct OfLog {
    std::optional<Shown> to_compare;
    std::optional<Shown> largest;
  };
  void remember(const Digest& digest, const std::string& origin,
                const ledger::Checkpoint& checkpoint, Bytes note);

  static constexpr size_t kMost = 1024;
  mutable std::mutex mutex_;
  std::map<Digest, ledger::Checkpoint> known_;
  std::list<Digest> order_;
  std::map<std::string, OfLog> shown_;  // by origin
};

}  // namespace relais::flow
