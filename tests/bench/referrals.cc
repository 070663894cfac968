// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/referrals.h"

namespace relais::bench {
namespace {

constexpr std::pair<const char*, const char*> kItems[] = {
    {"identity.name", "Nour Haddad-Lemoine"},
    {"identity.birth_year", "1989"},
    {"household.composition", "3-5:1,6-12:1,25-39:1"},
    {"housing.situation", "eviction_threat"},
    {"need.code", "shelter"},
    {"need.urgency", "urgent"},
    {"contact.preference", "phone"},
    {"contact.point", "+33639980141"},
    {"access_needs.language", "ar"},
    {"health.functional", "ground_floor"},
};

}  // namespace

std::string load_person(size_t slot) { return "BENCH-" + std::to_string(slot); }

Result<void> record_persons(const demo::Federation& federation, const std::string& agency,
                            size_t count) {
  demo::DeskClient desk(federation.desk(agency));
  for (size_t slot = 0; slot < count; ++slot) {
    v1::RecordPersonRequest request;
    request.mutable_acting()->set_role(federation.any_role(agency));
    request.mutable_acting()->set_staff_id("bench");
    request.set_person_ref(load_person(slot));
    request.set_age_band("adult");
    request.set_capacity("full");
    const auto recorded = desk.record_person(request);
    if (!recorded) {
      return fail(FaultKind::unavailable, "a person was not recorded", recorded.error().text());
    }
  }
  return {};
}

v1::SubmitReferralRequest referral_request(const std::string& role, const std::string& recipient,
                                           const std::string& person, const std::string& key) {
  v1::SubmitReferralRequest request;
  request.mutable_acting()->set_role(role);
  request.mutable_acting()->set_staff_id("bench");
  request.set_idempotency_key(key);
  v1::ReferralRequest& referral = *request.mutable_referral();
  referral.set_person_ref(person);
  referral.set_recipient(recipient);
  referral.set_service("orientation");
  referral.set_purpose("housing_orientation");
  for (const auto& [category, value] : kItems) {
    v1::Item& item = *referral.add_items();
    item.set_category(category);
    item.set_value(value);
  }
  return request;
}

}  // namespace relais::bench
