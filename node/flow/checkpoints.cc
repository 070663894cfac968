// SPDX-License-Identifier: Apache-2.0
#include "node/flow/checkpoints.h"

#include <utility>

#include "node/ledger/crypto.h"
#include "node/ledger/witness.h"

namespace relais::flow {

Result<ledger::Checkpoint> VerifiedCheckpoints::open(const std::string& note,
                                                     const ledger::VerifierKey& log) {
  const Digest digest = ledger::sha256({log.text(), std::string_view("\0", 1), note});
  {
    const std::scoped_lock lock(mutex_);
    if (auto found = known_.find(digest); found != known_.end()) return found->second;
  }
  RELAIS_TRY(opened, ledger::open_checkpoint(note, log));
  RELAIS_TRY(signed_alone, ledger::without_others(note, log));
  remember(digest, log.name(), opened.checkpoint(), std::move(signed_alone));
  return opened.checkpoint();
}

void VerifiedCheckpoints::remember(const Digest& digest, const std::string& origin,
                                   const ledger::Checkpoint& checkpoint, Bytes note) {
  const std::scoped_lock lock(mutex_);
  if (!known_.emplace(digest, checkpoint).second) return;
  order_.push_back(digest);
  if (order_.size() > kMost) {
    known_.erase(order_.front());
    order_.pop_front();
  }
  OfLog& log = shown_[origin];
  const Shown shown{{checkpoint.size, checkpoint.root}, std::move(note)};
  if (!log.to_compare) log.to_compare = shown;
  if (!log.largest || log.largest->tree.size < shown.tree.size) log.largest = shown;
}

std::optional<Shown> VerifiedCheckpoints::to_compare(const std::string& origin) const {
  const std::scoped_lock lock(mutex_);
  const auto found = shown_.find(origin);
  return found != shown_.end() ? found->second.to_compare : std::nullopt;
}

std::optional<Shown> VerifiedCheckpoints::largest(const std::string& origin) const {
  const std::scoped_lock lock(mutex_);
  const auto found = shown_.find(origin);
  return found != shown_.end() ? found->second.largest : std::nullopt;
}

void VerifiedCheckpoints::led(const std::string& origin, const ledger::Witnessed& from, Shown to) {
  const std::scoped_lock lock(mutex_);
  std::optional<Shown>& now = shown_[origin].to_compare;
  if (now && now->tree == from) now = std::move(to);
}

void VerifiedCheckpoints::cosigned(const std::string& origin, const ledger::Witnessed& tree) {
  const std::scoped_lock lock(mutex_);
  std::optional<Shown>& now = shown_[origin].to_compare;
  if (now && now->tree == tree) now.reset();
}

}  // namespace relais::flow
