// SPDX-License-Identifier: Apache-2.0
#include "admin/federation/player.h"

#include <thread>

#include "admin/federation/player_calls.h"

namespace relais::demo {
namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 20s;      // for a node that restarts
constexpr auto kDeliveryWait = 20s;  // for a message to arrive and its acknowledgement to be stored

}  // namespace

Player::Player(Federation& federation, const Story& story)
    : federation_(federation), story_(story) {}

DeskClient& Player::desk(const std::string& agency) {
  const auto found = desks_.find(agency);
  if (found != desks_.end()) return found->second;
  DeskClient& client = desks_.emplace(agency, federation_.desk(agency)).first->second;
  client.be_patient(kPatience, [this] { federation_.revive(); });
  return client;
}

std::vector<std::string> Player::record_people() {
  std::vector<std::string> trouble;
  for (const StoryPerson& person : story_.persons) {
    v1::RecordPersonRequest request;
    *request.mutable_acting() = acting(federation_.any_role(person.agency));
    request.set_person_ref(person.ref);
    request.set_age_band(person.age_band);
    request.set_capacity(person.capacity);
    if (person.maturity) request.set_maturity(*person.maturity);
    if (person.vulnerable) request.set_vulnerable(*person.vulnerable);
    for (const std::string& label : person.origin) request.add_origin(label);
    const auto answer = desk(person.agency).record_person(request);
    if (!answer) trouble.push_back("record person: " + answer.error().text());
  }
  return trouble;
}

std::string Player::consent_of(const StoryReferral& told, Played& played) {
  if (told.consent.empty()) return {};
  const auto known = consents_.find(told.consent);
  if (known != consents_.end()) return known->second;
  const StoryConsent& given = *story_.consent(told.consent);
  v1::RecordConsentRequest request;
  *request.mutable_acting() = acting(given.role);
  request.set_person_ref(given.person);
  v1::Consent& consent = *request.mutable_consent();
  consent.set_state("given");
  consent.set_giver(given.giver);
  consent.set_form(given.form);
  consent.set_language(given.language);
  consent.set_notice_version(given.notice_version);
  consent.set_informed(true);
  consent.set_elements_complete(true);
  for (const std::string& one : given.recipients) consent.add_recipients(one);
  for (const std::string& one : given.purposes) consent.add_purposes(one);
  for (const std::string& one : given.categories) consent.add_categories(one);
  const auto until = std::chrono::system_clock::now() + std::chrono::hours{24} * given.days;
  consent.mutable_valid_until()->set_seconds(std::chrono::system_clock::to_time_t(until));
  const auto answer = desk(told.from).record_consent(request);
  const auto* response = taken(answer, "record consent", played);
  if (response == nullptr) return {};
  played.done.push_back("accord / consent " + given.form + ", entry " +
                        std::to_string(response->ledger_index()));
  return consents_[told.consent] = response->consent_id();
}

v1::ReferralRequest Player::request_of(const StoryReferral& told, Played& played) {
  const StoryPerson& person = *story_.person(told.person);
  v1::ReferralRequest request;
  request.set_person_ref(told.person);
  request.set_recipient(told.to);
  request.set_service(told.service);
  request.set_purpose(told.purpose);
  request.set_consent_id(consent_of(told, played));
  for (const std::string& category : told.asked) {
    v1::Item& item = *request.add_items();
    item.set_category(category);
    item.set_value(person.items.at(category));
  }
  put(told.attest, request.mutable_attestations());
  return request;
}

void Player::ask(const StoryReferral& told, Played& played) {
  if (told.preview) {
    v1::PreviewReferralRequest request;
    *request.mutable_acting() = acting(told.role);
    *request.mutable_referral() = request_of(told, played);
    const auto answer = desk(told.from).preview(request);
    if (const auto* response = taken(answer, "preview", played)) {
      played.asked = true;
      played.decision = response->decision();
      played.slip = response->slip();
    }
  } else {
    v1::SubmitReferralRequest request;
    *request.mutable_acting() = acting(told.role);
    request.set_idempotency_key("story-" + told.id);
    *request.mutable_referral() = request_of(told, played);
    const auto answer = desk(told.from).submit(request);
    if (const auto* response = taken(answer, "submit", played)) {
      played.asked = true;
      played.decision = response->decision();
      played.slip = response->slip();
      played.referral = response->referral();
    }
  }
  played.last = played.decision;
}

v1::Referral Player::find_filed(const StoryReferral& told, const std::string& disclosure,
                                Played& played) {
  v1::ListInboxRequest request;
  *request.mutable_acting() = acting(federation_.any_role(told.to));
  request.set_page_size(200);
  while (true) {
    const auto answer = desk(told.to).list_inbox(request);
    const auto* response = taken(answer, "list inbox", played);
    if (response == nullptr) return {};
    for (const v1::Referral& filed : response->referrals()) {
      if (filed.disclosure_id() == disclosure) return filed;
    }
    if (response->next_page_token().empty()) return {};
    request.set_page_token(response->next_page_token());
  }
}

v1::Referral Player::wait_until_filed(const StoryReferral& told, const std::string& disclosure,
                                      Played& played) {
  const auto until = std::chrono::steady_clock::now() + kDeliveryWait;
  while (true) {
    v1::Referral filed = find_filed(told, disclosure, played);
    if (!filed.referral_id().empty() || !played.trouble.empty()) return filed;
    if (std::chrono::steady_clock::now() >= until) break;
    federation_.revive();
    std::this_thread::sleep_for(20ms);
  }
  played.trouble.push_back("nothing arrived at " + told.to);
  return {};
}

void Player::wait_until_settled(const StoryReferral& told, Played& played) {
  v1::GetReferralRequest request;
  *request.mutable_acting() = acting(told.role);
  request.set_referral_id(played.referral.referral_id());
  const auto until = std::chrono::steady_clock::now() + kDeliveryWait;
  while (true) {
    const auto answer = desk(told.from).get(request);
    const auto* response = taken(answer, "get", played);
    if (response == nullptr) return;
    played.referral = response->referral();
    const Expectation& expect = told.expect;
    const bool as_expected =
        (expect.state.empty() || expect.state == played.referral.state()) &&
        (expect.delivery.empty() ? played.referral.delivery() != "queued"
                                 : expect.delivery == played.referral.delivery());
    if (as_expected || std::chrono::steady_clock::now() >= until) return;
    federation_.revive();
    std::this_thread::sleep_for(20ms);
  }
}

Played Player::play(const StoryReferral& told) {
  Played played;
  for (const Action& action : told.first) act(told, action, played);
  ask(told, played);
  if (!played.asked) return played;
  for (const Action& action : told.then) act(told, action, played);
  if (told.preview) return played;
  wait_until_settled(told, played);
  const v1::Referral filed = find_filed(told, played.referral.disclosure_id(), played);
  for (const v1::Item& item : filed.items()) played.held.insert(item.category());
  return played;
}

}  // namespace relais::demo
