// SPDX-License-Identifier: Apache-2.0
// The tools that read the tree: clang-format, clang-tidy, the shell's own parser, buf. A tool that
// is missing or does not run is a failure, not a skip.
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <iostream>
#include <mutex>
#include <thread>

#include "tests/tidy/command.h"
#include "tests/tidy/source_tree.h"
#include "tests/tidy/tidy_cache.h"

namespace relais::tidy {
namespace {

// The platform package of buf: npm installs the one that runs here.
constexpr const char* kBuf = "cd proto && buf=$(ls node_modules/@bufbuild/buf-*/bin/buf) && $buf ";

std::string quoted(const std::string& path) { return " '" + path + "'"; }

// Sources clang-tidy checks: the product's, those that were built.
std::vector<const SourceFile*> checked_sources() {
  std::ifstream in(RELAIS_BUILD_DIR "/compile_commands.json");
  const std::string commands{std::istreambuf_iterator<char>(in), {}};
  std::vector<const SourceFile*> sources;
  for (const SourceFile& file : source_tree()) {
    const bool product = file.under("node/") || file.under("policy/") || file.under("admin/");
    const std::string entry = "\"file\": \"" RELAIS_SOURCE_DIR "/" + file.path + "\"";
    const bool built = commands.find(entry) != std::string::npos;
    if (product && file.ends(".cc") && built) sources.push_back(&file);
  }
  return sources;
}

// clang-tidy over many files, by as many threads as there are cores.
class TidyRun {
 public:
  std::string run() {
    std::vector<std::thread> threads;
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < cores; ++i) threads.emplace_back([this] { work(); });
    for (std::thread& one : threads) one.join();
    return findings_;
  }
  size_t files() const { return sources_.size(); }

 private:
  void work() {
    for (size_t i = next_++; i < sources_.size(); i = next_++) check(*sources_[i]);
  }

  void check(const SourceFile& file) {
    const std::string print = cache_.print_of(file);
    if (cache_.knows(print)) return;
    const Ran ran = tidy::run("clang-tidy-14 --quiet -p '" RELAIS_BUILD_DIR
                              "' --extra-arg=-Wno-unknown-warning-option" +
                              quoted(file.path));
    if (ran.status == 0) return cache_.remember(print);
    const std::lock_guard lock(mutex_);
    findings_ += "\n" + ran.output;
  }

  const TidyCache cache_{RELAIS_BUILD_DIR "/../tidy"};
  const std::vector<const SourceFile*> sources_ = checked_sources();
  std::atomic<size_t> next_{0};
  std::mutex mutex_;
  std::string findings_;
};

TEST(Tools, clang_format_changes_nothing) {
  std::string files;
  for (const SourceFile& file : source_tree()) {
    if (file.ends(".cc") || file.ends(".h")) files += quoted(file.path);
  }
  const Ran ran = run("clang-format-14 --dry-run -Werror" + files);
  EXPECT_EQ(ran.status, 0) << ran.output;
}

TEST(Tools, clang_tidy_finds_nothing) {
  TidyRun tidy_run;
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
