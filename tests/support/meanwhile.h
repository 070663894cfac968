// SPDX-License-Identifier: Apache-2.0
// Lets somebody act between two steps of somebody else. One at a time, one thread.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "node/core/step.h"

namespace relais::test {

// Lets somebody else act once, when the named step is reached.
class Meanwhile {
 public:
  Meanwhile(const char* step, std::function<void()> act) {
    wanted() = step;
    deed() = std::move(act);
    step_hook = [](Constant name) {
      if (name.view() != wanted() || !deed()) return;
      const auto once = std::exchange(deed(), {});
      once();
    };
  }
  Meanwhile(const Meanwhile&) = delete;
  Meanwhile& operator=(const Meanwhile&) = delete;
  ~Meanwhile() { step_hook = nullptr; }

 private:
  static std::string& wanted() {
    static std::string step;
    return step;
  }
  static std::function<void()>& deed() {
    static std::function<void()> act;
    return act;
  }
};

}  // namespace relais::test
