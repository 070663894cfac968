// SPDX-License-Identifier: Apache-2.0
// Desk: a fixed number of workers behind a queue of fixed length, where the blocking half of every
// call runs. Full means refused at once, so that callers learn it while they can still go
// elsewhere, and the calls already seated finish in time. Owned by the Server, one a surface: peers
// cannot starve the agency's own staff. Thread-safe. A crash loses what is queued; callers never
// got an answer for it.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "node/core/result.h"
#include "node/transport/observer.h"

namespace relais::transport {

class Desk {
 public:
  // `workers` threads (as many as the database connections they need), at most `most_waiting`
  // queued.
  Desk(Constant name, size_t workers, size_t most_waiting, Observer& observer);
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
  ~Desk();  // drains

  // Queues `work`; false at once when the queue is full or the desk drains. `work` must not throw.
  bool seat(std::function<void()> work);
  // Seats nobody any more, finishes what was seated, ends the workers. May be called again.
  void drain();

 private:
  void serve();
  std::function<void()> next();

  const std::string_view name_;
  const size_t most_waiting_;
  Observer& observer_;
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<std::function<void()>> waiting_;
  bool draining_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace relais::transport
