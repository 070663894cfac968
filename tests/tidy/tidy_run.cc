// SPDX-License-Identifier: Apache-2.0
#include "tests/tidy/tidy_run.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <thread>

#include "tests/tidy/command.h"

namespace relais::tidy {
namespace {

constexpr size_t kMostInABatch = 12;
// A unit is made of sources on purpose; and what is in them is looked at like what is in headers.
constexpr const char* kOfAUnit =
    " --checks=-bugprone-suspicious-include --header-filter='/(node|policy|admin)/[^.]*\\.(h|cc)$'";

// The product's sources that were built, with the commands they were built by.
std::vector<Compiled> product_sources(const std::string& build_folder) {
  std::ifstream in(build_folder + "/compile_commands.json");
  std::map<std::string, std::string> commands;
  for (const auto& one : nlohmann::json::parse(in)) {
    const std::string file = one["file"];
    commands[file] =
        std::regex_replace(one["command"].get<std::string>(), std::regex(" -o \\S+| -c \\S+"), "");
  }
  std::vector<Compiled> sources;
  for (const SourceFile& file : source_tree()) {
    const bool product = file.under("node/") || file.under("policy/") || file.under("admin/");
    const auto command = commands.find(RELAIS_SOURCE_DIR "/" + file.path);
    if (product && command != commands.end()) sources.push_back({&file, command->second});
  }
  return sources;
}

// Names a source keeps to itself, as far as a line alone shows them.
std::set<std::string> own_names(const SourceFile& file) {
  static const std::regex type("^(?:class|struct|enum(?: class)?|using) (\\w+).*");
  static const std::regex other("^[A-Za-z][^(={;]*?\\b(\\w+)\\s*[(={;].*");
  static const std::regex enumerator("^  (k[A-Z]\\w*),?(?: =.*)?(?: //.*)?$");
  std::set<std::string> names;
  bool inside = false;
  for (const std::string& line : file.lines) {
    if (line == "namespace {") inside = true;
    if (line == "}  // namespace") inside = false;
    std::smatch found;
    if (inside && (std::regex_match(line, found, type) || std::regex_match(line, found, other) ||
                   std::regex_match(line, found, enumerator))) {
      names.insert(found[1]);
    }
  }
  return names;
}

// Sources of one command together, as long as none has a name that another keeps to itself.
std::vector<Batch> batches_of(const std::vector<Compiled>& sources) {
  std::vector<Batch> batches;
  std::vector<std::set<std::string>> names;
  for (const Compiled& source : sources) {
    const std::set<std::string> own = own_names(*source.file);
    size_t place = 0;
    for (; place < batches.size(); ++place) {
      const bool alike = batches[place].front().command == source.command;
      const bool apart = std::none_of(own.begin(), own.end(), [&](const std::string& name) {
        return names[place].count(name) > 0;
      });
      if (alike && apart && batches[place].size() < kMostInABatch) break;
    }
    if (place == batches.size()) {
      batches.emplace_back();
      names.emplace_back();
    }
    batches[place].push_back(source);
    names[place].insert(own.begin(), own.end());
  }
  return batches;
}

}  // namespace

TidyRun::TidyRun(const std::string& build_folder)
    : build_(build_folder),
      units_(build_folder + "/../tidy-units"),
      cache_(build_folder + "/../tidy"),
      sources_(product_sources(build_folder)) {
  std::vector<Compiled> unknown;
  std::copy_if(sources_.begin(), sources_.end(), std::back_inserter(unknown),
               [&](const Compiled& one) { return !cache_.knows(cache_.print_of(*one.file)); });
  batches_ = batches_of(unknown);
  std::filesystem::remove_all(units_);
}

std::string TidyRun::run() {
  std::vector<std::thread> threads;
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  for (unsigned i = 0; i < cores; ++i) threads.emplace_back([this] { work(); });
  for (std::thread& one : threads) one.join();
  return findings_;
}

void TidyRun::work() {
  for (size_t i = next_++; i < batches_.size(); i = next_++) check(batches_[i]);
}

void TidyRun::check(const Batch& batch) {
  const bool alone = batch.size() == 1;
  std::string database = build_;
  std::string unit = batch.front().file->path;
  if (!alone) {
    database = units_ + "/" + std::to_string(last_unit_++);
    unit = database + "/unit.cc";
    std::filesystem::create_directories(database);
    std::ofstream text(unit);
    for (const Compiled& one : batch) {
      text << "#include \"" RELAIS_SOURCE_DIR "/" << one.file->path << "\"\n";
    }
    std::ofstream(database + "/compile_commands.json")
        << nlohmann::json{{{"directory", build_},
                           {"file", unit},
                           {"command", batch.front().command + " -c " + unit}}};
  }
  const Ran ran = tidy::run("clang-tidy-14 --quiet -p '" + database +
                            "' --config-file=.clang-tidy"
                            " --extra-arg=-Wno-unknown-warning-option" +
                            (alone ? "" : kOfAUnit) + " '" + unit + "'");
  if (ran.status == 0) {
    for (const Compiled& one : batch) cache_.remember(cache_.print_of(*one.file));
    return;
  }
  if (alone) {
    const std::lock_guard lock(mutex_);
    findings_ += "\n" + ran.output;
    return;
  }
  const auto middle = batch.begin() + static_cast<std::ptrdiff_t>(batch.size() / 2);
  check(Batch(batch.begin(), middle));
  check(Batch(middle, batch.end()));
}

}  // namespace relais::tidy
