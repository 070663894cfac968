// SPDX-License-Identifier: Apache-2.0
#include "node/transport/desk.h"

namespace relais::transport {

Desk::Desk(Constant name, size_t workers, const Bounds& each, Observer& observer)
    : name_(name.view()), observer_(observer), seating_(each) {
  RELAIS_CHECK(workers > 0 && each.at_once > 0 && each.waiting > 0);
  workers_.reserve(workers);
  for (size_t i = 0; i < workers; ++i) workers_.emplace_back([this] { serve(); });
}

Desk::~Desk() { drain(); }

Seat Desk::seat(const std::string& who, Seating::Work work) {
  Seat seat = Seat::full;
  {
    const std::scoped_lock lock(mutex_);
    if (!draining_) seat = seating_.enter(who, std::move(work), std::chrono::steady_clock::now());
    if (seat == Seat::taken) {
      // Under the lock, so that the last value told is the true one.
      observer_.queued(name_, seating_.waiting());
      changed_.notify_one();
    }
  }
  if (seat != Seat::taken) {
    observer_.refused({name_, who, seat == Seat::full ? kRefusedFull : kRefusedPace});
  }
  return seat;
}

void Desk::drain() {
  {
    const std::scoped_lock lock(mutex_);
    draining_ = true;
  }
  changed_.notify_all();
  for (std::thread& worker : workers_) {
    if (worker.joinable()) worker.join();
  }
}

void Desk::serve() {
  while (auto turn = next()) {
    turn->work();
    turn->work = nullptr;  // what it holds goes before its seat does
    leave(*turn);
  }
}

// The next seated work; nothing once the desk drains and nobody waits.
std::optional<Seating::Turn> Desk::next() {
  std::unique_lock lock(mutex_);
  std::optional<Seating::Turn> turn;
  changed_.wait(lock, [&] {
    turn = seating_.next();
    return turn || (draining_ && seating_.waiting() == 0);
  });
  if (!turn) return std::nullopt;
  observer_.queued(name_, seating_.waiting());
  // The last turn of a desk that drains: who waits for one is told that there is none.
  if (draining_ && seating_.waiting() == 0) changed_.notify_all();
  return turn;
}

// Whoever leaves asks for the next turn itself, so nobody need be woken.
void Desk::leave(const Seating::Turn& turn) {
  const std::scoped_lock lock(mutex_);
  seating_.leave(turn.queue);
}

}  // namespace relais::transport
