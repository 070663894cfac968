// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "tests/e2e/chapters.h"

namespace relais::e2e {
namespace {

constexpr const char* kPerson = "SDS-9002";

v1::ActingProfessional social_worker() {
  v1::ActingProfessional acting;
  acting.set_role("assistante_sociale");
  acting.set_staff_id("e2e");
  return acting;
}

v1::RecordConsentRequest consent_for(std::chrono::seconds time) {
  v1::RecordConsentRequest request;
  *request.mutable_acting() = social_worker();
  request.set_person_ref(kPerson);
  v1::Consent& consent = *request.mutable_consent();
  consent.set_state("given");
  consent.set_giver("subject");
  consent.set_form("paper");
  consent.set_language("fr");
  consent.set_notice_version("1");
  consent.set_informed(true);
  consent.set_elements_complete(true);
  consent.add_recipients("pass-69");
  consent.add_purposes("care_coordination");
  consent.add_categories("identity.name");
  consent.add_categories("need.*");
  const auto until = std::chrono::system_clock::now() + time;
  consent.mutable_valid_until()->set_seconds(std::chrono::system_clock::to_time_t(until));
  return request;
}

void attest(v1::ReferralRequest& referral, const std::string& key, const std::string& value) {
  v1::Attestation& attestation = *referral.add_attestations();
  attestation.set_key(key);
  attestation.add_values(value);
}

v1::SubmitReferralRequest consented(const std::string& consent_id) {
  v1::SubmitReferralRequest request;
  *request.mutable_acting() = social_worker();
  request.set_idempotency_key("e2e-short-consent");
  v1::ReferralRequest& referral = *request.mutable_referral();
  referral.set_person_ref(kPerson);
  referral.set_recipient("pass-69");
  referral.set_service("equipe-mobile");
  referral.set_purpose("care_coordination");
  referral.set_consent_id(consent_id);
  v1::Item& item = *referral.add_items();
  item.set_category("need.code");
  item.set_value("health_access");
  attest(referral, "recipient.profession", "nurse");
  attest(referral, "relation.both_in_care", "true");
  return request;
}

}  // namespace

void tell_consent(Stage& stage) {
  demo::DeskClient desk = stage.desk("sds-69");
  stage.federation->stop("pass-69");
  const auto given = desk.record_consent(consent_for(std::chrono::seconds{4}));
  if (!stage.tap.check(given.has_value(), "a consent may be short")) return;
  const auto submitted = desk.submit(consented(given->consent_id()));
  stage.tap.check(
      submitted && submitted->referral().state() == "requested",
      "what it covers is recorded while the recipient is away",
      submitted ? submitted->referral().state() : stage.heard(submitted.error()).text());
  pause_for(std::chrono::seconds{5});
  stage.tap.worked(stage.federation->start("pass-69"), "the recipient comes back");
  v1::GetReferralRequest get;
  *get.mutable_acting() = social_worker();
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
}

}  // namespace relais::e2e
