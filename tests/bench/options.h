// SPDX-License-Identifier: Apache-2.0
// The command line that every bench has, and its exit status: 0 measured, 1 not, 2 usage.
#pragma once

#include <functional>
#include <string>

#include "node/core/result.h"

namespace relais::bench {

struct Options {
  bool full = false;     // --full, or RELAIS_FULL: at the size the figures are published for
  double seconds = 10;   // of the main measurement: --seconds N, else RELAIS_SECONDS
  std::string source;    // root of the source tree
  std::string programs;  // folder of relais-node and relaisctl: above the bench's own
};

int run_bench(int argc, char** argv, const std::function<Result<void>(const Options&)>& bench);

}  // namespace relais::bench
