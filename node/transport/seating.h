// SPDX-License-Identifier: Apache-2.0
// Seating: who is served next at a desk, and who is sent away. Every caller has a queue of its own:
// so many of its calls are served at once, so many wait, and so many come in a second; queues take
// turns, so what one caller sends costs the others a turn at most. A queue that stands empty and
// has its whole pace back is forgotten, so there are never more of them than callers who were here
// a moment ago. Not thread-safe: the Desk's lock is around it, and time is what the Desk says.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace relais::transport {

// What one caller may have of a desk.
struct Bounds {
  size_t at_once = 1;       // calls being served
  size_t waiting = 1;       // calls that wait besides
  unsigned per_second = 0;  // calls that come, and as many at once after a pause; 0: no bound
};

// What came of asking for a seat.
enum class Seat { taken, full, too_fast };

class Seating {
 public:
  using Work = std::function<void()>;
  using Time = std::chrono::steady_clock::time_point;

 private:
  struct Queue {
    std::deque<Work> waiting;
    size_t served = 0;
    bool in_turn = false;  // stands in turns_
    Time paid_until{};     // its calls so far, laid end to end at the pace
  };

 public:
  using Queues = std::map<std::string, Queue, std::less<>>;

  // A call whose turn it is. `queue` is given back to leave() when it was served.
  struct Turn {
    Queues::iterator queue;
    Work work;
  };

  explicit Seating(const Bounds& bounds) : bounds_(bounds) {}

  // Queues `work` in the queue of `who` unless that queue is full or too fast at `now`.
  Seat enter(const std::string& who, Work work, Time now);
  // Nothing while nobody waits whose queue may have one more served.
  std::optional<Turn> next();
  void leave(Queues::iterator queue);

  size_t waiting() const { return waiting_; }
  size_t queues() const { return queues_.size(); }

 private:
  Queues::iterator queue_of(const std::string& who, Time now);
  bool pay(Queue& queue, Time now) const;
  void take_turn(Queues::iterator queue);

  const Bounds bounds_;
  Queues queues_;
  std::deque<Queues::iterator> turns_;  // queues with somebody to serve, each once
  size_t waiting_ = 0;
};

}  // namespace relais::transport
