// SPDX-License-Identifier: Apache-2.0
#include "policy/commands/case_run.h"

#include <filesystem>

namespace relais::policy {
namespace {

bool is_named_in(const std::string& directory, const std::string& test) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory, ignored)) {
    if (!entry.is_regular_file(ignored)) continue;
    const auto text = read_file(entry.path().string());
    if (text && text->find(test) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

void CaseRun::run_file(const std::string& path) {
  const auto file = CaseFile::load(words_, path);
  if (!file) {
    complaints_.push_back(std::string(file.error().message.view()) + ": " + file.error().where);
    ++failed_;
    return;
  }
  for (const Case& one : file->cases) run_case(*file, one);
  for (const Elsewhere& row : file->elsewhere) check_elsewhere(*file, row);
}

void CaseRun::run_case(const CaseFile& file, const Case& one) {
  const auto law = shelf_.get(file.packs, one.parameters);
  if (!law) return complain(file, one.at, one.id, {law.error().where});
  const auto found = differences(**law, one, evaluate(**law, one.facts));
  coverage_.count(**law, one);
  if (!found.empty()) return complain(file, one.at, one.id, found);
  ++passed_;
}

void CaseRun::check_elsewhere(const CaseFile& file, const Elsewhere& row) {
  ++elsewhere_;
  if (tests_.empty() || is_named_in(tests_, row.test)) return;
  complain(file, row.at, row.id, {"no test under " + tests_ + " is called \"" + row.test + "\""});
}

void CaseRun::complain(const CaseFile& file, Position at, const std::string& id,
                       const std::vector<std::string>& lines) {
  ++failed_;
  for (const std::string& line : lines) {
    complaints_.push_back(file.path + ":" + std::to_string(at.line) + ": " + id + ": " + line);
  }
}

}  // namespace relais::policy
