// SPDX-License-Identifier: Apache-2.0
// Documents: that a test which a table promises is there.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>

#include "tests/tidy/command.h"
#include "tests/tidy/source_tree.h"

namespace relais::tidy {
namespace {

using Tests = std::set<std::pair<std::string, std::string>>;  // suite, name

// Also those whose name stands on the next line.
Tests all_tests() {
  static const std::regex macro("TEST(?:_F|_P)?\\(\\s*(\\w+),\\s*(\\w+)\\)");
  Tests tests;
  for (const SourceFile& file : source_tree()) {
    if (!file.under("tests/") || !file.ends(".cc")) continue;
    for (size_t i = 0; i < file.lines.size(); ++i) {
      const std::string line =
          file.lines[i] + (i + 1 < file.lines.size() ? file.lines[i + 1] : std::string());
      std::smatch match;
      if (!file.lines[i].starts_with("TEST") || !std::regex_search(line, match, macro)) continue;
      tests.emplace(match[1].str(), match[2].str());
    }
  }
  return tests;
}

// "a_…_z": these parts, in this order; "*": any.
bool is_meant(const std::string& name, const std::string& written) {
  const std::string gap = "…";
  size_t at = 0;
  for (size_t begin = 0; begin <= written.size();) {
    const size_t end = std::min(written.find(gap, begin), written.size());
    const std::string part = written.substr(begin, end - begin);
    const size_t found = part == "*" ? at : name.find(part, at);
    if (found == std::string::npos || (begin == 0 && found != 0)) return false;
    at = found + (part == "*" ? 0 : part.size());
    begin = end + gap.size();
  }
  return written == "*" || written.ends_with(gap) || at == name.size();
}

bool is_there(const Tests& tests, const std::string& suite, const std::string& written) {
  return std::any_of(tests.begin(), tests.end(), [&](const auto& test) {
    return test.first == suite && is_meant(test.second, written);
  });
}

// The last cell of a table's row; empty for any other line.
std::string last_cell(const std::string& line) {
  if (!line.starts_with("| ") || !line.ends_with(" |")) return {};
  const size_t bar = line.rfind(" | ");
  return bar == std::string::npos ? std::string() : line.substr(bar + 3);
}

TEST(Documents, name_only_tests_that_are_there) {
  static const std::regex named("`(?:\\w+/)?([A-Z]\\w+)\\.([^`/ ]+)`");
  const Tests tests = all_tests();
  Findings findings;
  size_t names = 0;
  const auto is_promising = [](const SourceFile& file) {
    return file.path == "docs/threat-model.md" || file.path == "docs/guarantees.md";
  };
  each_line(is_promising, [&](const SourceFile& file, size_t number, const std::string& line) {
    const std::string cell = last_cell(line);
    for (std::sregex_iterator it(cell.begin(), cell.end(), named), end; it != end; ++it) {
      ++names;
      if (!is_there(tests, (*it)[1].str(), (*it)[2].str())) {
        findings.add(file, number, "no such test: " + (*it)[0].str());
      }
    }
  });
  EXPECT_GT(names, 100U);
  EXPECT_TRUE(findings.empty()) << findings.text();
}

TEST(Documents, leave_no_threat_without_a_test) {
  Findings findings;
  const auto is_model = [](const SourceFile& file) { return file.path == "docs/threat-model.md"; };
  each_line(is_model, [&](const SourceFile& file, size_t number, const std::string& line) {
    const std::string cell = last_cell(line);
    const bool row = line.starts_with("| ") && line.find("| threat |") == std::string::npos;
    if (row && cell.find_first_of("`\"") == std::string::npos) {
      findings.add(file, number, "a threat without a test is a wish");
    }
  });
  EXPECT_TRUE(findings.empty()) << findings.text();
}

TEST(Documents, are_read_as_they_are_written) {
  EXPECT_TRUE(is_meant("a_clock_that_goes_back", "*"));
  EXPECT_TRUE(is_meant("a_clock_that_goes_back", "a_clock_…"));
  EXPECT_TRUE(is_meant("a_clock_that_goes_back", "a_…_back"));
  EXPECT_FALSE(is_meant("a_clock_that_goes_back", "a_clock"));
  EXPECT_FALSE(is_meant("a_clock_that_goes_back", "clock_…"));
  EXPECT_FALSE(is_meant("a_clock_that_goes_back", "a_…_forth"));
  EXPECT_EQ(last_cell("| a | b | `c` |"), "`c` |");
}

// The line of the README that begins so.
std::string line_of_readme(const std::string& begin) {
  for (const SourceFile& file : source_tree()) {
    if (file.path != "README.md") continue;
    for (const std::string& line : file.lines) {
      if (line.starts_with(begin)) return line;
    }
  }
  return {};
}

// Bash, whatever the shell is that runs it.
Ran run_in_bash(const std::string& line) {
  const std::string script = testing::TempDir() + "readme-line";
  std::ofstream(script) << line << "\n";
  return run("bash " + script);
}

TEST(Documents, the_receipt_that_the_readme_shows_holds_by_the_line_it_gives) {
  const std::string line = line_of_readme("bash <(sed");
  ASSERT_NE(line, "");
  const Ran ran = run_in_bash(line);
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.output, "holds: entry 21 of 28 in valbrune/sds-69/ledger\n");
  std::string swapped = line;
  const std::string record = "docs/receipt/disclosed.record";
  swapped.replace(swapped.find(record), record.size(), "docs/receipt/disclosed.tlog-proof");
  EXPECT_EQ(run_in_bash(swapped).output,
            "does NOT hold: the proof leads to another tree, or the record was changed\n");
}

}  // namespace
}  // namespace relais::tidy
