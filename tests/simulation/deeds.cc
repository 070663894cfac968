// SPDX-License-Identifier: Apache-2.0
// What the desks, the workers and the world do: each deed calls the product's verb and says what
// came of it.
#include <algorithm>

#include "node/flow/capacity.h"
#include "node/flow/payload.h"
#include "node/flow/supply.h"
#include "node/flow/tell.h"
#include "policy/lifecycle.h"
#include "tests/simulation/counter.h"
#include "tests/simulation/federation.h"

namespace relais::simulation {
namespace {

// The newest consent that names the recipient, else the newest of any; seldom an old one.
ConsentId consent_for(Agency& at, const PersonReference& reference, const AgencyId& to,
                      uint64_t choice) {
  const auto person = at.kept.find(reference).value();
  if (!person || person->consents.empty()) return {};
  const auto& all = person->consents;
  if (choice >> 40 & 1) return all[(choice >> 41) % all.size()].id;
  const auto named = std::find_if(all.rbegin(), all.rend(), [&](const Consent& one) {
    return one.state == "given" && std::count(one.recipients.begin(), one.recipients.end(), to) > 0;
  });
  return named == all.rend() ? all.back().id : named->id;
}

// Whom the person agreed to, newest first; where there is nobody, whoever.
std::optional<AgencyId> agreed_to(Agency& at, const PersonReference& reference, uint64_t choice) {
  const auto person = at.kept.find(reference).value();
  if (!person) return std::nullopt;
  for (auto one = person->consents.rbegin(); one != person->consents.rend(); ++one) {
    const auto& named = one->recipients;
    if (one->state == "given" && one->in_date(at.clock.now())) return named[choice % named.size()];
  }
  return std::nullopt;
}

}  // namespace

std::string Federation::do_it(Agency& at, const Action& action) {
  switch (action.deed) {
    case Deed::give_consent:
      return give_consent(at, action);
    case Deed::submit:
      return submit(at, action);
    case Deed::repeat:
      return repeat(at, action);
    case Deed::confirm:
      return confirm(at, action);
    case Deed::withdraw:
      return withdraw(at, action);
    case Deed::exercise_right:
      return exercise_right(at, action);
    case Deed::carry:
      return carry(at);
    case Deed::move:
      return move(at, action);
    case Deed::take_on:
      return take_on(at, action);
    case Deed::supply:
      return supply(at, action);
    case Deed::tell:
      return "tells whom it has to" + ended(flow::tell_everybody(at.line()));
    case Deed::expire:
      return "lets run out what is unanswered" + ended(flow::expire(at.line(), 100));
    case Deed::read_statement:
      return read_statement(at, action);
    default:
      return befall(at, action);
  }
}

std::string Federation::submit(Agency& at, const Action& action) {
  flow::Request request;
  request.person = person_of(action);
  const auto agreed = agreed_to(at, request.person, action.choice >> 53);
  const bool to_whom_agreed = agreed && (action.choice >> 44 & 3) != 0;
  request.recipient = to_whom_agreed ? *agreed : other_than(at, action).id();
  request.service = ServiceId("orientation");
  request.purpose = kOrientPurpose;
  request.items = items_by(action.choice);
  if (action.choice >> 50 & 1 && action.choice >> 51 & 1 && action.choice >> 52 & 1) {
    request.purpose = kReportPurpose;
    request.attestations = {{"facts.minor", {"at_risk"}}};
  } else {
    request.consent = consent_for(at, request.person, request.recipient, action.choice);
  }
  if ((action.choice >> 47 & 7) == 0 && request.purpose == kOrientPurpose) {
    return ask_capacity(at, std::move(request));
  }
  at.asked.emplace_back("key-" + std::to_string(keys_++), request);
  const auto [key, kept] = at.asked.back();
  std::string words = "submits " + key + " for " + kept.person.text() + " to " +
                      kept.recipient.text() + " for " + kept.purpose;
  const auto submitted = flow::submit(at.line(), desk(), key, kept);
  if (submitted) words += ", which is " + submitted->referral.state;
  return words + ended(submitted);
}

std::string Federation::ask_capacity(Agency& at, flow::Request request) {
  request.items = {{"need.code", Sensitive<std::string>("housing")},
                   {"identity.age_band", Sensitive<std::string>("18-24")}};
  const std::string key = "key-" + std::to_string(keys_++);
  const auto asked = flow::ask_capacity(at.line(), desk(), key, request);
  std::string words =
      "asks " + request.recipient.text() + " for room, for " + request.person.text();
  if (asked) words += ", which is " + asked->referral.state;
  return words + ended(asked);
}

// The service answers; who asked goes on with a request, or asks again another time.
std::string Federation::go_on(Agency& at, const flow::StoredReferral& question,
                              const Action& action) {
  if (question.direction == flow::Direction::received) {
    return "answers a question about room" +
           ended(flow::answer_capacity(at.line(), desk(), question.id, (action.choice & 1) != 0));
  }
  flow::Request request = flow::decode_request(question.body).value().request;
  request.items = items_by(action.choice);
  request.follows = question.id;
  at.asked.emplace_back("key-" + std::to_string(keys_++), request);
  return "follows a question about room with a request" +
         ended(flow::submit(at.line(), desk(), at.asked.back().first, request));
}

std::string Federation::repeat(Agency& at, const Action& action) {
  if (at.asked.empty()) return "has nothing to repeat";
  const size_t back = action.choice % std::min<size_t>(at.asked.size(), 3);
  const auto [key, request] = at.asked[at.asked.size() - 1 - back];
  return "submits " + key + " again" + ended(flow::submit(at.line(), desk(), key, request));
}

std::string Federation::confirm(Agency& at, const Action&) {
  for (auto id = at.referrals.rbegin(); id != at.referrals.rend(); ++id) {
    const auto referral = at.kept.get(*id).value();
    if (!referral || !referral->duty || referral->state != "draft") continue;
    return "confirms a duty to report" + ended(flow::confirm_duty(at.line(), desk(), *id));
  }
  return "has no duty to confirm";
}

std::string Federation::carry(Agency& at) {
  const auto claim = at.store.claim(16, std::chrono::seconds{120}, {});
  if (!claim) return "could not look at its outbox";
  std::string words = "sends to " + claim->peer.text() + ":";
  if (claim->messages.empty()) return "has nothing to send";
  constexpr const char* kEnds[] = {"delivered",     "refused",   "withheld",
                                   "undeliverable", "postponed", "gone"};
  for (const auto& one : flow::deliver(at.line(), at.courier(), {}, claim->messages)) {
    words += one ? std::string(" ") + kEnds[static_cast<size_t>(*one)] : ended(one);
  }
  return words;
}

std::string Federation::move(Agency& at, const Action& action) {
  const auto id = recent_referral(at, action);
  if (!id) return "has no referral to move";
  const auto referral = at.kept.get(*id).value();
  if (!referral) return "lost the referral it would move";
  if (referral->state == "capacity_probe") return go_on(at, *referral, action);
  const bool received = referral->direction == flow::Direction::received;
  std::vector<flow::Move> moves;
  for (const policy::State& state : common_.words->states()) {
    const std::string reason = state.needs_reason ? "no_capacity" : "";
    const bool withdraws = received && state.code == "consent_withdrawn";
    if (withdraws && (action.choice >> 40) % 4 != 0) continue;
    const auto mover = withdraws  ? policy::Mover::person
                       : received ? policy::Mover::target
                                  : policy::Mover::sender;
    if (!policy::check_move(*common_.words, referral->state, state.code, mover, reason)) continue;
    const bool seldom = state.code == "entered_in_error" || state.code == "capacity_probe";
    if (state.code == "cancel_requested" && (action.choice >> 36) % 4 != 0) continue;
    if (state.code == "requested" || (seldom && (action.choice >> 32) % 8 != 0)) continue;
    moves.push_back({state.code, reason, {}, {}, {}});
    if (state.code == "more_info_requested") moves.back().asked = {"identity.name"};
  }
  if (moves.empty()) return "has no way to move a referral that is " + referral->state;
  const flow::Move& chosen = moves[action.choice % moves.size()];
  const std::string words = "moves a referral from " + referral->state + " to " + chosen.state;
  if (chosen.state == "accepted") {
    return words + ended(flow::accept(at.line(), desk(), *id, person_of(action)));
  }
  return words + ended(flow::move(at.line(), desk(), *id, chosen));
}

// The newest that came: accepted, and then begun.
std::string Federation::take_on(Agency& at, const Action& action) {
  for (auto id = at.referrals.rbegin(); id != at.referrals.rend(); ++id) {
    const auto referral = at.kept.get(*id).value();
    if (!referral || referral->direction != flow::Direction::received) continue;
    if (referral->state == "received") {
      return "accepts the newest" + ended(flow::accept(at.line(), desk(), *id, person_of(action)));
    }
    if (referral->state != "accepted") break;
    return "begins" + ended(flow::move(at.line(), desk(), *id, {"in_progress", "", {}, {}, {}}));
  }
  return "has nothing to take on";
}

// One of the newest that are shared and not over, or have just ended well; seldom any other.
std::optional<ReferralId> Federation::recent_referral(Agency& at, const Action& action) const {
  constexpr size_t kRecent = 12;
  const bool any = (action.choice >> 52) % 8 == 0;
  std::vector<ReferralId> recent;
  for (auto id = at.referrals.rbegin(); id != at.referrals.rend(); ++id) {
    const auto referral = at.kept.get(*id).value();
    if (!referral || recent.size() == kRecent) break;
    const bool told = referral->state == "completed" || referral->state == "failed";
    if (any || told || policy::is_open(*common_.words, referral->state)) recent.push_back(*id);
  }
  if (recent.empty()) return std::nullopt;
  return recent[(action.choice >> 8) % recent.size()];
}

// To the service, items as a desk asks with; back to who referred, an outcome.
std::string Federation::supply(Agency& at, const Action& action) {
  const auto id = recent_referral(at, action);
  if (!id) return "has no referral to say more about";
  const auto referral = at.kept.get(*id).value();
  if (!referral) return "lost the referral it would say more about";
  flow::Supply more;
  more.attestations = {{"recipient.named", {"true"}}};
  if (referral->direction == flow::Direction::received) {
    more.items = {{"outcome.code", Sensitive<std::string>("service_provided")},
                  {"outcome.met", Sensitive<std::string>("met")}};
  } else {
    more.items = items_by(action.choice);
    const bool another = (action.choice >> 44 & 1) != 0;
    if (another) {
      more.consent = consent_for(at, referral->reference, referral->counterpart, action.choice);
    }
  }
  return "says more about a referral that is " + referral->state +
         ended(flow::supply(at.line(), desk(), *id, more));
}

}  // namespace relais::simulation
