// SPDX-License-Identifier: Apache-2.0
#include "node/flow/reception.h"

#include "node/flow/entry.h"
#include "node/flow/fresh.h"
#include "node/flow/named.h"
#include "node/flow/note.h"
#include "node/flow/payload.h"
#include "node/flow/tell.h"
#include "node/flow/withhold.h"
#include "node/flow/words.h"
#include "policy/lifecycle.h"

namespace relais::flow {
namespace {

// The state a peer's move starts from. Its answer may overtake its own acknowledgement.
std::string state_before(const StoredReferral& referral) {
  const bool overtaken = referral.direction == Direction::sent && referral.state == "requested";
  return overtaken ? "received" : referral.state;
}

// The person speaks at either counter; at the sender's by a notice (heed.h), not by a move.
policy::Mover mover_of(const StoredReferral& referral, const std::string& state) {
  if (referral.direction == Direction::received) return policy::Mover::sender;
  return state == "consent_withdrawn" ? policy::Mover::person : policy::Mover::target;
}

// A word of the target or the person that no table lets follow, and that is taken all the same:
// theirs, with the reason it needs, said before they had heard of ours (docs/decisions/0080).
bool crosses(const Line& line, const std::string& before, policy::Mover mover,
             const ledger::SharedPart& shared) {
  if (mover == policy::Mover::sender) return false;
  const policy::State* state = line.vocabulary.find_state(shared.status);
  if (state == nullptr || state->owner != policy::text_of(mover) ||
      state->needs_reason == shared.reason.empty()) {
    return false;
  }
  // Its ending is the answer to a question to cancel: nothing else will come. And whatever a human
  // answered beats this side's timer, which is nobody's judgement.
  return (before == "cancel_requested" && state->terminal) || before == "expired";
}

// What the peer's move comes to here: it is made; it crossed a move of ours, is kept and changes
// nothing; or it is out of place.
enum class Effect { made, crossed, illegal };
Effect effect_of(const Line& line, const StoredReferral& referral, const Envelope& envelope,
                 const ledger::SharedPart& shared) {
  const policy::Mover mover = mover_of(referral, shared.status);
  // The order of moves is judged below; a word no vocabulary has is out of place at any time.
  const bool known =
      shared.reason.empty() || line.vocabulary.label("reason_code", shared.reason) != nullptr;
  if (!known) return Effect::illegal;
  const std::string before = state_before(referral);
  const auto legal =
      policy::check_move(line.vocabulary, before, shared.status, mover, shared.reason);
  if (legal || crosses(line, before, mover, shared)) {
    return envelope.sequence > referral.sequence_in ? Effect::made : Effect::crossed;
  }
  const bool ours_came_first =
      !policy::is_open(line.vocabulary, before) || before == "cancel_requested";
  return legal.error().kind == FaultKind::precondition && ours_came_first ? Effect::crossed
                                                                          : Effect::illegal;
}

// With the request it is about, sealed: the reason's column is in the clear.
Result<void> keep_note(const StoredReferral& referral, const std::string& note,
                       ReferralChange& change) {
  if (note.empty() || referral.direction != Direction::sent) return {};
  RELAIS_TRY(kept, decode_request(referral.body));
  kept.note = note;
  change.body = encode_request(kept);
  return {};
}

// The person withdrew at the service's counter: the consent the referral relied on is withdrawn
// here as well, and whoever received something under it is told, the service too, which answers.
Result<void> put_withdrawal(const Line& line, const StoredReferral& referral, Draft& draft) {
  RELAIS_TRY(kept, decode_request(referral.body));
  RELAIS_TRY(person, line.people.get(referral.person));
  for (const Consent& consent : person.consents) {
    if (consent.id != kept.request.consent || consent.state == "withdrawn") continue;
    draft.consent = consent.withdrawn();
    Telling telling = telling_of(draft);
    telling.event = ledger::Event::consent_withdrawn;
    telling.consent = consent.id.text();
    return put_notices(line, telling, draft);
  }
  return {};
}

}  // namespace

bool brings_nothing(const Envelope& envelope, const Verified& verified) {
  return verified.shared.categories_released.empty() && envelope.payload == encode_items({});
}

Draft draft_reception(const Line& line, ledger::Event event, const PersonId& person,
                      const Envelope& envelope, const Verified& verified) {
  Draft draft = draft_entry(line, event, person, {});
  ledger::SharedPart& shared = draft.shared;
  shared.disclosure_id = envelope.disclosure.text();
  shared.handle = verified.shared.handle;
  shared.sender_agency = envelope.sender.text();
  shared.recipient_agency = line.settings.agency.text();
  // Its own name and its service's are this agency's to say, whatever the sender wrote.
  const Service* service = verified.self.service(envelope.service);
  shared.recipient_name = both(verified.self.name);
  shared.recipient_service = envelope.service.text();
  shared.recipient_service_name = service == nullptr ? "" : both(service->name);
  shared.purpose = verified.shared.purpose;
  shared.counterpart_origin = verified.shared.origin;
  shared.counterpart_entry_id = verified.shared.entry_id;
  // What the sender's log is held to: its witnesses may have been shown another history.
  add_details({{ledger::kSenderCheckpoint, verified.shown}}, draft.private_part);
  draft.filed = Filed{envelope.sender, envelope.disclosure, verified.digest, "filed", ""};
  return draft;
}

StoredReferral received_referral(const Line& line, const Draft& draft, const Envelope& envelope,
                                 const Verified& verified, const char* state) {
  StoredReferral referral;
  referral.id = ReferralId(fresh_uuid(line.clock, line.entropy));
  referral.direction = Direction::received;
  referral.disclosure = envelope.disclosure;
  referral.handle = Handle(verified.shared.handle);
  referral.person = draft.person;
  referral.counterpart = envelope.sender;
  referral.service = envelope.service;
  referral.purpose = verified.shared.purpose;
  referral.state = state;
  referral.attachments = verified.shared.attachments;
  referral.created = from_unix_ms(static_cast<int64_t>(draft.shared.time_claimed_ms));
  referral.expires = envelope.expires;
  referral.sequence_in = envelope.sequence;
  referral.body = envelope.payload;
  return referral;
}

Draft draft_refusal(const Line& line, const Envelope& envelope, const Verified& verified,
                    const std::string& reason) {
  Draft draft = draft_reception(line, ledger::Event::refused,
                                PersonId(fresh_uuid(line.clock, line.entropy)), envelope, verified);
  draft.new_person = true;
  draft.shared.status = "refused";
  draft.shared.reason = reason;
  draft.filed->status = "refused";
  draft.filed->reason = reason;
  const Label words = reception_refused_words(verified.sender.name, reason);
  say(draft, words.fr, words.en);
  return draft;
}

namespace {

// What the other side said of it, in this side's entry.
Draft draft_told(const Line& line, const Envelope& envelope, const Verified& verified,
                 const StoredReferral& referral, const std::string& note) {
  Draft draft = draft_reception(line, ledger::Event::received, referral.person, envelope, verified);
  draft.shared.status = verified.shared.status;
  draft.shared.reason = verified.shared.reason;
  draft.shared.attachments = verified.shared.attachments;
  withhold_if_attached(referral.attachments, {}, line.clock.now(), line.settings.withhold_days,
                       draft.private_part);
  const Label moved =
      move_words(verified.sender.name, verified.shared.status, verified.shared.reason);
  const Named named = named_in(line, verified.shared.attachments);
  const Label words = with_note(with_named(line, moved, named), note);
  say(draft, words.fr, words.en);
  return draft;
}

}  // namespace

Result<Draft> draft_moved(const Line& line, const Envelope& envelope, const Verified& verified) {
  RELAIS_TRY(found, line.referrals.by_handle(envelope.sender, Handle(verified.shared.handle)));
  if (!found || found->state == "draft" || found->service != envelope.service) {
    return draft_refusal(line, envelope, verified, "not_expected");
  }
  if (!brings_nothing(envelope, verified)) {
    return draft_refusal(line, envelope, verified, "not_declared");
  }
  const Effect effect = effect_of(line, *found, envelope, verified.shared);
  if (effect == Effect::illegal) {
    return draft_refusal(line, envelope, verified, "illegal_transition");
  }
  const auto note = note_of(verified.shared.attachments, verified.shared.reason);
  if (!note) return draft_refusal(line, envelope, verified, "bad_value");
  const std::string& state = verified.shared.status;
  Draft draft = draft_told(line, envelope, verified, *found, *note);
  ReferralChange change;
  change.id = found->id;
  if (effect == Effect::made) {
    change.state = state;
    // The acknowledgement of what it answers may still be on its way to being stored.
    change.if_state = found->state == "requested" ? "requested received" : found->state;
    change.reason = verified.shared.reason;
    change.expires = time_of_its_own(line, state);
    change.sequence_in = envelope.sequence;
    RELAIS_TRY_VOID(keep_note(*found, *note, change));
    // What was read of it is written again: not over what was sent meanwhile.
    if (change.body) draft.expected = ExpectedState{found->id, found->state, found->sequence_out};
  }
  draft.change = change;
  if (effect == Effect::made && state == "consent_withdrawn") {
    RELAIS_TRY_VOID(put_withdrawal(line, *found, draft));
  }
  return draft;
}

}  // namespace relais::flow
