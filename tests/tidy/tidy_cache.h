// SPDX-License-Identifier: Apache-2.0
// Remembers which sources clang-tidy found nothing in: a file's print is taken over its own text,
// the project headers it includes, directly or not, the wire contract when it uses it, and the
// rules. One empty file a print under the build folder. A crash leaves at worst a missing one.
#pragma once

#include <string>

#include "tests/tidy/source_tree.h"

namespace relais::tidy {

class TidyCache {
 public:
  explicit TidyCache(std::string folder);
  // 16 hex digits.
  std::string print_of(const SourceFile& file) const;
  bool knows(const std::string& print) const;
  void remember(const std::string& print) const;

 private:
  std::string folder_;
};

}  // namespace relais::tidy
