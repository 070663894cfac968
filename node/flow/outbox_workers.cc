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
      observer_(observer) {
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

// True when there may be more to do at once.
bool OutboxWorkers::carry_claimed() {
  const auto claim = line_.outbox.claim(settings_.claim, settings_.lease, busy_peers());
  if (!claim) {
    observer_.hindered(claim.error());
    return false;
  }
  if (claim->messages.empty()) return false;
  if (stopping_) {
    for (const DisclosureId& id : claim->messages) put_back(id);
    return false;
  }
  count(claim->peer, 1);
  const bool unhindered = carry(*claim);
  count(claim->peer, -1);
  return unhindered;
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
  for (const auto& attempt : deliver(line_, courier_, settings_.retry, claim.messages)) {
    if (attempt) {
      observer_.attempted(*attempt, std::chrono::steady_clock::now() - started);
    } else {
      observer_.hindered(attempt.error());
      unhindered = false;
    }
  }
  return unhindered;
}

// Peers that have all workers but one. With a single worker nobody is busy.
std::vector<AgencyId> OutboxWorkers::busy_peers() const {
  const std::scoped_lock lock(mutex_);
  std::vector<AgencyId> busy;
  for (const auto& [peer, workers] : carrying_) {
    if (static_cast<size_t>(workers) + 1 >= settings_.workers) busy.emplace_back(peer);
  }
  return busy;
}

void OutboxWorkers::count(const AgencyId& peer, int change) {
  const std::scoped_lock lock(mutex_);
  int& workers = carrying_[peer.text()];
  workers += change;
  if (workers == 0) carrying_.erase(peer.text());
}

}  // namespace relais::flow
