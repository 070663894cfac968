// SPDX-License-Identifier: Apache-2.0
#include "node/flow/submit.h"

#include <algorithm>

#include "node/core/minimal.h"
#include "node/core/step.h"
#include "node/flow/explain.h"
#include "node/flow/fresh.h"
#include "node/flow/hold.h"
#include "node/flow/payload.h"
#include "node/flow/question.h"
#include "node/flow/record.h"
#include "node/flow/words.h"
#include "node/ledger/crypto.h"
#include "policy/decide.h"
#include "policy/lifecycle.h"

namespace relais::flow {
namespace {

bool is_printable(const std::string& text, size_t most) {
  return !text.empty() && text.size() <= most &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

// While a duty may be open, a machine that fails must say whom to telephone.
template <class T>
Result<T> with_route(const Line& line, bool protective, Result<T> result) {
  const bool machinery =
      !result &&
      (result.error().retryable() || result.error().kind == FaultKind::in_doubt ||
       result.error().kind == FaultKind::corrupt || result.error().kind == FaultKind::internal);
  if (!protective || !machinery) return result;
  const auto directory = line.directories.current();
  const Agency* self = directory->find(line.settings.agency);
  Fault fault = std::move(result.error());
  fault.telephone_route = telephone_route(self == nullptr ? "" : self->jurisdiction);
  return tl::unexpected(std::move(fault));
}

// The body an idempotency key was used with: everything asked, and by which role.
Digest body_digest(const Request& request, const ActingProfessional& acting) {
  Bytes body = encode_request({request, acting.role, "", {}});
  if (request.capacity_probe) body += kCapacityProbe;
  return ledger::sha256(body + request.follows.text() + request.replaces.text());
}

// One attempt to bring a referral through the line, and where it is kept.
struct Attempted {
  const Caller& caller;
  KeptRequest kept;
  StoredReferral stored;
  std::optional<Submission> submission;
  std::optional<ExpectedState> expected;
  bool confirmed = false;
};

StoredReferral fresh_referral(const Line& line, const Person& person, const Request& request) {
  StoredReferral stored;
  stored.id = ReferralId(fresh_uuid(line.clock, line.entropy));
  stored.direction = Direction::sent;
  stored.disclosure = DisclosureId(fresh_uuid(line.clock, line.entropy));
  if (!request.capacity_probe) stored.handle = Handle(fresh_hex(line.entropy, 32));
  stored.person = person.id;
  stored.counterpart = request.recipient;
  stored.service = request.service;
  stored.purpose = request.purpose;
  stored.state = "draft";
  stored.created = line.clock.now();
  stored.expires = stored.created + line.settings.expiry;
  return stored;
}

Stage stage_of(const Attempted& attempted) {
  return Stage{attempted.kept.request.capacity_probe ? kCapacityProbe : "requested"};
}

Referral referral_of(const Line& line, const Attempted& attempted, const Question& question) {
  Referral referral = referral_of(line, attempted.stored, question);
  referral.acting = attempted.caller.acting;
  return referral;
}

Fault already_answered() {
  return {FaultKind::precondition, "somebody else has answered or confirmed this draft", "state"};
}

// The first answer, from the kept facts.
Result<Submitted> first_answer(const Line& line, const Existing& existing) {
  if (!existing.same_body) {
    return fail(FaultKind::already_exists, "this idempotency key was used with another body",
                "idempotency_key");
  }
  RELAIS_TRY(stored, line.referrals.get(existing.referral));
  if (!stored) return fail(FaultKind::corrupt, "an idempotency key without its referral");
  RELAIS_TRY(kept, decode_request(stored->body));
  RELAIS_TRY(person, line.people.get(stored->person));
  RELAIS_TRY(facts, policy::Facts::from_canonical(kept.facts, line.vocabulary));
  policy::Decision decision = policy::evaluate(*line.laws.current(), facts);
  // The recipient may have left the directory since: then there is no place to send anybody to.
  auto question = ask(line, person, kept.request, kept.role);
  Explained explained = question ? explain(line, *question, std::move(decision))
                                 : in_words(line, std::move(decision));
  return Submitted{std::move(*stored), std::move(explained)};
}

// minimise ─▶ record. nullopt: stale, decide again.
Result<std::optional<Submitted>> release(const Line& line, Attempted& attempted,
                                         const Person& person, const Question& question,
                                         policy::Ruling ruling) {
  Minimal minimal = minimise(referral_of(line, attempted, question), std::move(*ruling.permit));
  Explained explained = explain(line, question, std::move(ruling.decision));
  StoredReferral stored = attempted.stored;
  stored.state = stage_of(attempted).state;
  stored.reason.clear();
  stored.delivery = "queued";
  stored.sequence_out = 1;
  stored.duty = false;
  stored.attachments = travelling_attachments(explained.decision);
  stored.expires = minimal.referral().expires;
  attempted.kept.released = line.vocabulary.codes(minimal.permit().released());
  stored.body = encode_request(attempted.kept);
  Recording recording =
      recording_of(line, question, explained, person, attempted.caller.acting.role);
  recording.trace_id = attempted.caller.trace_id;
  recording.submission = attempted.submission;
  recording.expected = attempted.expected;
  recording.referral = stored;
  RELAIS_TRY(recorded, record(line, std::move(minimal), std::move(recording)));
  if (std::holds_alternative<Stale>(recorded)) return std::optional<Submitted>();
  if (std::holds_alternative<Moved>(recorded)) return tl::unexpected(already_answered());
  if (const auto* existing = std::get_if<Existing>(&recorded)) {
    RELAIS_TRY(first, first_answer(line, *existing));
    return std::optional<Submitted>(std::move(first));
  }
  stored.index = std::get<Appended>(recorded).index;
  line.tally.decided(explained.decision.outcome);
  return std::optional<Submitted>(Submitted{std::move(stored), std::move(explained)});
}

// Nothing leaves now: the attempt is recorded without payload, and the request kept as a draft that
// a human may answer or confirm.
Result<Submitted> hold(const Line& line, Attempted& attempted, const Question& question,
                       policy::Decision decision) {
  const policy::Outcome outcome = decision.outcome;
  const bool duty = outcome == policy::Outcome::oblige || outcome == policy::Outcome::blocked ||
                    outcome == policy::Outcome::conflict;
  Explained explained = explain(line, question, std::move(decision));
  Draft draft = draft_held(line, attempted.caller, attempted.stored, question, explained);
  StoredReferral stored = attempted.stored;
  stored.state = "draft";
  stored.duty = duty;
  stored.attachments = explained.decision.attachments;
  stored.body = encode_request(attempted.kept);
  draft.referral = stored;
  draft.submission = attempted.submission;
  draft.expected = attempted.expected;
  RELAIS_TRY(appended, line.ledger.append(std::move(draft)));
  if (std::holds_alternative<Moved>(appended)) return tl::unexpected(already_answered());
  if (const auto* existing = std::get_if<Existing>(&appended)) {
    return first_answer(line, *existing);
  }
  stored.index = std::get<Appended>(appended).index;
  line.tally.decided(outcome);
  return Submitted{std::move(stored), std::move(explained)};
}

// decide, then release or hold; again while the person's epoch moves under it.
Result<Submitted> conclude(const Line& line, Attempted attempted, Person person) {
  for (int decisions = 0; decisions < kMostDecisions; ++decisions) {
    RELAIS_TRY(question,
               ask(line, person, attempted.kept.request, attempted.kept.role, stage_of(attempted)));
    question.scope.confirmed_by_human = attempted.confirmed;
    attempted.kept.facts = question.facts.canonical(line.vocabulary);
    at_step("submit.before_decide");
    policy::Ruling ruling = policy::decide(*question.law, question.facts, question.scope);
    if (!ruling.permit) return hold(line, attempted, question, std::move(ruling.decision));
    RELAIS_TRY(submitted, release(line, attempted, person, question, std::move(ruling)));
    if (submitted) return std::move(*submitted);
    RELAIS_TRY(again, line.people.get(attempted.stored.person));
    person = std::move(again);
  }
  return fail(FaultKind::unavailable, "the person's record keeps changing; try again");
}

// The request goes on where the question about room stood: the same referral here, a new one there.
Result<void> follow(const Line& line, const Request& request, Attempted& attempted) {
  RELAIS_TRY(asked, line.referrals.get(request.follows));
  const bool ours = asked && asked->direction == Direction::sent &&
                    asked->state == kCapacityProbe && asked->person == attempted.stored.person &&
                    asked->counterpart == request.recipient && asked->service == request.service;
  if (!ours) {
    return fail(FaultKind::precondition,
                "no question about room of this person to this service stands open", "follows");
  }
  attempted.stored.id = asked->id;
  attempted.expected = ExpectedState{asked->id, kCapacityProbe};
  return {};
}

// What has ended is not opened again: another takes its place, and says so here.
Result<void> replace(const Line& line, const Request& request, Attempted& attempted) {
  RELAIS_TRY(ended, line.referrals.get(request.replaces));
  const bool over = ended && ended->direction == Direction::sent && ended->state != "draft" &&
                    ended->person == attempted.stored.person &&
                    !policy::is_open(line.vocabulary, ended->state);
  if (!over) {
    return fail(FaultKind::precondition, "no referral of this person that has ended", "replaces");
  }
  attempted.kept.replaces = ended->id;
  return {};
}

Result<Submitted> submit_once(const Line& line, const Caller& caller, const std::string& key,
                              const Request& request) {
  if (!is_printable(key, 64)) {
    return fail(FaultKind::invalid, "1 to 64 printable characters", "idempotency_key");
  }
  const Submission submission{caller.client, key, body_digest(request, caller.acting)};
  at_step("submit.before_lookup");
  RELAIS_TRY(existing, line.referrals.submitted(submission));
  if (existing) return first_answer(line, *existing);
  RELAIS_TRY_VOID(check_request(line, request, caller.acting.role));
  RELAIS_TRY(person, line.people.open(request.person));
  Attempted attempted{caller,
                      {request, caller.acting.role, "", {}},
                      fresh_referral(line, person, request),
                      submission,
                      std::nullopt};
  if (!request.follows.empty()) RELAIS_TRY_VOID(follow(line, request, attempted));
  if (!request.replaces.empty()) RELAIS_TRY_VOID(replace(line, request, attempted));
  return conclude(line, std::move(attempted), std::move(person));
}

// A draft as it is kept, ready for another attempt by this caller.
Result<Submitted> again(const Line& line, const Caller& caller, const ReferralId& id,
                        const std::vector<Attestation>& attestations, bool confirmed) {
  RELAIS_TRY(stored, line.referrals.get(id));
  if (!stored) return fail(FaultKind::not_found, "no such referral", "referral_id");
  if (stored->direction != Direction::sent || stored->state != "draft") {
    return fail(FaultKind::precondition, "only a draft can be answered or confirmed", "state");
  }
  if (stored->handle.empty()) {
    return fail(FaultKind::precondition, "a question about room is asked anew", "state");
  }
  RELAIS_TRY(kept, decode_request(stored->body));
  for (const Attestation& attestation : attestations) {
    auto& all = kept.request.attestations;
    all.erase(std::remove_if(all.begin(), all.end(),
                             [&](const Attestation& old) { return old.key == attestation.key; }),
              all.end());
    all.push_back(attestation);
  }
  RELAIS_TRY(person, line.people.get(stored->person));
  RELAIS_TRY_VOID(check_named(line, caller.acting));
  const ExpectedState expected{stored->id, "draft"};
  Attempted attempted{caller,       std::move(kept), std::move(*stored),
                      std::nullopt, expected,        confirmed};
  return conclude(line, std::move(attempted), std::move(person));
}

Result<Submitted> confirm_once(const Line& line, const Caller& caller, const ReferralId& id) {
  RELAIS_TRY(stored, line.referrals.get(id));
  if (stored && !stored->duty) {
    return fail(FaultKind::precondition, "no duty waits in this referral", "state");
  }
  return again(line, caller, id, {}, true);
}

}  // namespace

Result<Explained> preview(const Line& line, const Caller& caller, const Request& request) {
  RELAIS_TRY_VOID(check_request(line, request, caller.acting.role));
  RELAIS_TRY(found, line.people.find(request.person));
  const Person nobody;
  RELAIS_TRY(question, ask(line, found ? *found : nobody, request, caller.acting.role));
  policy::Decision decision = policy::evaluate(*question.law, question.facts);
  return explain(line, question, std::move(decision));
}

Result<Submitted> submit(const Line& line, const Caller& caller, const std::string& key,
                         const Request& request) {
  return with_route(line, is_protective(request.purpose), submit_once(line, caller, key, request));
}

Result<Submitted> answer_asks(const Line& line, const Caller& caller, const ReferralId& id,
                              const std::vector<Attestation>& attestations) {
  return with_route(line, true, again(line, caller, id, attestations, false));
}

Result<Submitted> confirm_duty(const Line& line, const Caller& caller, const ReferralId& id) {
  return with_route(line, true, confirm_once(line, caller, id));
}

}  // namespace relais::flow
