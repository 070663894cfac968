// SPDX-License-Identifier: Apache-2.0
#include "tests/tidy/tidy_cache.h"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

namespace relais::tidy {
namespace {

// FNV-1a, 64 bits: prints tell versions of our own files apart, nothing more.
void mix(uint64_t& print, const std::string& text) {
  for (const char c : text) {
    print ^= static_cast<unsigned char>(c);
    print *= 1099511628211U;
  }
}

void mix(uint64_t& print, const SourceFile& file) {
  mix(print, file.path + "\n");
  for (const std::string& line : file.lines) mix(print, line + "\n");
}

const std::map<std::string, const SourceFile*>& by_path() {
  static const auto kFiles = [] {
    std::map<std::string, const SourceFile*> files;
    for (const SourceFile& file : source_tree()) files[file.path] = &file;
    return files;
  }();
  return kFiles;
}

void collect(const SourceFile& file, std::set<std::string>& seen) {
  if (!seen.insert(file.path).second) return;
  for (const std::string& line : file.lines) {
    const std::string name = included(line);
    const auto found = by_path().find(name);
    if (found != by_path().end()) collect(*found->second, seen);
    if (!name.starts_with("relais/v1/")) continue;
    for (const auto& [path, other] : by_path()) {
      if (path.ends_with(".proto")) seen.insert(path);
    }
  }
}

}  // namespace

TidyCache::TidyCache(std::string folder) : folder_(std::move(folder)) {
  std::filesystem::create_directories(folder_);
}

std::string TidyCache::print_of(const SourceFile& file) const {
  std::set<std::string> paths{".clang-tidy", "CMakeLists.txt"};
  collect(file, paths);
  uint64_t print = 14695981039346656037U;
  for (const std::string& path : paths) {
    const auto found = by_path().find(path);
    if (found != by_path().end()) mix(print, *found->second);
  }
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(print));
  return text;
}

bool TidyCache::knows(const std::string& print) const {
  return std::filesystem::exists(folder_ + "/" + print);
}

void TidyCache::remember(const std::string& print) const {
  std::ofstream(folder_ + "/" + print) << "";
}

}  // namespace relais::tidy
