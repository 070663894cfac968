// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "tests/e2e/care.h"
#include "tests/e2e/chapters.h"

namespace relais::e2e {
namespace {

constexpr const char* kPerson = "SDS-9002";
constexpr const char* kSpeaker = "SDS-9003";  // says at the service's counter what they want
constexpr const char* kFileThere = "PASS-9003";

// Referred to the health team and taken on there under its own number: the referral's id here.
std::string taken_on(Stage& stage, demo::DeskClient& desk, demo::DeskClient& there) {
  const auto given = desk.record_consent(care_consent(
      social_worker("e2e"), kSpeaker, {"identity.name", "need.*"}, std::chrono::hours{24}));
  if (!given) return {};
  const auto sent = desk.submit(
      care_referral(social_worker("e2e"), kSpeaker, given->consent_id(), "e2e-speaker"));
  if (!sent) return {};
  v1::ListInboxRequest inbox;
  *inbox.mutable_acting() = social_worker("e2e");
  inbox.set_page_size(200);
  v1::AcceptReferralRequest accept;
  *accept.mutable_acting() = social_worker("e2e");
  accept.set_person_ref(kFileThere);
  const bool arrived = eventually([&] {
    const auto page = there.list_inbox(inbox);
    if (!page || page->referrals().empty()) return false;
    accept.set_referral_id(page->referrals().rbegin()->referral_id());  // the newest
    return page->referrals().rbegin()->state() == "received";
  });
  if (!stage.tap.check(arrived && there.accept(accept), "the health team takes somebody on")) {
    return {};
  }
  return sent->referral().referral_id();
}

// The person speaks once, where they are; it reaches who referred (docs/decisions/0094).
void tell_service_counter(Stage& stage) {
  demo::DeskClient desk = stage.desk("sds-69");
  demo::DeskClient there = stage.desk(kHealthTeam);
  v1::GetReferralRequest get;
  *get.mutable_acting() = social_worker("e2e");
  get.set_referral_id(taken_on(stage, desk, there));
  v1::RecordObjectionRequest objection;
  *objection.mutable_acting() = social_worker("e2e");
  objection.set_person_ref(kFileThere);
  objection.set_right(v1::RIGHT_OBJECTION);
  for (const bool lifted : {false, true}) {
    objection.set_lifted(lifted);
    stage.tap.check(
        there.object(objection).has_value(),
        lifted ? "which the person takes back there" : "a person objects at the service's counter");
    const bool heard = eventually([&] {
      const auto got = desk.get(get);
      return got && got->referral().rights_at_service().empty() == lifted;
    });
    stage.tap.check(heard,
                    lifted ? "and that is known there as well" : "who referred them knows of it");
  }
  const std::string account =
      stage.relaisctl("sds-69", {"access", "statement", "--person", kSpeaker, "--lang", "en"});
  stage.tap.check(account.find("told us that you objected.") != std::string::npos &&
                      account.find("told us that you no longer object.") != std::string::npos,
                  "and the person reads both there");
}

}  // namespace

void tell_consent(Stage& stage) {
  demo::DeskClient desk = stage.desk("sds-69");
  const v1::ActingProfessional acting = social_worker("e2e");
  stage.federation->stop(kHealthTeam);
  const auto given = desk.record_consent(
      care_consent(acting, kPerson, {"identity.name", "need.*"}, std::chrono::seconds{4}));
  if (!stage.tap.check(given.has_value(), "a consent may be short")) return;
  const auto submitted =
      desk.submit(care_referral(acting, kPerson, given->consent_id(), "e2e-short-consent"));
  stage.tap.check(
      submitted && submitted->referral().state() == "requested",
      "what it covers is recorded while the recipient is away",
      submitted ? submitted->referral().state() : stage.heard(submitted.error()).text());
  pause_for(std::chrono::seconds{5});
  stage.tap.worked(stage.federation->start(kHealthTeam), "the recipient comes back");
  v1::GetReferralRequest get;
  *get.mutable_acting() = acting;
  if (submitted) get.set_referral_id(submitted->referral().referral_id());
  std::string delivery;
  auto withheld = [&] {
    const auto got = desk.get(get);
    if (got) delivery = got->referral().delivery();
    return delivery == "withheld";
  };
  stage.tap.check(eventually(withheld),
                  "a consent that runs out between record and delivery stops the delivery",
                  delivery);
  tell_service_counter(stage);
}

}  // namespace relais::e2e
