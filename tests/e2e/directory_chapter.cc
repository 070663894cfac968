// SPDX-License-Identifier: Apache-2.0
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
void tell_suspension(Stage& stage, const std::string& text, int64_t version) {
  demo::DeskClient desk = stage.desk("sds-69");
  stage.federation->publish(suspending(with_version(text, version), "sds-69"), {"a", "b"},
                            {"siao-69"});
  if (!stage.tap.check(in_force(stage, "siao-69", version), "a new directory comes into force")) {
    return;
  }
  submit(stage, desk, "e2e-suspended");
  pause_for(1s);
  stage.tap.check(waiting(stage, "sds-69") > 0, "a suspended agency is refused on the next call");
  stage.federation->publish(suspending(with_version(text, version + 1), "siao-69"), {"a", "b"});
  stage.tap.check(
      in_force(stage, "sds-69", version + 1) &&
          submit(stage, desk, "e2e-to-suspended").find("recipient") != std::string::npos,
      "nothing is recorded for a suspended agency");
  stage.federation->publish(with_version(text, version + 2), {"a", "b"});
  stage.tap.check(in_force(stage, "siao-69", version + 2) && in_force(stage, "sds-69", version + 2),
                  "a suspension can be lifted");
}

void tell_expiry(Stage& stage, const std::string& text, int64_t version) {
  demo::DeskClient desk = stage.desk("sds-69");
  stage.federation->publish(
      replaced(with_version(text, version), "expires = ", "expires = " + utc_in(4s)), {"a", "b"});
  if (!stage.tap.check(in_force(stage, "sds-69", version), "a directory may be short")) return;
  pause_for(4s);
  stage.tap.check(submit(stage, desk, "e2e-expired").find("directory") != std::string::npos,
                  "once the directory has expired nothing leaves");
  stage.federation->publish(with_version(text, version + 1), {"a", "b"});
  stage.tap.check(eventually([&] { return submit(stage, desk, "e2e-renewed") == "requested"; }),
                  "with a new directory the node goes on by itself");
  stage.tap.check(eventually([&] { return waiting(stage, "sds-69") == 0; }, 30s),
                  "and what waited is delivered");
}

}  // namespace

void tell_directory(Stage& stage) {
  const std::string& text = stage.federation->directory_text();
  const int64_t first = version_in_force(stage, "sds-69");
  tell_rollback(stage, text, first);
  stage.federation->publish(with_version(text, first + 1), {"a", "b"});
  stage.tap.worked(stage.federation->start("sds-69"), "with a newer directory it starts");
  tell_suspension(stage, text, first + 2);
  tell_expiry(stage, text, first + 6);
}

}  // namespace relais::e2e
