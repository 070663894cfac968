// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/withdrawals.h"

#include <chrono>

namespace relais::chaos {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kPatience = 90s;

v1::ActingProfessional acting() {
  v1::ActingProfessional who;
  who.set_role("assistante_sociale");
  who.set_staff_id("chaos");
  return who;
}

v1::RecordConsentRequest agreement(const std::string& person) {
  v1::RecordConsentRequest request;
  *request.mutable_acting() = acting();
  request.set_person_ref(person);
  v1::Consent& consent = *request.mutable_consent();
  consent.set_state("given");
  consent.set_giver("subject");
  consent.set_form("paper");
  consent.set_language("fr");
  consent.set_notice_version("1");
  consent.set_informed(true);
  consent.set_elements_complete(true);
  consent.add_recipients(kAgreedRecipient);
  consent.add_purposes("care_coordination");
  consent.add_categories("need.*");
  const auto until = std::chrono::system_clock::now() + std::chrono::hours{24};
  consent.mutable_valid_until()->set_seconds(std::chrono::system_clock::to_time_t(until));
  return request;
}

void attest(v1::ReferralRequest& referral, const std::string& key, const std::string& value) {
  v1::Attestation& attestation = *referral.add_attestations();
  attestation.set_key(key);
  attestation.add_values(value);
}

v1::SubmitReferralRequest referred(const std::string& person, const std::string& consent,
                                   const std::string& key) {
  v1::SubmitReferralRequest request;
  *request.mutable_acting() = acting();
  request.set_idempotency_key(key);
  v1::ReferralRequest& referral = *request.mutable_referral();
  referral.set_person_ref(person);
  referral.set_recipient(kAgreedRecipient);
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

}  // namespace

Withdrawals::Withdrawals(demo::DeskAccess desk, uint64_t seed)
    : desk_(desk), random_(seed), thread_([this] {
        while (!stopping_) agree_and_withdraw();
      }) {}

void Withdrawals::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

std::vector<std::string> Withdrawals::persons() {
  return {"SDS-9501", "SDS-9502", "SDS-9503", "SDS-9504"};
}

template <class Request, class Response>
std::optional<Response> Withdrawals::insist(
    demo::Answer<Response> (demo::DeskClient::*method)(const Request&), const Request& request) {
  std::string last;
  for (const auto until = Clock::now() + kPatience; Clock::now() < until;) {
    const auto answer = (desk_.*method)(request);
    if (answer) return *answer;
    last = answer.error().text();
    e2e::pause_for(20ms);
  }
  wrong_.push_back(Request::descriptor()->name() + " was never answered: " + last);
  return std::nullopt;
}

// The pause is what decides: the message waits, is on its way, or has been filed.
void Withdrawals::agree_and_withdraw() {
  const std::string person = persons()[static_cast<size_t>(round_) % persons().size()];
  const std::string key = "chaos-agreed-" + std::to_string(round_++);
  const auto given = insist(&demo::DeskClient::record_consent, agreement(person));
  if (!given) return;
  const auto sent = insist(&demo::DeskClient::submit, referred(person, given->consent_id(), key));
  if (!sent) return;
  if (sent->referral().state() != "requested") {
    wrong_.push_back(key + " is " + sent->referral().state());
    return;
  }
  e2e::pause_for(std::chrono::milliseconds{random_.below(random_.chance(50) ? 20 : 600)});
  v1::WithdrawConsentRequest withdrawal;
  *withdrawal.mutable_acting() = acting();
  withdrawal.set_person_ref(person);
  withdrawal.set_consent_id(given->consent_id());
  if (insist(&demo::DeskClient::withdraw, withdrawal)) {
    withdrawn_.push_back(sent->referral().referral_id());
  }
}

}  // namespace relais::chaos
