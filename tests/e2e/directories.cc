// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/directories.h"

#include <ctime>
#include <nlohmann/json.hpp>

namespace relais::e2e {

std::string replaced(std::string text, const std::string& line_begin, const std::string& line) {
  const size_t begin = text.find("\n" + line_begin) + 1;
  return text.replace(begin, text.find('\n', begin) - begin, line);
}

std::string with_version(const std::string& text, int64_t version) {
  return replaced(text, "version = ", "version = " + std::to_string(version));
}

std::string utc_in(std::chrono::seconds time) {
  const std::time_t at = std::time(nullptr) + time.count();
  std::tm utc{};
  gmtime_r(&at, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

// The same directory with one agency suspended.
std::string suspending(std::string text, const std::string& agency) {
  const size_t entry = text.find("id = \"" + agency + "\"");
  return text.insert(entry, "suspended = true\n");
}

int64_t version_in_force(Stage& stage, const std::string& agency) {
  const auto status = nlohmann::json::parse(stage.relaisctl(agency, {"status"}), nullptr, false);
  return status.is_object() ? status.value("directory_version", int64_t{0}) : 0;
}

bool in_force(Stage& stage, const std::string& agency, int64_t version) {
  return eventually([&] { return version_in_force(stage, agency) == version; });
}

std::string submit(Stage& stage, demo::DeskClient& desk, const std::string& key) {
  const auto answer = desk.submit(stage.plain_submission(key));
  return answer ? answer->referral().state() : stage.heard(answer.error()).where;
}

uint64_t waiting(Stage& stage, const std::string& agency) {
  const auto status = nlohmann::json::parse(stage.relaisctl(agency, {"status"}), nullptr, false);
  return status.is_object() ? status.value("outbox_waiting", uint64_t{0}) : 0;
}

}  // namespace relais::e2e
