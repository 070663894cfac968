// SPDX-License-Identifier: Apache-2.0
// clang-tidy over the product's sources, by as many threads as there are cores. Most of its time
// goes into headers, so the sources of a room are read a dozen at a time, included into one unit; a
// unit with a finding (two sources may each have a `text_of` of their own) is halved and read
// again, so that what is reported is always the finding of one source alone.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "tests/tidy/source_tree.h"
#include "tests/tidy/tidy_cache.h"

namespace relais::tidy {

// A source and the compiler's command for it, without the source and without what it writes.
struct Compiled {
  const SourceFile* file = nullptr;
  std::string command;
};
using Batch = std::vector<Compiled>;

class TidyRun {
 public:
  explicit TidyRun(const std::string& build_folder);
  // What is wrong, as clang-tidy says it; empty when nothing is.
  std::string run();
  size_t files() const { return sources_.size(); }

 private:
  void work();
  void check(const Batch& batch);

  const std::string build_;
  const std::string units_;  // a folder of its own under the build folder, made anew by each run
  const TidyCache cache_;
  const std::vector<Compiled> sources_;
  std::vector<Batch> batches_;
  std::atomic<size_t> next_{0};
  std::atomic<int> last_unit_{0};
  std::mutex mutex_;
  std::string findings_;
};

}  // namespace relais::tidy
