// SPDX-License-Identifier: Apache-2.0
// A person is erased at the agency that referred them and at the one that received them; the key
// epoch turns beside the running node; and a node killed at each step of it goes on.
#include <nlohmann/json.hpp>

#include "tests/e2e/chapters.h"

namespace relais::e2e {
namespace {

using Json = nlohmann::json;

Json answer(Stage& stage, const std::string& agency, std::vector<std::string> arguments) {
  return Json::parse(stage.relaisctl(agency, std::move(arguments)), nullptr, false);
}

// A referral of somebody new, delivered.
bool refer(Stage& stage, const std::string& reference) {
  demo::DeskClient desk = stage.desk("sds-69");
  v1::SubmitReferralRequest request = stage.plain_submission("erasure-" + reference);
  request.mutable_referral()->set_person_ref(reference);
  const auto submitted = desk.submit(request);
  if (!submitted) {
    stage.heard(submitted.error());
    return false;
  }
  v1::GetReferralRequest get;
  get.mutable_acting()->set_role("assistante_sociale");
  get.mutable_acting()->set_staff_id("e2e");
  get.set_referral_id(submitted->referral().referral_id());
  return eventually([&] {
    const auto got = desk.get(get);
    return got && got->referral().delivery() == "delivered";
  });
}

std::vector<std::string> erase_words(const std::string& reference) {
  return {"access", "erase", "--person", reference, "--reason", "consent_withdrawn",
          "--lang", "en"};
}

Json erasure_of(Stage& stage, const std::vector<std::string>& by) {
  std::vector<std::string> words{"access", "erasure-status"};
  words.insert(words.end(), by.begin(), by.end());
  const Json reply = answer(stage, "sds-69", std::move(words));
  const bool one = reply.is_object() && reply.contains("erasures") && reply["erasures"].size() == 1;
  return one ? reply["erasures"][0] : Json::object();
}

bool done_everywhere(const Json& erasure) {
  if (erasure.value("state", "") != "shredded") return false;
  for (const Json& notice : erasure["notices"]) {
    if (notice.value("status", "") != "erased") return false;
  }
  return !erasure["notices"].empty();
}

bool is_nobody(Stage& stage, const std::string& reference) {
  const auto ended = stage.federation->relaisctl(
      "sds-69", {"access", "statement", "--person", reference, "--format", "json"});
  return ended && ended->status != 0;
}

}  // namespace

void tell_erasure(Stage& stage) {
  const std::string person = "SDS-ERASED";
  if (!stage.tap.check(refer(stage, person), "somebody is referred who will ask to be erased")) {
    return;
  }
  const Json begun = answer(stage, "sds-69", erase_words(person));
  const std::string number = begun.value("erasure_id", "");
  if (!stage.tap.check(!number.empty(), "a person is erased with a reason", begun.dump())) return;
  stage.tap.check(is_nobody(stage, person), "nothing about the person can be read any more");
  Json now;
  stage.tap.check(eventually([&] {
                    now = erasure_of(stage, {"--erasure", number});
                    return done_everywhere(now);
                  }),
                  "the recipient is told, erases too, and says so", now.dump());
  const Json late = answer(stage, "sds-69", {"access", "overdue"});
  stage.tap.check(late.is_object() && late.value("notices", Json()) == Json::array(),
                  "and nobody is late with an answer", late.dump());
  stage.tap.check(now.value("receipt", "").starts_with("c2sp.org/tlog-proof@v1"),
                  "the person is given a receipt of it");
  stage.tap.check(now.value("complete_ms", 1) == 0, "but backups could still be read");
  const Json turned = answer(stage, "sds-69", {"keys", "rotate"});
  stage.tap.check(turned.value("epoch", 0) == 2 && turned.value("erasures_completed", 0) >= 1,
                  "the key epoch turns beside the running node", turned.dump());
  stage.tap.check(erasure_of(stage, {"--erasure", number}).value("complete_ms", 0) != 0,
                  "then the erasure is complete everywhere");
  stage.tap.check(refer(stage, "SDS-AFTER"), "and the node goes on without a restart");
  const Json restored = answer(stage, "sds-69", {"keys", "restore"});
  stage.tap.check(restored.value("unknown", 1) == 0 && restored.value("living", 1) == 0,
                  "a database that was not restored needs no key of the key file", restored.dump());
}

void tell_erasure_crash(Stage& stage, const std::string& step) {
  demo::Federation& federation = *stage.federation;
  const std::string person = "SDS-" + step;
  std::vector<std::string> wrong;
  if (!refer(stage, person)) wrong.emplace_back("no referral");
  const int before = federation.crashes();
  federation.stop("sds-69");
  const auto started = federation.start("sds-69", step);
  if (!started) wrong.push_back(started.error().where);
  (void)stage.relaisctl("sds-69", erase_words(person));
  if (!has_died(federation, before)) wrong.emplace_back("the node was never at this step");
  if (erasure_of(stage, {"--person", person}).empty()) {
    (void)stage.relaisctl("sds-69", erase_words(person));  // nothing had been asked for yet
  }
  Json now;
  const bool done = eventually(
      [&] {
        now = erasure_of(stage, {"--person", person});
        return done_everywhere(now);
      },
      std::chrono::seconds{60});
  if (!done) wrong.push_back(now.dump());
  stage.tap.none(wrong, "after kill -9 at " + step + " the person is erased here and there, once");
}

}  // namespace relais::e2e
