// SPDX-License-Identifier: Apache-2.0
#include "node/flow/checkpoints.h"

#include "node/ledger/crypto.h"

namespace relais::flow {

Result<ledger::Checkpoint> VerifiedCheckpoints::open(const std::string& note,
                                                     const ledger::VerifierKey& log) {
  const Digest digest = ledger::sha256({log.text(), std::string_view("\0", 1), note});
  {
    const std::lock_guard lock(mutex_);
    if (auto found = known_.find(digest); found != known_.end()) return found->second;
  }
  RELAIS_TRY(opened, ledger::open_checkpoint(note, log));
  const std::lock_guard lock(mutex_);
  if (known_.emplace(digest, opened.checkpoint()).second) {
    order_.push_back(digest);
    if (order_.size() > kMost) {
      known_.erase(order_.front());
      order_.pop_front();
    }
  }
  return opened.checkpoint();
}

}  // namespace relais::flow
