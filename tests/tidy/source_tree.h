// SPDX-License-Identifier: Apache-2.0
// The source tree as the tidy tests read it: every text file that belongs to the repository, with
// its path from the root and its lines. Read once, immutable; any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace relais::tidy {

struct SourceFile {
  std::string path;  // from the root, "node/core/ids.h"
  std::vector<std::string> lines;

  bool under(std::string_view folder) const;  // "node/core/"
  bool ends(std::string_view suffix) const { return path.ends_with(suffix); }
  bool cpp() const { return ends(".h") || ends(".cc") || ends(".inc"); }
};

// Sorted by path. Leaves out .git, build folders, node_modules and other hidden folders but .ci.
const std::vector<SourceFile>& source_tree();

// What is wrong, one a line, as "path:line: text"; empty when nothing is.
class Findings {
 public:
  void add(const SourceFile& file, size_t line, const std::string& text);
  void add(const std::string& text) { text_ += "\n" + text; }
  bool empty() const { return text_.empty(); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// Calls visit(file, number from 1, line) for every line of the files that `wanted` accepts.
void each_line(const std::function<bool(const SourceFile&)>& wanted,
               const std::function<void(const SourceFile&, size_t, const std::string&)>& visit);

// The path between the quotes or angle brackets of an #include line; empty on any other line.
std::string included(const std::string& line);

}  // namespace relais::tidy
