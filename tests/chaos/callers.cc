// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/callers.h"

#include "admin/federation/http.h"

namespace relais::chaos {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kPatience = 60s;
constexpr int kPersons = 12;
constexpr size_t kMostWrong = 20;

// gRPC's codes of a node that is away, slow or busy: whoever asks tries again.
bool is_passing(const demo::CallFault& fault) {
  constexpr int kDeadlineExceeded = 4, kResourceExhausted = 8, kUnavailable = 14;
  return fault.retryable || fault.code == kUnavailable || fault.code == kDeadlineExceeded ||
         fault.code == kResourceExhausted;
}

v1::ActingProfessional acting(const std::string& role) {
  v1::ActingProfessional who;
  who.set_role(role);
  who.set_staff_id("chaos");
  return who;
}

}  // namespace

Callers::Callers(const e2e::Stage& stage, test::LedgerWatch& watch, CallersSettings settings)
    : stage_(stage), watch_(watch), settings_(std::move(settings)) {
  for (int i = 0; i < settings_.threads; ++i) {
    askers_.emplace_back([this, i] { ask_again_and_again(i); });
  }
  askers_.emplace_back([this] { accept_what_arrives(); });
  others_.emplace_back([this] { watch_pages(); });
}

Callers::~Callers() {
  stop();
  ended_ = true;
  for (std::thread& one : others_) one.join();
}

void Callers::stop() {
  stopping_ = true;
  for (std::thread& one : askers_) one.join();
  askers_.clear();
}

std::vector<std::string> Callers::persons() {
  std::vector<std::string> all;
  for (int i = 0; i < kPersons; ++i) all.push_back("SDS-90" + std::to_string(10 + i));
  return all;
}

// Several persons, so that a batch can hold several of them. Beside what the service needs stands a
// telephone that it did not ask for.
v1::SubmitReferralRequest Callers::request(const std::string& key) const {
  v1::SubmitReferralRequest request = stage_.plain_submission(key);
  const size_t person = std::hash<std::string>{}(key) % kPersons;
  request.mutable_referral()->set_person_ref(persons()[person]);
  v1::Item& telephone = *request.mutable_referral()->add_items();
  telephone.set_category("contact.point");
  telephone.set_value("+33639980141");
  return request;
}

void Callers::ask_again_and_again(int number) {
  test::Dice random(settings_.seed + static_cast<uint64_t>(number) + 1);
  std::vector<demo::DeskClient> desks;
  for (const demo::DeskAccess& access : settings_.desks) desks.emplace_back(access);
  for (int i = 0; !stopping_; ++i) {
    ask(desks, "chaos-" + std::to_string(number) + "-" + std::to_string(i), random);
    e2e::pause_for(std::chrono::milliseconds{random.below(40)});
  }
}

void Callers::ask(std::vector<demo::DeskClient>& desks, const std::string& key,
                  test::Dice& random) {
  const v1::SubmitReferralRequest question = request(key);
  Clock::time_point until = Clock::now() + kPatience;
  bool again = random.below(8) == 0;  // one in eight is asked twice although it was answered
  while (Clock::now() < until) {
    const auto answer = desks[random.below(desks.size())].submit(question);
    if (answer) {
      if (!note(key, *answer) || !again) return;
      again = false;
      continue;
    }
    ++repeated_;
    note_failure(answer.error());
    if (!stopping_) until = Clock::now() + kPatience;
    e2e::pause_for(20ms);
  }
  const std::scoped_lock lock(mutex_);
  wrong_.push_back(key + " was never answered");
}

// False when there is nothing to ask again.
bool Callers::note(const std::string& key, const v1::SubmitReferralResponse& answer) {
  const std::scoped_lock lock(mutex_);
  const Told told{answer.referral().referral_id(), answer.referral().disclosure_id()};
  const auto [before, fresh] = told_.emplace(key, told);
  const bool same = before->second.referral == told.referral;
  if (same && !told.disclosure.empty()) return true;
  if (wrong_.size() < kMostWrong) {
    wrong_.push_back(key + (same ? " was recorded and not released" : " got two referrals"));
  }
  return false;
}

void Callers::note_failure(const demo::CallFault& fault) {
  if (is_passing(fault)) return;
  const std::scoped_lock lock(mutex_);
  if (wrong_.size() < kMostWrong) wrong_.push_back(fault.text());
}

// The receiving agency's people: their acceptances cross what still arrives.
void Callers::accept_what_arrives() {
  demo::DeskClient desk(settings_.receiver);
  std::set<std::string> done;
  std::string page_token;
  while (!stopping_) {
    v1::ListInboxRequest list;
    *list.mutable_acting() = acting("referente_siao");
    list.set_page_size(50);
    list.set_page_token(page_token);
    const auto page = desk.list_inbox(list);
    if (page) page_token = page->next_page_token();
    for (int i = 0; page && i < page->referrals_size() && !stopping_; ++i) {
      const v1::Referral& referral = page->referrals(i);
      if (done.size() % 3 != 0 || referral.state() != "received") {
        done.insert(referral.referral_id());
        continue;
      }
      v1::AcceptReferralRequest request;
      *request.mutable_acting() = acting("referente_siao");
      request.set_referral_id(referral.referral_id());
      request.set_person_ref("SIAO-" + referral.referral_id().substr(0, 13));
      if (done.insert(referral.referral_id()).second && desk.accept(request)) ++accepted_;
    }
    e2e::pause_for(100ms);
  }
}

// Strangers, who keep every checkpoint they are shown.
void Callers::watch_pages() {
  while (!ended_) {
    for (const auto& [agency, pages] : settings_.pages) {
      for (const Page& page : pages) {
        const auto note = demo::http_get(page.port, "/checkpoint", page.host);
        if (note) watch_.saw(agency, *note);
      }
    }
    e2e::pause_for(30ms);
  }
}

}  // namespace relais::chaos
