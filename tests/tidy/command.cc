// SPDX-License-Identifier: Apache-2.0
#include "tests/tidy/command.h"

#include <sys/wait.h>

#include <array>
#include <cstdio>

namespace relais::tidy {

Ran run(const std::string& command) {
  const std::string whole = "cd '" RELAIS_SOURCE_DIR "' && { " + command + "; } 2>&1 </dev/null";
  Ran ran;
  std::FILE* pipe = ::popen(whole.c_str(), "re");
  if (pipe == nullptr) return {127, "cannot start a shell"};
  std::array<char, 4096> buffer{};
  while (const size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    ran.output.append(buffer.data(), got);
  }
  const int status = ::pclose(pipe);
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return ran;
}

}  // namespace relais::tidy
