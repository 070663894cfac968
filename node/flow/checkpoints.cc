// SPDX-License-Identifier: Apache-2.0
#include "node/flow/checkpoints.h"

#include <utility>

#include "node/ledger/crypto.h"

namespace relais::flow {

Result<ledger::Checkpoint> VerifiedCheckpoints::open(const std::string& note,
                                                     const ledger::VerifierKey& log) {
  const Digest digest = ledger::sha256({log.text(), std::string_view("\0", 1), note});
  {
    const std::scoped_lock lock(mutex_);
    if (auto found = known_.find(digest); found != known_.end()) return found->second;
  }
  RELAIS_TRY(opened, ledger::open_checkpoint(note, log));
  const std::scoped_lock lock(mutex_);
  if (known_.emplace(digest, opened.checkpoint()).second) {
    order_.push_back(digest);
    if (order_.size() > kMost) {
      known_.erase(order_.front());
      order_.pop_front();
    }
  }
  return opened.checkpoint();
}

void VerifiedCheckpoints::show(const std::string& origin, Shown shown) {
  // What no database counts is shown by no honest log, and could never be led from.
  if (shown.tree.size == 0 || shown.tree.size > ledger::kMostLeaves) return;
  const std::scoped_lock lock(mutex_);
  OfLog& log = shown_[origin];
  if (!log.largest || log.largest->tree.size < shown.tree.size) log.largest = shown;
  if (log.among.contains(shown.tree.root)) return;
  if (log.among.size() < kMost) log.among.insert(shown.tree.root);
  if (std::uniform_int_distribution<size_t>(1, log.among.size())(lot_) == 1) {
    log.came = std::move(shown);
  }
}

std::optional<Shown> VerifiedCheckpoints::came(const std::string& origin) const {
  const std::scoped_lock lock(mutex_);
  const auto found = shown_.find(origin);
  return found != shown_.end() ? found->second.came : std::nullopt;
}

void VerifiedCheckpoints::taken(const std::string& origin, const ledger::Witnessed& tree) {
  const std::scoped_lock lock(mutex_);
  OfLog& log = shown_[origin];
  if (!log.came || log.came->tree != tree) return;
  log.came.reset();
  log.among.clear();
}

std::optional<Shown> VerifiedCheckpoints::largest(const std::string& origin) const {
  const std::scoped_lock lock(mutex_);
  const auto found = shown_.find(origin);
  return found != shown_.end() ? found->second.largest : std::nullopt;
}

}  // namespace relais::flow
