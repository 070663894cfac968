// SPDX-License-Identifier: Apache-2.0
#include "node/flow/outbox_workers.h"

#include <utility>

namespace relais::flow {

OutboxWorkers::OutboxWorkers(const Line& line, Courier& courier, const OutboxSettings& settings,
                             WaitForQueued wait, DeliveryObserver& observer)
    : line_(line),
      courier_(courier),
      settings_(settings),
      wait_(std::move(wait)),
      observer_(observer),
      shares_(settings.workers) {
  RELAIS_CHECK(settings.workers > 0 && settings.claim > 0);
  threads_.reserve(settings.workers);
  for (size_t i = 0; i < settings.workers; ++i) threads_.emplace_back([this] { work(); });
}

OutboxWorkers::~OutboxWorkers() { stop(); }

void OutboxWorkers::stop() {
  stopping_ = true;
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void OutboxWorkers::work() {
  uint64_t seen = 0;
  while (!stopping_) {
    if (!carry_claimed() && !stopping_) wait_(seen, settings_.look);
  }
}

// One after the other, so that each knows where the others are.
Result<Claim> OutboxWorkers::claim() {
  const std::scoped_lock one_at_a_time(claiming_);
  if (stopping_) return Claim{};  // or each that waited would still make its own before the end
  auto claim = line_.outbox.claim(settings_.claim, settings_.lease, attended());
  if (claim && !claim->messages.empty()) {
    const std::scoped_lock lock(mutex_);
    shares_.begin(claim->peer);
  }
  return claim;
}

// True when there may be more to do at once.
bool OutboxWorkers::carry_claimed() {
  const auto claimed = claim();
  if (!claimed) {
    observer_.hindered(claimed.error());
    return false;
  }
  if (claimed->messages.empty()) return false;
  if (stopping_) {
    for (const DisclosureId& id : claimed->messages) put_back(id);
    return false;
  }
  return carry(*claimed);
}

// A claim that will not be tried now is due again at once, for whoever runs next: draining must not
// make them wait for the lease. Should this fail, the lease ends it.
void OutboxWorkers::put_back(const DisclosureId& id) {
  (void)line_.outbox.postpone(id, std::chrono::milliseconds{0}, "put_back", Handed::nothing);
}

// False when this node itself is hindered.
bool OutboxWorkers::carry(const Claim& claim) {
  const auto started = std::chrono::steady_clock::now();
  bool unhindered = true;
  auto word = PeerShares::Word::nothing;
  for (const auto& attempt : deliver(line_, courier_, settings_.retry, claim.messages)) {
    if (!attempt) {
      observer_.hindered(attempt.error());
      unhindered = false;
      continue;
    }
    observer_.attempted(*attempt, std::chrono::steady_clock::now() - started);
    if (*attempt == Attempt::busy) word = PeerShares::Word::busy;
    // A refusal is the peer's signed word: it had room to judge.
    const bool answered = *attempt == Attempt::delivered || *attempt == Attempt::refused;
    if (answered && word == PeerShares::Word::nothing) word = PeerShares::Word::took;
  }
  const std::scoped_lock lock(mutex_);
  shares_.end(claim.peer, word);
  return unhindered;
}

Attended OutboxWorkers::attended() const {
  const std::scoped_lock lock(mutex_);
  return shares_.attended();
}

}  // namespace relais::flow
