// SPDX-License-Identifier: Apache-2.0
// Dice: every choice of a randomised test, from one seed (splitmix64). The same seed makes the same
// choices on every machine, which the standard library's distributions do not promise. One thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace relais::test {

class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}

  uint64_t draw() {
    uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  size_t below(size_t end) { return end == 0 ? 0 : draw() % end; }
  bool chance(unsigned percent) { return below(100) < percent; }

 private:
  uint64_t state_;
};

}  // namespace relais::test
