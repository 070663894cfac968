// SPDX-License-Identifier: Apache-2.0
// Desk: a fixed number of workers behind queues of fixed length (seating.h), where the blocking
// half of every call runs. Full means refused at once, so that callers learn it while they can
// still go elsewhere, and the calls already seated finish in time. Owned by the Server, one a
// surface: peers cannot starve the agency's own staff, nor, with a queue each, one another.
// Thread-safe. A crash loses what is queued; callers never got an answer for it.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "node/core/result.h"
#include "node/transport/observer.h"
#include "node/transport/seating.h"

namespace relais::transport {

class Desk {
 public:
  // `workers` threads (as many as the database connections they need); what each caller may have of
  // them at most.
  Desk(Constant name, size_t workers, const Bounds& each, Observer& observer);
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
  ~Desk();  // drains

  // Queues `work` in the queue of `who`; says at once when there is no seat for it, or the desk
  // drains. `work` must not throw. Callers that are one, as the agency's software is, say nobody.
  Seat seat(const std::string& who, Seating::Work work);
  Seat seat(Seating::Work work) { return seat({}, std::move(work)); }
  // Seats nobody any more, finishes what was seated, ends the workers. May be called again.
  void drain();

 private:
  void serve();
  std::optional<Seating::Turn> next();
  void leave(const Seating::Turn& turn);

  const std::string_view name_;
  Observer& observer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Seating seating_;
  bool draining_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace relais::transport
