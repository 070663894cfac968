// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/options.h"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>

#include "tests/bench/figure.h"

namespace relais::bench {
namespace {

std::optional<int> whole_seconds(const char* text) {
  int seconds = 0;
  const char* end = text + std::strlen(text);
  const auto read = std::from_chars(text, end, seconds);
  if (read.ec != std::errc() || read.ptr != end || seconds < 1 || seconds > 3600) return {};
  return seconds;
}

}  // namespace

int run_bench(int argc, char** argv, const std::function<Result<void>(const Options&)>& bench) {
  Options options;
  options.full = std::getenv("RELAIS_FULL") != nullptr;
  const char* given = std::getenv("RELAIS_SECONDS");
  bool understood = true;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--full") == 0) {
      options.full = true;
    } else if (std::strcmp(argv[i], "--seconds") == 0 && i + 1 < argc) {
      given = argv[++i];
    } else {
      understood = false;
    }
  }
  const auto seconds = given == nullptr ? std::optional<int>(10) : whole_seconds(given);
  if (!understood || !seconds) {
    note(std::string("usage: ") + argv[0] + " [--full] [--seconds N], N from 1 to 3600");
    return 2;
  }
  options.seconds = *seconds;
  options.source = RELAIS_SOURCE_DIR;
  std::error_code ignored;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", ignored);
  options.programs = self.parent_path().parent_path().string();
  const auto done = bench(options);
  if (done) return 0;
  note(std::string(done.error().message.view()) + ": " + done.error().where);
  return 1;
}

}  // namespace relais::bench
