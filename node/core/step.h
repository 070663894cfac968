// SPDX-License-Identifier: Apache-2.0
// Named points between two steps of the line, where a test may end the process (kill -9) to show
// what a crash leaves behind. In production nothing is installed and a point costs one relaxed
// load.
#pragma once

#include <atomic>

#include "node/core/result.h"

namespace relais {

using StepHook = void (*)(Constant name);
inline std::atomic<StepHook> step_hook{nullptr};

inline void at_step(Constant name) {
  if (StepHook hook = step_hook.load(std::memory_order_relaxed)) hook(name);
}

}  // namespace relais
