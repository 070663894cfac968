// SPDX-License-Identifier: Apache-2.0
// A hint from the appender to the outbox workers: something was queued. Only a hint: it reaches
// this process alone and may be missed, so workers look every second regardless. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace relais::storage {

class Wake {
 public:
  void raise() {
    {
      const std::scoped_lock lock(mutex_);
      ++raised_;
    }
    condition_.notify_all();
  }
  // Until something was raised that `seen` does not count yet, or the time is up. Updates `seen`
  // (start with 0).
  void wait(uint64_t& seen, std::chrono::milliseconds at_most) {
    std::unique_lock lock(mutex_);
    condition_.wait_for(lock, at_most, [&] { return raised_ != seen; });
    seen = raised_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable condition_;
  uint64_t raised_ = 0;
};

}  // namespace relais::storage
