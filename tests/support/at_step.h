// SPDX-License-Identifier: Apache-2.0
// Does something the next times a named step (node/core/step.h) is reached in this process. One at
// a time, made and ended by a test's own thread; the steps are reached from any.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <utility>

#include "node/core/step.h"

namespace relais::test {

struct AtStep {
  static inline std::string name;
  static inline std::function<void()> act;
  static inline std::atomic<int> left{0};
  static void reached(Constant step) {
    if (step.view() == name && left.fetch_sub(1) > 0) act();
  }
  AtStep(std::string step, std::function<void()> what, int times = 1) {
    name = std::move(step);
    act = std::move(what);
    left = times;
    step_hook = &reached;
  }
  ~AtStep() { step_hook = nullptr; }
};

}  // namespace relais::test
