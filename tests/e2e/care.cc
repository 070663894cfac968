// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/care.h"

namespace relais::e2e {
namespace {

void attest(v1::ReferralRequest& referral, const std::string& key, const std::string& value) {
  v1::Attestation& attestation = *referral.add_attestations();
  attestation.set_key(key);
  attestation.add_values(value);
}

}  // namespace

v1::ActingProfessional social_worker(const std::string& staff) {
  v1::ActingProfessional acting;
  acting.set_role("assistante_sociale");
  acting.set_staff_id(staff);
  return acting;
}

v1::RecordConsentRequest care_consent(const v1::ActingProfessional& acting,
                                      const std::string& person,
                                      const std::vector<std::string>& categories,
                                      std::chrono::seconds time) {
  v1::RecordConsentRequest request;
  *request.mutable_acting() = acting;
  request.set_person_ref(person);
  v1::Consent& consent = *request.mutable_consent();
  consent.set_state("given");
  consent.set_giver("subject");
  consent.set_form("paper");
  consent.set_language("fr");
  consent.set_notice_version("1");
  consent.set_informed(true);
  consent.set_elements_complete(true);
  consent.add_recipients(kHealthTeam);
  consent.add_purposes("care_coordination");
  for (const std::string& category : categories) consent.add_categories(category);
  const auto until = std::chrono::system_clock::now() + time;
  consent.mutable_valid_until()->set_seconds(std::chrono::system_clock::to_time_t(until));
  return request;
}

v1::SubmitReferralRequest care_referral(const v1::ActingProfessional& acting,
                                        const std::string& person, const std::string& consent,
                                        const std::string& key) {
  v1::SubmitReferralRequest request;
  *request.mutable_acting() = acting;
  request.set_idempotency_key(key);
  v1::ReferralRequest& referral = *request.mutable_referral();
  referral.set_person_ref(person);
  referral.set_recipient(kHealthTeam);
  referral.set_service("equipe-mobile");
  referral.set_purpose("care_coordination");
  referral.set_consent_id(consent);
  v1::Item& item = *referral.add_items();
  item.set_category("need.code");
  item.set_value("health_access");
  attest(referral, "recipient.profession", "nurse");
  attest(referral, "relation.both_in_care", "true");
  return request;
}

}  // namespace relais::e2e
