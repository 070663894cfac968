// SPDX-License-Identifier: Apache-2.0
// Sizes a reader can hold. The length and depth of functions are clang-tidy's to measure.
#include <gtest/gtest.h>

#include "tests/tidy/source_tree.h"

namespace relais::tidy {
namespace {

constexpr size_t kMostLines = 300;
constexpr size_t kMostColumns = 100;

bool is_product(const SourceFile& file) {
  return file.cpp() && (file.under("node/") || file.under("policy/") || file.under("admin/"));
}

size_t characters(const std::string& line) {
  size_t count = 0;
  for (const char c : line) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return count;
}

TEST(Sizes, no_file_of_the_product_is_longer_than_300_lines) {
  Findings findings;
  for (const SourceFile& file : source_tree()) {
    if (is_product(file) && file.lines.size() > kMostLines) {
      findings.add(file, file.lines.size(), "longer than 300 lines");
    }
  }
  EXPECT_TRUE(findings.empty()) << findings.text();
}

TEST(Sizes, no_line_is_wider_than_100_columns) {
  Findings findings;
  // Tables (.inc) are one row a line, however wide.
  each_line([](const SourceFile& file) { return file.cpp() && !file.ends(".inc"); },
            [&](const SourceFile& file, size_t number, const std::string& line) {
              const bool unbreakable =
                  line.find("R\"") != std::string::npos || !included(line).empty();
              if (characters(line) > kMostColumns && !unbreakable) {
                findings.add(file, number, "wider than 100 columns");
              }
            });
  EXPECT_TRUE(findings.empty()) << findings.text();
}

}  // namespace
}  // namespace relais::tidy
