// SPDX-License-Identifier: Apache-2.0
#include "tests/tidy/source_tree.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace relais::tidy {
namespace {

namespace fs = std::filesystem;

bool is_left_out(const fs::path& folder) {
  const std::string name = folder.filename().string();
  return name == "build" || name == "node_modules" || name == "corpus" ||
         (name.starts_with(".") && name != ".ci");
}

bool is_text(const std::string& bytes) { return bytes.find('\0') == std::string::npos; }

std::vector<std::string> lines_of(const std::string& bytes) {
  std::vector<std::string> lines;
  size_t begin = 0;
  while (begin < bytes.size()) {
    const size_t end = std::min(bytes.find('\n', begin), bytes.size());
    lines.push_back(bytes.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

void add_file(const fs::path& path, const fs::path& root, std::vector<SourceFile>& files) {
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (is_text(bytes)) files.push_back({path.lexically_relative(root).string(), lines_of(bytes)});
}

std::vector<SourceFile> read_tree() {
  std::vector<SourceFile> files;
  const fs::path root = RELAIS_SOURCE_DIR;
  for (auto it = fs::recursive_directory_iterator(root); it != fs::end(it); ++it) {
    if (it->is_directory() && is_left_out(it->path())) {
      it.disable_recursion_pending();
    } else if (it->is_regular_file()) {
      add_file(it->path(), root, files);
    }
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

}  // namespace

bool SourceFile::under(std::string_view folder) const { return path.starts_with(folder); }

const std::vector<SourceFile>& source_tree() {
  static const std::vector<SourceFile> kFiles = read_tree();
  return kFiles;
}

void Findings::add(const SourceFile& file, size_t line, const std::string& text) {
  add(file.path + ":" + std::to_string(line) + ": " + text);
}

void each_line(const std::function<bool(const SourceFile&)>& wanted,
               const std::function<void(const SourceFile&, size_t, const std::string&)>& visit) {
  for (const SourceFile& file : source_tree()) {
    if (!wanted(file)) continue;
    for (size_t i = 0; i < file.lines.size(); ++i) visit(file, i + 1, file.lines[i]);
  }
}

std::string included(const std::string& line) {
  const std::string start = "#include ";
  if (!line.starts_with(start)) return {};
  const size_t open = start.size();
  const size_t close = line.find_first_of("\">", open + 1);
  return close == std::string::npos ? "" : line.substr(open + 1, close - open - 1);
}

}  // namespace relais::tidy
