// SPDX-License-Identifier: Apache-2.0
// The law changes while the node works: by two stewards' word, and by nothing else.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "policy/document.h"
#include "tests/e2e/chapters.h"

namespace relais::e2e {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

constexpr const char* kAgency = "sds-69";

struct InForce {
  int64_t version = 0;
  std::string digest;
};

InForce in_force(Stage& stage) {
  const Json status = Json::parse(stage.relaisctl(kAgency, {"status"}), nullptr, false);
  if (!status.is_object()) return {};
  return {status.value("law_version", int64_t{0}), status.value("law_digest", std::string())};
}

std::string pack_file(const Stage& stage) { return stage.federation->ground().law + "/fr.toml"; }

void remark_in_pack(const Stage& stage, const std::string& remark) {
  std::ofstream(pack_file(stage), std::ios::app) << "# " << remark << "\n";
}

bool shows(const Stage& stage, const std::string& line) {
  const auto page = stage.federation->ops_page(kAgency, "/metrics");
  return page && page->find("\n" + line + "\n") != std::string::npos;
}

// The note of what the packs' folder holds now; "" after a failure, which is told.
std::string note_of(Stage& stage, int64_t version, const std::vector<std::string>& stewards) {
  const auto note = stage.federation->propose_law(version, stewards);
  if (!note) stage.tap.check(false, "a law is proposed and signed", note.error().where);
  return note.value_or("");
}

bool activates(Stage& stage, const std::string& note) {
  const Json told =
      Json::parse(stage.relaisctl(kAgency, {"policy", "activate", note}), nullptr, false);
  return told.is_object() && told.value("in_force", false);
}

void tell_unsigned_change(Stage& stage) {
  const InForce before = in_force(stage);
  stage.tap.check(before.version == 1 && before.digest.size() == 64,
                  "a federation begins with an activated law");
  remark_in_pack(stage, "nobody activated this");
  stage.tap.check(eventually([&] { return shows(stage, "relais_law_packs_not_activated 1"); }),
                  "a pack that changed on disk is counted as not activated");
  stage.tap.check(in_force(stage).digest == before.digest, "and does not come into force");
  const bool refused = !activates(stage, note_of(stage, 2, {"a"})) &&
                       !activates(stage, note_of(stage, 2, {"a", "a"}));
  stage.tap.check(refused && in_force(stage).version == 1,
                  "one steward, once or twice, puts no law in force");
}

// Referrals one after the other while the law changes twice under them.
void tell_change_under_load(Stage& stage) {
  const std::string with_remark = note_of(stage, 2, {"a", "b"});
  std::atomic<bool> done{false};
  std::atomic<int> sent{0};
  std::atomic<int> failed{0};
  std::vector<std::thread> senders;
  for (int i = 0; i < 3; ++i) {
    senders.emplace_back([&stage, &done, &sent, &failed, i] {
      demo::DeskClient desk = stage.desk(kAgency);
      for (int n = 0; !done; ++n) {
        const std::string key = "e2e-law-" + std::to_string(i) + "-" + std::to_string(n);
        const auto answer = desk.submit(stage.plain_submission(key));
        ++(answer && answer->referral().state() == "requested" ? sent : failed);
      }
    });
  }
  pause_for(300ms);
  const bool first = activates(stage, with_remark);
  const InForce remarked = in_force(stage);
  remark_in_pack(stage, "and another");
  const bool second = activates(stage, note_of(stage, 3, {"b", "c"}));
  pause_for(300ms);
  done = true;
  for (std::thread& one : senders) one.join();
  const InForce now = in_force(stage);
  stage.tap.check(
      first && second && remarked.version == 2 && now.version == 3 && now.digest != remarked.digest,
      "two stewards put a law in force on the running node");
  stage.tap.check(failed == 0 && sent > 0, "no call fails while the law changes",
                  std::to_string(sent) + " sent, " + std::to_string(failed) + " failed");
  stage.tap.check(shows(stage, "relais_law_version 3"), "the metrics say which law is in force");
  stage.tap.check(!activates(stage, with_remark) && in_force(stage).version == 3,
                  "a law of before is not put in force again by its old note");
}

void tell_forgery(Stage& stage) {
  const std::string note = note_of(stage, 4, {"a", "b"});
  std::string text = policy::read_file(note).value_or("");
  const size_t at = text.find("version 4");
  if (at != std::string::npos) text.replace(at, 9, "version 9");
  std::ofstream(note + ".forged") << text;
  stage.tap.check(!activates(stage, note + ".forged") && in_force(stage).version == 3,
                  "a note that was changed after it was signed is refused");
  // Placed by hand, past relaisctl.
  const std::string placed = stage.federation->seat(kAgency).activation();
  const std::string good = policy::read_file(placed).value_or("");
  std::ofstream(placed, std::ios::trunc) << text;
  stage.tap.check(eventually([&] { return shows(stage, "relais_law_note_refused 1"); }) &&
                      in_force(stage).version == 3,
                  "a forged note in its place is seen, and the law in force stays");
  std::ofstream(placed, std::ios::trunc) << good;
  stage.tap.check(eventually([&] { return shows(stage, "relais_law_note_refused 0"); }),
                  "and forgotten when the right one is back");
}

bool starts_with_config(Stage& stage, const std::string& text) {
  std::ofstream(stage.federation->seat(kAgency).config(), std::ios::trunc) << text;
  return stage.federation->start(kAgency).has_value();
}

void tell_restart(Stage& stage) {
  const InForce before = in_force(stage);
  const demo::Seat& seat = stage.federation->seat(kAgency);
  const std::string archive = seat.file("law-archive");
  remark_in_pack(stage, "nobody activated this either");
  stage.federation->stop(kAgency);
  std::filesystem::rename(archive, archive + ".away");
  stage.tap.check(!stage.federation->start(kAgency),
                  "a node does not start on packs that nobody activated");
  std::filesystem::remove_all(archive);
  std::filesystem::rename(archive + ".away", archive);
  std::string config = policy::read_file(seat.config()).value_or("");
  const std::string whole = config;
  config.erase(config.find("activation = "),
               config.find("archive = ") - config.find("activation = "));
  stage.tap.check(!starts_with_config(stage, config),
                  "nor without an activation once it has had one");
  stage.tap.check(starts_with_config(stage, whole) && in_force(stage).digest == before.digest,
                  "it starts on the law that was activated, from the archive");
}

}  // namespace

void tell_law(Stage& stage) {
  const std::string pack = policy::read_file(pack_file(stage)).value_or("");
  tell_unsigned_change(stage);
  tell_change_under_load(stage);
  tell_forgery(stage);
  tell_restart(stage);
  std::ofstream(pack_file(stage), std::ios::trunc) << pack;
}

}  // namespace relais::e2e
