// SPDX-License-Identifier: Apache-2.0
// Port: where random bytes come from. Production asks the operating system; the simulator a seed.
#pragma once

#include <cstdint>
#include <span>

namespace relais {

// Thread-safe. Always fills the whole span; a source that cannot ends the process.
class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual void fill(std::span<uint8_t> bytes) = 0;
};

}  // namespace relais
