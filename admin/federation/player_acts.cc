// SPDX-License-Identifier: Apache-2.0
// What people do before and after a request.
#include "admin/federation/player.h"
#include "admin/federation/player_calls.h"

namespace relais::demo {

void Player::confirm(const StoryReferral& told, const Action& action, Played& played) {
  v1::ConfirmDutyRequest request;
  *request.mutable_acting() = acting(role_of(told, action));
  request.set_referral_id(played.referral.referral_id());
  const auto answer = desk(told.from).confirm(request);
  played.done.push_back("confirmé / confirmed by " + role_of(told, action));
  if (done_before(answer)) return;
  if (const auto* response = taken(answer, "confirm", played)) played.last = response->decision();
}

void Player::answer(const StoryReferral& told, const Action& action, Played& played) {
  v1::AnswerAsksRequest request;
  *request.mutable_acting() = acting(role_of(told, action));
  request.set_referral_id(played.referral.referral_id());
  put(action.attest, request.mutable_attestations());
  const auto answer = desk(told.from).answer(request);
  if (const auto* response = taken(answer, "answer", played)) played.last = response->decision();
  for (const auto& [key, values] : action.attest) {
    played.done.push_back("attesté / attested " + key + " = " + values.front());
  }
}

void Player::take_up(const StoryReferral& told, const Action& action, Played& played) {
  const std::string id =
      wait_until_filed(told, played.referral.disclosure_id(), played).referral_id();
  if (id.empty()) return;
  if (action.kind == Action::Kind::accept) {
    v1::AcceptReferralRequest request;
    *request.mutable_acting() = acting(role_of(told, action));
    request.set_referral_id(id);
    request.set_person_ref(action.person);
    const auto answer = desk(told.to).accept(request);
    if (!done_before(answer)) taken(answer, "accept", played);
    played.done.push_back("accepté / accepted by " + role_of(told, action));
    return;
  }
  v1::RejectReferralRequest request;
  *request.mutable_acting() = acting(role_of(told, action));
  request.set_referral_id(id);
  request.set_reason_code(action.reason);
  const auto answer = desk(told.to).reject(request);
  if (!done_before(answer)) taken(answer, "reject", played);
  played.done.push_back("refusé / rejected by " + role_of(told, action) + ": " + action.reason);
}

void Player::exercise(const StoryReferral& told, const Action& action, Played& played) {
  if (action.kind == Action::Kind::withdraw) {
    v1::WithdrawConsentRequest request;
    *request.mutable_acting() = acting(role_of(told, action));
    request.set_person_ref(told.person);
    request.set_consent_id(consents_[told.consent]);
    const auto answer = desk(told.from).withdraw(request);
    if (!done_before(answer)) taken(answer, "withdraw", played);
    played.done.push_back("accord retiré / consent withdrawn");
    return;
  }
  const bool objection = action.kind == Action::Kind::object;
  v1::RecordObjectionRequest request;
  *request.mutable_acting() = acting(role_of(told, action));
  request.set_person_ref(told.person);
  request.set_right(objection ? v1::RIGHT_OBJECTION : v1::RIGHT_RESTRICTION);
  const auto answer = desk(told.from).object(request);
  taken(answer, "record objection", played);
  played.done.push_back(objection ? "opposition / objection" : "limitation / restriction");
}

void Player::act(const StoryReferral& told, const Action& action, Played& played) {
  switch (action.kind) {
    case Action::Kind::confirm:
      return confirm(told, action, played);
    case Action::Kind::answer:
      return answer(told, action, played);
    case Action::Kind::accept:
    case Action::Kind::reject:
      return take_up(told, action, played);
    case Action::Kind::withdraw:
    case Action::Kind::object:
    case Action::Kind::restrict_use:
      return exercise(told, action, played);
    case Action::Kind::peer_away:
      federation_.stop(told.to);
      played.done.push_back("le nœud " + told.to + " est arrêté / is stopped");
      return;
    case Action::Kind::peer_back:
      break;
  }
  const auto started = federation_.start(told.to);
  if (!started) played.trouble.push_back("start " + told.to + ": " + started.error().where);
  played.done.push_back("le nœud " + told.to + " revient / is back");
}

}  // namespace relais::demo
