// SPDX-License-Identifier: Apache-2.0
// Vector files for tests: ours beside the tests, and the published ones where the folder is
// present.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "node/core/bytes.h"

namespace relais::ledger {

inline std::string read_whole(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// "<name> <hex>" lines of tests/unit/ledger/vectors/<file>; '#' opens a comment.
inline std::map<std::string, Bytes> read_vectors(const std::string& file) {
  std::istringstream lines(
      read_whole(std::filesystem::path(RELAIS_SOURCE_DIR) / "tests/unit/ledger/vectors" / file));
  std::map<std::string, Bytes> vectors;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    const size_t space = line.find(' ');
    const auto bytes = from_hex(std::string_view(line).substr(space + 1));
    EXPECT_TRUE(bytes.has_value()) << line;
    vectors[line.substr(0, space)] = bytes.value_or("");
  }
  return vectors;
}

// $RELAIS_VECTORS, or the folder beside the repository.
inline std::filesystem::path published_vectors() {
  const char* folder = std::getenv("RELAIS_VECTORS");
  if (folder != nullptr) return folder;
  return std::filesystem::path(RELAIS_SOURCE_DIR) / "../shared/vectors";
}

#define RELAIS_SKIP_WITHOUT(path) \
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "skipped: no published vectors at " << (path)

}  // namespace relais::ledger
