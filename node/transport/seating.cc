// SPDX-License-Identifier: Apache-2.0
#include "node/transport/seating.h"

#include <algorithm>
#include <utility>

namespace relais::transport {
namespace {

constexpr std::chrono::nanoseconds kSecond = std::chrono::seconds{1};

}  // namespace

Seat Seating::enter(const std::string& who, Work work, Time now) {
  const auto queue = queue_of(who, now);
  if (!pay(queue->second, now)) return Seat::too_fast;
  if (queue->second.waiting.size() >= bounds_.waiting) return Seat::full;
  queue->second.waiting.push_back(std::move(work));
  ++waiting_;
  take_turn(queue);
  return Seat::taken;
}

std::optional<Seating::Turn> Seating::next() {
  if (turns_.empty()) return std::nullopt;
  const auto queue = turns_.front();
  turns_.pop_front();
  Queue& now = queue->second;
  now.in_turn = false;
  Turn turn{queue, std::move(now.waiting.front())};
  now.waiting.pop_front();
  --waiting_;
  ++now.served;
  take_turn(queue);  // behind the others
  return turn;
}

void Seating::leave(Queues::iterator queue) {
  --queue->second.served;
  take_turn(queue);
}

// A queue that comes makes room first: those that nobody would notice the absence of are gone.
Seating::Queues::iterator Seating::queue_of(const std::string& who, Time now) {
  const auto found = queues_.find(who);
  if (found != queues_.end()) return found;
  std::erase_if(queues_, [now](const auto& one) {
    const Queue& queue = one.second;
    return queue.waiting.empty() && queue.served == 0 && queue.paid_until <= now;
  });
  return queues_.emplace(who, Queue{}).first;
}

// Each call lasts a share of a second; what was not used counts for one second and no longer.
bool Seating::pay(Queue& queue, Time now) const {
  if (bounds_.per_second == 0) return true;
  const Time until = std::max(queue.paid_until, now) + kSecond / bounds_.per_second;
  if (until > now + kSecond) return false;
  queue.paid_until = until;
  return true;
}

void Seating::take_turn(Queues::iterator queue) {
  Queue& now = queue->second;
  if (now.in_turn || now.waiting.empty() || now.served >= bounds_.at_once) return;
  now.in_turn = true;
  turns_.push_back(queue);
}

}  // namespace relais::transport
