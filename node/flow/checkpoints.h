// SPDX-License-Identifier: Apache-2.0
// Checkpoints already verified, so that a batch of disclosures under one checkpoint costs one
// signature verification, not one each. A bounded cache: losing it costs time only. Thread-safe.
#pragma once

#include <list>
#include <map>
#include <mutex>
#include <string>

#include "node/ledger/checkpoint.h"

namespace relais::flow {

class VerifiedCheckpoints {
 public:
  // The checkpoint of a note that `log` signed; `invalid` otherwise. Only successes are remembered,
  // by digest over key and note.
  Result<ledger::Checkpoint> open(const std::string& note, const ledger::VerifierKey& log);

 private:
  static constexpr size_t kMost = 1024;
  std::mutex mutex_;
  std::map<Digest, ledger::Checkpoint> known_;
  std::list<Digest> order_;
};

}  // namespace relais::flow
