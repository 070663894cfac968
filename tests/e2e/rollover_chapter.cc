// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <nlohmann/json.hpp>

#include "node/web/http.h"
#include "policy/document.h"
#include "tests/e2e/chapters.h"
#include "tests/e2e/directories.h"

namespace relais::e2e {
namespace {

using namespace std::chrono_literals;

// A web server that hands out whatever lies in one file.
std::unique_ptr<web::HttpServer> serving(const std::string& path) {
  web::Routes routes{{"/directory.note", [path] {
                        return web::Response{200, "text/plain; charset=utf-8",
                                             policy::read_file(path).value_or("")};
                      }}};
  auto server = web::HttpServer::start({"127.0.0.1:0"}, std::move(routes));
  return server ? std::move(*server) : nullptr;
}

double metric(Stage& stage, const std::string& agency, const std::string& name) {
  const auto page = stage.federation->ops_page(agency, "metrics");
  const size_t at = page ? page->find("\n" + name + " ") : std::string::npos;
  return at == std::string::npos ? -1 : std::atof(page->c_str() + at + name.size() + 2);
}

// Only siao-69 has the newest directory; sds-69 gets it from there, and the next from the web.
void tell_distribution(Stage& stage, const std::string& text, int64_t version) {
  const std::string& own = stage.federation->seat("sds-69").directory();
  stage.federation->publish(with_version(text, version), {"a", "b"}, {"siao-69"});
  if (!stage.tap.check(in_force(stage, "siao-69", version), "one agency has a newer directory")) {
    return;
  }
  const std::string by_peer =
      stage.relaisctl("sds-69", {"directory", "fetch", "--peer", "siao-69"});
  stage.tap.check(version_in_force(stage, "sds-69") == version,
                  "another gets it from that peer, and it is in force at once", by_peer);
  stage.tap.check(
      policy::read_file(own).value_or("1") ==
          policy::read_file(stage.federation->seat("siao-69").directory()).value_or("2"),
      "as it was signed, it is in its file");
  const std::string offered = stage.folder + "/offered.note";
  const auto server = serving(offered);
  if (!stage.tap.check(server != nullptr, "a web server has a directory")) return;
  const std::string url = "http://127.0.0.1:" + std::to_string(server->port()) + "/directory.note";
  const std::string refused = "relais_directory_refused_total{reason=\"not_signed\"}";
  const double before = metric(stage, "sds-69", refused);
  stage.federation->publish(with_version(text, version + 1), {"b"}, {"pass-69"});
  std::filesystem::copy_file(stage.federation->seat("pass-69").directory(), offered,
                             std::filesystem::copy_options::overwrite_existing);
  stage.relaisctl("sds-69", {"directory", "fetch", "--url", url});
  stage.tap.check(version_in_force(stage, "sds-69") == version &&
                      metric(stage, "sds-69", refused) == before + 1,
                  "one that a single steward signed is refused and counted");
  stage.federation->publish(with_version(text, version + 1), {"a", "b"}, {"pass-69"});
  std::filesystem::copy_file(stage.federation->seat("pass-69").directory(), offered,
                             std::filesystem::copy_options::overwrite_existing);
  const std::string by_web = stage.relaisctl("sds-69", {"directory", "fetch", "--url", url});
  stage.tap.check(version_in_force(stage, "sds-69") == version + 1,
                  "one that two signed comes from the web", by_web);
  std::filesystem::copy_file(stage.federation->seat("siao-69").directory(), offered,
                             std::filesystem::copy_options::overwrite_existing);
  stage.relaisctl("sds-69", {"directory", "fetch", "--url", url});
  stage.tap.check(version_in_force(stage, "sds-69") == version + 1, "an older one does not");
}

// sds-69 signs with another key from now on; the one before counts until then.
std::string rolled(const std::string& text, const std::string& key, std::chrono::seconds overlap) {
  const size_t entry = text.find("id = \"sds-69\"");
  const std::string line = "\nsigning_key = \"";
  const size_t begin = text.find(line, entry) + line.size();
  const std::string before = text.substr(begin, text.find('"', begin) - begin);
  std::string changed = text;
  changed.replace(begin, before.size(), key);
  const size_t end = changed.find("\n[[", entry);
  return changed.insert(
      end, "\n[[agency.signing]]\nkey = \"" + before +
               "\"\nvalid_from = 2020-01-01T00:00:00Z\nvalid_until = " + utc_in(overlap) + "\n");
}

void tell_another_key(Stage& stage, const std::string& text, int64_t version) {
  const demo::Seat& seat = stage.federation->seat("sds-69");
  const std::string fresh = seat.file("signing-2.seed");
  const auto made = nlohmann::json::parse(
      stage.relaisctl("", {"keys", "new", "signing", "--name", "sds-69.2", "--out", fresh}),
      nullptr, false);
  if (!stage.tap.check(made.is_object(), "an agency makes another signing key")) return;
  demo::DeskClient desk = stage.desk("sds-69");
  constexpr std::chrono::seconds kOverlap{8};
  stage.federation->publish(rolled(with_version(text, version), made.value("vkey", ""), kOverlap),
                            {"a", "b"});
  if (!stage.tap.check(in_force(stage, "sds-69", version) && in_force(stage, "siao-69", version),
                       "the directory lists it beside the old one")) {
    return;
  }
  submit(stage, desk, "e2e-overlap");
  stage.tap.check(eventually([&] { return waiting(stage, "sds-69") == 0; }, 5s),
                  "what the old key signs is delivered while both count");
  stage.tap.check(
      eventually([&] { return metric(stage, "sds-69", "relais_signing_key_in_force") == 0; }),
      "a node whose key has ended says so");
  submit(stage, desk, "e2e-after-overlap");
  pause_for(2s);
  stage.tap.check(waiting(stage, "sds-69") > 0, "and what it signs is not filed any more");
  stage.federation->stop("sds-69");
  std::filesystem::rename(seat.file("signing.seed"), seat.file("signing-1.seed"));
  std::filesystem::rename(fresh, seat.file("signing.seed"));
  stage.tap.worked(stage.federation->start("sds-69"), "it starts with the new key");
  stage.tap.check(eventually([&] { return waiting(stage, "sds-69") == 0; }, 60s),
                  "and what waited is delivered under it, once");
  // The next chapters go on with the directory of the beginning.
  stage.federation->stop("sds-69");
  std::filesystem::rename(seat.file("signing-1.seed"), seat.file("signing.seed"));
  stage.federation->publish(with_version(text, version + 1), {"a", "b"});
  stage.tap.worked(stage.federation->start("sds-69"), "the change can be taken back");
}

}  // namespace

void tell_rollover(Stage& stage) {
  const std::string& text = stage.federation->directory_text();
  const int64_t first = version_in_force(stage, "sds-69");
  tell_distribution(stage, text, first + 1);
  tell_another_key(stage, text, first + 3);
}

}  // namespace relais::e2e
