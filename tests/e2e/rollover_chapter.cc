// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <nlohmann/json.hpp>

#include "policy/document.h"
#include "tests/e2e/chapters.h"
#include "tests/e2e/directories.h"

namespace relais::e2e {
namespace {

using namespace std::chrono_literals;

// Only siao-69 has the newest directory; sds-69 gets it from there.
void tell_peer(Stage& stage, const std::string& text, int64_t version) {
  stage.federation->publish(with_version(text, version), {"a", "b"}, {"siao-69"});
  if (!stage.tap.check(in_force(stage, "siao-69", version), "one agency has a newer directory")) {
    return;
  }
  const std::string told = stage.relaisctl("sds-69", {"directory", "fetch", "--peer", "siao-69"});
  stage.tap.check(version_in_force(stage, "sds-69") == version,
                  "another gets it from that peer, and it is in force at once", told);
  const auto there = policy::read_file(stage.federation->seat("siao-69").directory());
  const auto here = policy::read_file(stage.federation->seat("sds-69").directory());
  stage.tap.check(here && there && *here == *there, "as it was signed, it is in its file");
}

void tell_web(Stage& stage, const std::string& text, int64_t version) {
  const std::string offered = stage.folder + "/offered.note";
  const auto server = serving(offered);
  if (!stage.tap.check(server != nullptr, "a web server has a directory")) return;
  const std::string url = "http://127.0.0.1:" + std::to_string(server->port()) + "/directory.note";
  const auto fetch = [&] {
    return stage.relaisctl("sds-69", {"directory", "fetch", "--url", url});
  };
  const std::string refused = "relais_directory_refused_total{reason=\"not_signed\"}";
  const double before = metric(stage, "sds-69", refused);
  stage.federation->publish(with_version(text, version), {"b"}, {"pass-69"});
  offer(stage, offered, "pass-69");
  fetch();
  stage.tap.check(version_in_force(stage, "sds-69") == version - 1 &&
                      metric(stage, "sds-69", refused) == before + 1,
                  "one that a single steward signed is refused and counted");
  stage.federation->publish(with_version(text, version), {"a", "b"}, {"pass-69"});
  offer(stage, offered, "pass-69");
  const std::string told = fetch();
  stage.tap.check(version_in_force(stage, "sds-69") == version,
                  "one that two signed comes from the web", told);
  offer(stage, offered, "siao-69");
  fetch();
  stage.tap.check(version_in_force(stage, "sds-69") == version, "an older one does not");
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

std::string another_key(Stage& stage, const std::string& file) {
  const auto made = nlohmann::json::parse(
      stage.relaisctl("", {"keys", "new", "signing", "--name", "sds-69.2", "--out", file}), nullptr,
      false);
  return made.is_object() ? made.value("vkey", "") : "";
}

// The overlap, and what comes after it for a node that still has the old key.
void tell_overlap(Stage& stage) {
  demo::DeskClient desk = stage.desk("sds-69");
  submit(stage, desk, "e2e-overlap");
  stage.tap.check(eventually([&] { return waiting(stage, "sds-69") == 0; }, 8s),
                  "what the old key signs is delivered while both count");
  const auto in_force = [&] { return metric(stage, "sds-69", "relais_signing_key_in_force"); };
  stage.tap.check(eventually([&] { return in_force() == 0; }, 30s),
                  "a node whose key has ended says so");
  submit(stage, desk, "e2e-after-overlap");
  pause_for(2s);
  stage.tap.check(waiting(stage, "sds-69") > 0, "and what it signs is not filed any more");
}

void tell_another_key(Stage& stage, const std::string& text, int64_t version) {
  const demo::Seat& seat = stage.federation->seat("sds-69");
  const std::string key = another_key(stage, seat.file("signing-2.seed"));
  stage.federation->publish(rolled(with_version(text, version), key, 15s), {"a", "b"});
  if (!stage.tap.check(in_force(stage, "sds-69", version) && in_force(stage, "siao-69", version),
                       "another signing key is listed beside the old one")) {
    return;
  }
  tell_overlap(stage);
  stage.federation->stop("sds-69");
  std::filesystem::rename(seat.file("signing.seed"), seat.file("signing-1.seed"));
  std::filesystem::rename(seat.file("signing-2.seed"), seat.file("signing.seed"));
  stage.tap.worked(stage.federation->start("sds-69"), "it starts with the new key");
  stage.tap.check(eventually([&] { return waiting(stage, "sds-69") == 0; }, 60s),
                  "and what waited is delivered under it");
  // The next chapters go on with the keys of the beginning.
  stage.federation->stop("sds-69");
  std::filesystem::rename(seat.file("signing-1.seed"), seat.file("signing.seed"));
  stage.federation->publish(with_version(text, version + 1), {"a", "b"});
  stage.tap.worked(stage.federation->start("sds-69"), "the change can be taken back");
}

}  // namespace

void tell_rollover(Stage& stage) {
  const std::string& text = stage.federation->directory_text();
  const int64_t first = version_in_force(stage, "sds-69");
  tell_peer(stage, text, first + 1);
  tell_web(stage, text, first + 2);
  tell_another_key(stage, text, first + 3);
}

}  // namespace relais::e2e
