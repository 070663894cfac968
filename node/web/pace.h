// SPDX-License-Identifier: Apache-2.0
// So many requests a second, and as many at once after a pause, four at least: who is told to begin
// from another size asks again at once, and would never come to an end. Thread-safe.
#pragma once

#include <algorithm>
#include <chrono>
#include <mutex>

namespace relais::web {

class Pace {
 public:
  explicit Pace(unsigned per_second)
      : per_second_(per_second), at_once_(std::max(4U, per_second)), left_(at_once_) {}
  bool take() {
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    left_ += std::chrono::duration<double>(now - then_).count() * per_second_;
    left_ = std::min(left_, at_once_);
    then_ = now;
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
  }

 private:
  using Clock = std::chrono::steady_clock;
  const double per_second_;
  const double at_once_;
  std::mutex mutex_;
  double left_;
  Clock::time_point then_ = Clock::now();
};

}  // namespace relais::web
