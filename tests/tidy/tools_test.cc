// SPDX-License-Identifier: Apache-2.0
// The tools that read the tree: clang-format, clang-tidy, the shell's own parser, buf. A tool that
// is missing or does not run is a failure, not a skip.
#include <gtest/gtest.h>

#include "tests/tidy/command.h"
#include "tests/tidy/source_tree.h"
#include "tests/tidy/tidy_run.h"

namespace relais::tidy {
namespace {

// The platform package of buf: npm installs the one that runs here.
constexpr const char* kBuf = "cd proto && buf=$(ls node_modules/@bufbuild/buf-*/bin/buf) && $buf ";

std::string quoted(const std::string& path) { return " '" + path + "'"; }

TEST(Tools, clang_format_changes_nothing) {
  std::string files;
  for (const SourceFile& file : source_tree()) {
    if (file.ends(".cc") || file.ends(".h")) files += quoted(file.path);
  }
  const Ran ran = run("clang-format-14 --dry-run -Werror" + files);
  EXPECT_EQ(ran.status, 0) << ran.output;
}

TEST(Tools, clang_tidy_finds_nothing) {
  TidyRun tidy_run(RELAIS_BUILD_DIR);
  const std::string findings = tidy_run.run();
  EXPECT_GT(tidy_run.files(), 0U);
  EXPECT_TRUE(findings.empty()) << findings;
}

TEST(Tools, every_shell_script_parses) {
  for (const SourceFile& file : source_tree()) {
    if (file.lines.empty() || file.lines[0] != "#!/bin/bash") continue;
    const Ran ran = run("bash -n" + quoted(file.path));
    EXPECT_EQ(ran.status, 0) << ran.output;
  }
}

TEST(Tools, buf_lint_finds_nothing_in_the_wire_contract) {
  const Ran ran = run(std::string(kBuf) + "lint");
  EXPECT_EQ(ran.status, 0) << ran.output;
}

TEST(Tools, the_wire_contract_breaks_no_released_one) {
  const Ran ran = run(std::string(kBuf) + "breaking --against baseline.binpb");
  EXPECT_EQ(ran.status, 0) << ran.output;
}

}  // namespace
}  // namespace relais::tidy
