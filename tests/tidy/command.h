// SPDX-License-Identifier: Apache-2.0
// Runs a shell command in the root of the source tree. Any thread.
#pragma once

#include <string>

namespace relais::tidy {

struct Ran {
  int status = 0;      // exit status; 128 and more: it did not end by itself
  std::string output;  // both streams
};

Ran run(const std::string& command);

}  // namespace relais::tidy
