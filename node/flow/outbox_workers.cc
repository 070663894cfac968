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
  const auto claimed = line_.outbox.claim(settings_.claim, settings_.lease);
  if (!claimed) {
    observer_.hindered(claimed.error());
    return false;
  }
  bool unhindered = true;
  for (const DisclosureId& id : *claimed) {
    if (stopping_ || !unhindered) {
      put_back(id);
    } else {
      unhindered = carry(id);
    }
  }
  return unhindered && !claimed->empty();
}

// A claim that will not be tried now is due again at once, for whoever runs next: draining must not
// take a call timeout for each, nor make them wait for the lease. Should this fail, the lease ends
// it.
void OutboxWorkers::put_back(const DisclosureId& id) {
  (void)line_.outbox.postpone(id, line_.clock.now(), "put_back");
}

// False when this node itself is hindered.
bool OutboxWorkers::carry(const DisclosureId& id) {
  const auto started = std::chrono::steady_clock::now();
  const auto attempt = deliver(line_, courier_, settings_.retry, id);
  if (!attempt) {
    observer_.hindered(attempt.error());
    return false;
  }
  observer_.attempted(*attempt, std::chrono::steady_clock::now() - started);
  return true;
}

}  // namespace relais::flow
