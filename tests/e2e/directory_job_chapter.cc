// SPDX-License-Identifier: Apache-2.0
// A node that asks for newer directories by itself, a web server and a peer in turn: what it takes,
// what it refuses, and that a place which is away is asked again.
#include <fstream>

#include "policy/document.h"
#include "tests/e2e/chapters.h"
#include "tests/e2e/directories.h"

namespace relais::e2e {
namespace {

using namespace std::chrono_literals;

// The web server's file, and the versions that are told.
struct Sources {
  std::string offered;
  std::string text;
  int64_t version = 0;  // in force at sds-69
};

// Signed, and handed out by the web server; pass-69 alone has it beside that.
void on_the_web(Stage& stage, const Sources& sources, const std::string& text,
                const std::vector<std::string>& stewards) {
  stage.federation->publish(text, stewards, {"pass-69"});
  offer(stage, sources.offered, "pass-69");
}

void with_places(Stage& stage, const std::string& config, const std::string& places) {
  stage.federation->stop("sds-69");
  std::ofstream(stage.federation->seat("sds-69").config(), std::ios::binary)
      << replaced(config, "reload_seconds = ", "reload_seconds = 1\n" + places);
  stage.tap.worked(stage.federation->start("sds-69"), "it starts with other places to ask");
}

void tell_newer(Stage& stage, Sources& sources) {
  on_the_web(stage, sources, with_version(sources.text, ++sources.version), {"a", "b"});
  stage.tap.check(in_force(stage, "sds-69", sources.version),
                  "a node takes a newer directory from the web by itself");
  stage.federation->publish(with_version(sources.text, ++sources.version), {"a", "b"}, {"siao-69"});
  stage.tap.check(in_force(stage, "sds-69", sources.version), "and a newer one still from a peer");
}

void tell_refused(Stage& stage, const Sources& sources) {
  const auto refused = [&](const std::string& reason, const std::string& name) {
    const std::string series = "relais_directory_refused_total{reason=\"" + reason + "\"}";
    const double before = metric(stage, "sds-69", series);
    const bool counted =
        eventually([&] { return metric(stage, "sds-69", series) > before + 1; });  // asked again
    stage.tap.check(counted && version_in_force(stage, "sds-69") == sources.version, name);
  };
  const std::string next = with_version(sources.text, sources.version + 1);
  refused("older", "by itself it takes no older one, and says so");  // on the web still
  on_the_web(stage, sources, next, {"b"});
  refused("not_signed", "none that a single steward signed");
  stage.federation->publish(next, {"a", "b"}, {"pass-69"});
  const auto whole = policy::read_file(stage.federation->seat("pass-69").directory());
  std::ofstream(sources.offered, std::ios::binary)
      << with_version(whole.value_or("\n"), sources.version + 2);
  refused("not_signed", "none that was changed after it was signed");
  on_the_web(stage, sources, replaced(next, "expires = ", "expires = " + utc_in(-60s)), {"a", "b"});
  refused("expired", "and none that has ended");
  demo::DeskClient desk = stage.desk("sds-69");
  stage.tap.check(submit(stage, desk, "e2e-refused-directories") == "requested" &&
                      stage.federation->ops_page("sds-69", "/readyz").has_value(),
                  "with the one before it goes on serving");
}

void tell_away(Stage& stage, Sources& sources, std::unique_ptr<web::HttpServer> server) {
  const uint16_t port = server->port();
  server.reset();
  const size_t before = log_of(stage, "sds-69").size();
  const auto said = [&] {
    const std::string log = log_of(stage, "sds-69");
    const size_t at =
        log.find("\"directory_not_fetched\",\"fault\":{\"kind\":\"unavailable\"", before);
    return at != std::string::npos;
  };
  stage.tap.check(eventually(said), "a web server that is away is said in the log");
  stage.federation->publish(with_version(sources.text, ++sources.version), {"a", "b"}, {"siao-69"});
  stage.tap.check(in_force(stage, "sds-69", sources.version), "the peer is asked all the same");
  on_the_web(stage, sources, with_version(sources.text, ++sources.version), {"a", "b"});
  server = serving(sources.offered, port);
  stage.tap.check(server != nullptr && in_force(stage, "sds-69", sources.version),
                  "and the web server again when it is back");
}

}  // namespace

void tell_directory_job(Stage& stage) {
  Sources sources{stage.folder + "/offered-by-itself.note", stage.federation->directory_text(),
                  version_in_force(stage, "sds-69")};
  auto server = serving(sources.offered);
  if (!stage.tap.check(server != nullptr, "a web server has directories")) return;
  const std::string path = stage.federation->seat("sds-69").config();
  const std::string config = policy::read_file(path).value_or("");
  with_places(stage, config,
              "urls = [\"http://127.0.0.1:" + std::to_string(server->port()) +
                  "/directory.note\"]\npeers = [\"siao-69\"]\nfetch_seconds = 1");
  tell_newer(stage, sources);
  tell_refused(stage, sources);
  tell_away(stage, sources, std::move(server));
  stage.federation->publish(with_version(sources.text, ++sources.version), {"a", "b"});
  with_places(stage, config, "");
}

}  // namespace relais::e2e
