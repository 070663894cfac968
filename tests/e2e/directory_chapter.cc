// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "tests/e2e/chapters.h"
#include "tests/e2e/directories.h"

namespace relais::e2e {
namespace {

using namespace std::chrono_literals;

void tell_rollback(Stage& stage, const std::string& text, int64_t version) {
  stage.federation->publish(with_version(text, version - 1), {"a", "b"});
  pause_for(2500ms);  // more than two readings of the file
  stage.tap.check(version_in_force(stage, "sds-69") == version,
                  "an older directory is not believed, whoever signed it");
  stage.federation->publish(with_version(text, version + 5), {"b"});
  pause_for(2500ms);
  stage.tap.check(version_in_force(stage, "sds-69") == version,
                  "a directory that one steward signed is not believed");
  const int status = stage.federation->stop("sds-69");
  stage.tap.check(status == 0, "a node ends with 0 after SIGTERM", std::to_string(status));
  stage.federation->publish(with_version(text, version - 1), {"a", "b"}, {"sds-69"});
  const auto started = stage.federation->start("sds-69");
  stage.tap.check(!started, "a node does not start with a directory older than one it has seen");
}

// The receiver learns of it first: what the suspended agency sends is refused on the next call, on
// the connection that is open already.
std::string tell_suspension(Stage& stage, std::string draft) {
  demo::DeskClient desk = stage.desk("sds-69");
  const int64_t version = version_in_force(stage, "sds-69") + 1;
  draft = changed(stage, draft, {"suspend", "sds-69"});
  stage.federation->publish(draft, {"a", "b"}, {"siao-69"});
  if (!stage.tap.check(in_force(stage, "siao-69", version), "a new directory comes into force")) {
    return draft;
  }
  submit(stage, desk, "e2e-suspended");
  pause_for(1s);
  stage.tap.check(waiting(stage, "sds-69") > 0, "a suspended agency is refused on the next call");
  draft = changed(stage, draft, {"resume", "sds-69"});
  stage.federation->publish(draft, {"a", "b"});
  stage.tap.check(in_force(stage, "siao-69", version + 1) &&
                      eventually([&] { return waiting(stage, "sds-69") == 0; }),
                  "one that is resumed is taken again, and so is what waited");
  draft = changed(stage, draft, {"suspend", "siao-69"});
  stage.federation->publish(draft, {"a", "b"});
  stage.tap.check(
      in_force(stage, "sds-69", version + 2) &&
          submit(stage, desk, "e2e-to-suspended").find("recipient") != std::string::npos,
      "nothing is recorded for a suspended agency");
  draft = changed(stage, draft, {"resume", "siao-69"});
  stage.federation->publish(draft, {"a", "b"});
  stage.tap.check(in_force(stage, "siao-69", version + 3) && in_force(stage, "sds-69", version + 3),
                  "a suspension can be lifted");
  return draft;
}

// Out, and in again with the entry it joined with at first.
std::string tell_leaving(Stage& stage, std::string draft) {
  demo::DeskClient desk = stage.desk("sds-69");
  const int64_t version = version_in_force(stage, "sds-69") + 1;
  draft = changed(stage, draft, {"leave", "siao-69"});
  stage.federation->publish(draft, {"a", "b"});
  stage.tap.check(in_force(stage, "sds-69", version) && in_force(stage, "siao-69", version) &&
                      submit(stage, desk, "e2e-to-left").find("recipient") != std::string::npos,
                  "nothing goes to an agency that left, and its running node knows");
  draft = changed(stage, draft, {"add", stage.federation->seat("siao-69").file("agency.toml")});
  stage.federation->publish(draft, {"a", "b"});
  const bool joined =
      in_force(stage, "sds-69", version + 1) && in_force(stage, "siao-69", version + 1);
  stage.tap.check(joined && submit(stage, desk, "e2e-to-joined") == "requested" &&
                      eventually([&] { return waiting(stage, "sds-69") == 0; }),
                  "it may join again, and is sent to again");
  return draft;
}

// `relaisctl directory check` of what that node reads.
nlohmann::json checked(Stage& stage, const std::string& agency) {
  const std::string note = stage.federation->seat(agency).directory();
  const auto ended = stage.federation->relaisctl(agency, {"--json", "directory", "check", note});
  auto object = nlohmann::json::parse(ended ? ended->output : "", nullptr, false);
  if (!object.is_object()) return {{"exit", -1}};
  object["exit"] = ended->status;
  return object;
}

// The end is near: said by the check, a metric and the log, while all goes on.
void tell_grace(Stage& stage, size_t log_before) {
  const auto found = checked(stage, "sds-69");
  stage.tap.check(found.value("ends_soon", false) && !found.value("expired", true) &&
                      found.value("exit", -1) == 0,
                  "a check of a directory that ends soon says so", found.dump());
  stage.tap.check(
      eventually([&] { return metric(stage, "sds-69", "relais_directory_ends_soon") == 1; }) &&
          log_of(stage, "sds-69").find("\"directory_ends_soon\"", log_before) != std::string::npos,
      "so do the node's metrics and its log");
}

void tell_expiry(Stage& stage, const std::string& draft) {
  demo::DeskClient desk = stage.desk("sds-69");
  const int64_t version = version_in_force(stage, "sds-69") + 1;
  const size_t log_before = log_of(stage, "sds-69").size();
  const std::string brief =
      replaced(with_version(draft, version), "expires = ", "expires = " + utc_in(8s));
  stage.federation->publish(brief, {"a", "b"});
  if (!stage.tap.check(in_force(stage, "sds-69", version), "a directory may be short")) return;
  tell_grace(stage, log_before);
  const auto away = [&] { return !stage.federation->ops_page("sds-69", "/readyz"); };
  stage.tap.check(eventually(away), "at its end the node is not ready any more");
  stage.tap.check(submit(stage, desk, "e2e-expired").find("directory") != std::string::npos,
                  "once the directory has expired nothing leaves");
  const auto found = checked(stage, "sds-69");
  stage.tap.check(found.value("expired", false) && found.value("exit", -1) == 1,
                  "a check of a directory that has ended refuses it", found.dump());
  stage.federation->publish(changed(stage, brief, {"renew", "--days", "90"}), {"a", "b"});
  stage.tap.check(eventually([&] { return submit(stage, desk, "e2e-renewed") == "requested"; }),
                  "with a renewed directory the node goes on by itself");
  stage.tap.check(eventually([&] { return waiting(stage, "sds-69") == 0; }, 30s),
                  "and what waited is delivered");
  stage.tap.check(
      eventually([&] { return metric(stage, "sds-69", "relais_directory_ends_soon") == 0; }) &&
          eventually([&] { return !away(); }),
      "and the warning has ended");
}

}  // namespace

void tell_directory(Stage& stage) {
  const std::string& text = stage.federation->directory_text();
  const int64_t first = version_in_force(stage, "sds-69");
  tell_rollback(stage, text, first);
  stage.federation->publish(with_version(text, first + 1), {"a", "b"});
  stage.tap.worked(stage.federation->start("sds-69"), "with a newer directory it starts");
  const std::string draft = tell_suspension(stage, with_version(text, first + 1));
  tell_expiry(stage, tell_leaving(stage, draft));
}

}  // namespace relais::e2e
