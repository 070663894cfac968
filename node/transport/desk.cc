// SPDX-License-Identifier: Apache-2.0
#include "node/transport/desk.h"

#include <utility>

namespace relais::transport {

Desk::Desk(Constant name, size_t workers, size_t most_waiting, Observer& observer)
    : name_(name.view()), most_waiting_(most_waiting), observer_(observer) {
  RELAIS_CHECK(workers > 0 && most_waiting > 0);
  workers_.reserve(workers);
  for (size_t i = 0; i < workers; ++i) workers_.emplace_back([this] { serve(); });
}

Desk::~Desk() { drain(); }

bool Desk::seat(std::function<void()> work) {
  {
    const std::scoped_lock lock(mutex_);
    if (!draining_ && waiting_.size() < most_waiting_) {
      waiting_.push_back(std::move(work));
      // Under the lock, so that the last value told is the true one.
      observer_.queued(name_, waiting_.size());
      filled_.notify_one();
      return true;
    }
  }
  observer_.refused(name_);
  return false;
}

void Desk::drain() {
  {
    const std::scoped_lock lock(mutex_);
    draining_ = true;
  }
  filled_.notify_all();
  for (std::thread& worker : workers_) {
    if (worker.joinable()) worker.join();
  }
}

void Desk::serve() {
  while (const std::function<void()> work = next()) work();
}

// The next seated work; nothing once the desk drains and nobody waits.
std::function<void()> Desk::next() {
  std::unique_lock lock(mutex_);
  filled_.wait(lock, [this] { return draining_ || !waiting_.empty(); });
  if (waiting_.empty()) return {};
  std::function<void()> work = std::move(waiting_.front());
  waiting_.pop_front();
  observer_.queued(name_, waiting_.size());
  return work;
}

}  // namespace relais::transport
