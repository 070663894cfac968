// SPDX-License-Identifier: Apache-2.0
// What every fuzz target shares: the input as text. A broken property ends the process through
// RELAIS_CHECK, which libFuzzer reports with the input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "node/core/result.h"

namespace relais {

inline std::string_view fuzz_text(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace relais
