// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/withdrawals.h"

#include <chrono>

namespace relais::chaos {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kPatience = 90s;

v1::ActingProfessional acting() { return e2e::social_worker("chaos"); }

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
  const auto given =
      insist(&demo::DeskClient::record_consent,
             e2e::care_consent(acting(), person, {"need.*"}, std::chrono::hours{24}));
  if (!given) return;
  auto referral = e2e::care_referral(acting(), person, given->consent_id(), key);
  v1::Item& more = *referral.mutable_referral()->add_items();  // which nobody agreed to
  more.set_category("identity.name");
  more.set_value("Nadia Exemple");
  const auto sent = insist(&demo::DeskClient::submit, referral);
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
