// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/directories.h"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "policy/document.h"

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

std::string changed(Stage& stage, const std::string& draft, std::vector<std::string> verb) {
  const std::string path = stage.folder + "/stewards/draft.toml";
  std::ofstream(path, std::ios::binary) << draft;
  verb.insert(verb.begin(), "directory");
  for (const std::string& word :
       {path, std::string("--vocabulary"), stage.federation->ground().vocabulary}) {
    verb.push_back(word);
  }
  const auto ended = stage.federation->relaisctl("", verb);
  if (!ended || ended->status != 0) {
    stage.tap.check(false, "relaisctl directory " + verb[1], ended ? ended->errors : "not run");
  }
  return policy::read_file(path).value_or("");
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

double metric(Stage& stage, const std::string& agency, const std::string& name) {
  const auto page = stage.federation->ops_page(agency, "/metrics");
  const size_t at = page ? page->find("\n" + name + " ") : std::string::npos;
  return at == std::string::npos ? -1 : std::atof(page->c_str() + at + name.size() + 2);
}

std::string log_of(Stage& stage, const std::string& agency) {
  std::ostringstream text;
  text << std::ifstream(stage.federation->seat(agency).log(), std::ios::binary).rdbuf();
  return text.str();
}

std::unique_ptr<web::HttpServer> serving(const std::string& path, uint16_t port) {
  web::Routes routes{{"/directory.note", [path] {
                        return web::Response{200, "text/plain; charset=utf-8",
                                             policy::read_file(path).value_or("")};
                      }}};
  auto server = web::HttpServer::start({"127.0.0.1:" + std::to_string(port)}, std::move(routes));
  return server ? std::move(*server) : nullptr;
}

void offer(Stage& stage, const std::string& offered, const std::string& agency) {
  std::filesystem::copy_file(stage.federation->seat(agency).directory(), offered + ".new",
                             std::filesystem::copy_options::overwrite_existing);
  std::filesystem::rename(offered + ".new", offered);  // the server may be reading it
}

}  // namespace relais::e2e
