// SPDX-License-Identifier: Apache-2.0
// No name, number or note of the story in any log, metric or error text of the run; nor in the
// clear in the database's files.
#include <filesystem>

#include "policy/document.h"
#include "tests/e2e/chapters.h"

namespace relais::e2e {
namespace {

// Which of the values stand in the text. Names are looked for in parts too: a family name is
// enough.
std::set<std::string> found_in(const std::string& text, const std::set<std::string>& values) {
  std::set<std::string> found;
  for (const std::string& value : values) {
    if (text.find(value) != std::string::npos) found.insert(value);
  }
  return found;
}

std::set<std::string> looked_for(const Stage& stage) {
  std::set<std::string> values = stage.story.personal_values();
  for (const demo::StoryPerson& person : stage.story.persons) {
    const auto name = person.items.find("identity.name");
    if (name == person.items.end()) continue;
    values.insert(name->second.substr(name->second.rfind(' ') + 1));
  }
  values.insert("Foreign Client Person");  // tests/e2e/client/desk.mjs
  values.insert("Foreign-Client-Person");  // typed where an id belongs
  values.insert("not for the receiver");
  return values;
}

// How often one is found, without saying the value itself.
std::vector<std::string> leaks(const std::string& where, const std::string& text,
                               const std::set<std::string>& values) {
  const size_t count = found_in(text, values).size();
  if (count == 0) return {};
  return {std::to_string(count) + " personal values in " + where};
}

void add(std::vector<std::string>& all, std::vector<std::string> more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

void tell_nothing_leaked(Stage& stage) {
  const std::set<std::string> values = looked_for(stage);
  std::vector<std::string> in_logs;
  std::vector<std::string> in_metrics;
  size_t bytes = 0;
  for (const std::string& agency : stage.federation->agencies()) {
    const auto log = policy::read_file(stage.federation->seat(agency).log());
    if (log) bytes += log->size();
    add(in_logs, leaks("the log of " + agency, log ? *log : "", values));
    const auto metrics = stage.federation->ops_page(agency, "/metrics");
    add(in_metrics, leaks("the metrics of " + agency, metrics ? *metrics : "", values));
  }
  const auto database_log = policy::read_file(stage.folder + "/postgresql.log");
  add(in_logs, leaks("the log of PostgreSQL", database_log ? *database_log : "", values));
  stage.tap.none(in_logs, "no personal value stands in a log");
  stage.tap.check(bytes > 0, "and there were logs to look at");
  stage.tap.none(in_metrics, "no personal value stands in a metric");
  std::string errors;
  for (const std::string& text : stage.errors) errors += text + "\n";
  stage.tap.none(leaks("the errors", errors, values), "no personal value stands in an error");

  stage.federation->stop_all();
  std::vector<std::string> in_files;
  namespace fs = std::filesystem;
  for (const auto& entry : fs::recursive_directory_iterator(stage.folder + "/postgresql/data")) {
    if (!entry.is_regular_file()) continue;
    const auto text = policy::read_file(entry.path().string());
    if (text) add(in_files, leaks(entry.path().filename().string(), *text, values));
  }
  stage.tap.none(in_files, "no personal value stands in the clear in the database's files");
}

}  // namespace relais::e2e
