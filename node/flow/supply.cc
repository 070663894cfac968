// SPDX-License-Identifier: Apache-2.0
#include "node/flow/supply.h"

#include <algorithm>

#include "node/core/minimal.h"
#include "node/flow/carried.h"
#include "node/flow/entry.h"
#include "node/flow/explain.h"
#include "node/flow/fresh.h"
#include "node/flow/hold.h"
#include "node/flow/payload.h"
#include "node/flow/question.h"
#include "node/flow/record.h"
#include "node/flow/safe_contact.h"
#include "node/flow/seen.h"
#include "policy/decide.h"
#include "policy/lifecycle.h"

namespace relais::flow {
namespace {

bool is_way_back(const StoredReferral& referral) {
  return referral.direction == Direction::received;
}

Result<void> check_stage(const Line& line, const StoredReferral& referral) {
  if (is_way_back(referral)) {
    if (has_outcome(referral.state)) return {};
    return fail(FaultKind::precondition, "an outcome is told when the referral is over", "state");
  }
  if (referral.handle.empty()) {
    return fail(FaultKind::precondition, "a question about room is followed by a request", "state");
  }
  if (referral.state == "draft" || referral.state == "requested") {
    return fail(FaultKind::precondition, "the other agency has not received the request yet",
                "state");
  }
  if (policy::is_open(line.vocabulary, referral.state)) return {};
  return fail(FaultKind::precondition, "this referral is over", "state");
}

// The question's request: the one that was kept, with what is new.
Result<KeptRequest> asked_of(const StoredReferral& referral, const Supply& supply) {
  KeptRequest kept;
  if (is_way_back(referral)) {
    kept.request = {referral.reference, referral.counterpart, referral.service,   kWayBack,
                    supply.consent,     supply.items,         supply.attestations};
    return kept;
  }
  RELAIS_TRY(decoded, decode_request(referral.body));
  kept = std::move(decoded);
  kept.request.items = supply.items;
  if (!supply.consent.empty()) kept.request.consent = supply.consent;
  for (const Attestation& attestation : supply.attestations) {
    std::erase_if(kept.request.attestations,
                  [&](const Attestation& old) { return old.key == attestation.key; });
    kept.request.attestations.push_back(attestation);
  }
  return kept;
}

bool same(const AskedItem& one, const AskedItem& other) {
  return one.category == other.category && one.value.reveal() == other.value.reveal();
}

// What the other agency was told already under this handle, the last word of each category.
Result<std::vector<AskedItem>> told_before(const Line& line, const StoredReferral& referral) {
  RELAIS_TRY(entries, line.account.entries(referral.person));
  std::vector<AskedItem> told;
  for (const AccountEntry& entry : entries) {
    RELAIS_TRY(shared, ledger::decode_shared(entry.shared_bytes));
    const bool ours = shared.event == ledger::Event::disclosed &&
                      shared.handle == referral.handle.text() &&
                      shared.sender_agency == line.settings.agency.text();
    if (!ours) continue;
    RELAIS_TRY(items, decode_items(entry.payload));
    put_over(std::move(items), told);
  }
  return told;
}

// A question ready to be decided, and what it was made of.
struct Prepared {
  StoredReferral referral;
  Person person;
  Question question;
  uint64_t seen = 0;  // entries the person had
  bool is_new = true;
};

Result<Prepared> prepare(const Line& line, const Caller& caller, const ReferralId& id,
                         const Supply& supply) {
  RELAIS_TRY(found, line.referrals.get(id));
  RELAIS_TRY(seen, seen_again(line, found));
  if (!seen.referral) return fail(FaultKind::not_found, "no such referral", "referral_id");
  RELAIS_TRY_VOID(check_named(line, caller.acting));
  RELAIS_TRY_VOID(check_stage(line, *seen.referral));
  Prepared prepared;
  prepared.seen = seen.entries;
  prepared.referral = std::move(*seen.referral);
  const StoredReferral& referral = prepared.referral;
  RELAIS_TRY(told, told_before(line, referral));
  RELAIS_TRY(kept, asked_of(referral, supply));
  const auto known = [&](const AskedItem& item) {
    return std::any_of(told.begin(), told.end(),
                       [&](const AskedItem& old) { return same(item, old); });
  };
  auto& items = kept.request.items;
  prepared.is_new = items.empty() || !std::all_of(items.begin(), items.end(), known);
  if (prepared.is_new) std::erase_if(items, known);
  RELAIS_TRY(person, line.people.get(referral.person));
  const bool returns = is_way_back(referral);
  RELAIS_TRY(whole, person_in_all(line, std::move(person),
                                  returns ? referral.reference : PersonReference{}));
  prepared.person = person_there(std::move(whole), kept);
  RELAIS_TRY(question, ask(line, prepared.person, kept.request, caller.acting.role,
                           Stage{referral.state, returns}));
  prepared.question = std::move(question);
  prepared.question.scope.confirmed_by_human = supply.confirmed;
  return prepared;
}

// The kept request with what left now, so that the referral shows all that left.
Result<Bytes> body_with(const Line& line, const StoredReferral& referral, const Minimal& minimal) {
  RELAIS_TRY(kept, decode_request(referral.body));
  for (const Item& item : minimal.referral().items) {
    const std::string& code = line.vocabulary.at(item.category).code;
    put_over({{code, item.value}}, kept.request.items);
    std::erase(kept.released, code);
    kept.released.push_back(code);
  }
  return encode_request(kept);
}

// How the referral has travelled so far goes on with it: what is kept from some readers stays so.
std::vector<std::string> attachments_with(const StoredReferral& referral,
                                          const policy::Decision& decision) {
  std::vector<std::string> attachments = referral.attachments;
  for (std::string& one : travelling_attachments(decision)) {
    const bool there = std::find(attachments.begin(), attachments.end(), one) != attachments.end();
    if (!there) attachments.push_back(std::move(one));
  }
  return attachments;
}

// minimise ─▶ record, as a message of the referral's own order.
Result<Draft> draft_supply(const Line& line, const Caller& caller, const Prepared& prepared,
                           Permit permit, const Explained& explained) {
  const StoredReferral& referral = prepared.referral;
  Referral asked = referral_of(line, referral, prepared.question);
  asked.disclosure = DisclosureId(fresh_uuid(line.clock, line.entropy));
  asked.acting = caller.acting;
  if (is_way_back(referral)) asked.purpose = kWayBack;
  const Minimal minimal = minimise(std::move(asked), std::move(permit));
  Recording recording =
      recording_of(line, prepared.question, explained, prepared.person, caller.acting.role);
  put_contact(prepared.question, recording.private_part);
  recording.trace_id = caller.trace_id;
  recording.expected = ExpectedState{referral.id, referral.state, referral.sequence_out};
  recording.referral = referral;
  recording.referral.attachments = attachments_with(referral, explained.decision);
  Draft draft = draft_disclosure(line, minimal, std::move(recording));
  draft.referral.reset();
  draft.queued->sequence = referral.sequence_out + 1;
  draft.as_of_seq = prepared.seen;
  ReferralChange change;
  change.id = referral.id;
  change.sequence_out = draft.queued->sequence;
  if (!is_way_back(referral)) {
    RELAIS_TRY(body, body_with(line, referral, minimal));
    change.body = std::move(body);
  }
  draft.change = std::move(change);
  return draft;
}

// nullopt: something moved meanwhile, decide again.
Result<std::optional<Submitted>> supply_once(const Line& line, const Caller& caller,
                                             const ReferralId& id, const Supply& supply) {
  RELAIS_TRY(prepared, prepare(line, caller, id, supply));
  policy::Ruling ruling =
      policy::decide(*prepared.question.law, prepared.question.facts, prepared.question.scope);
  Explained explained = explain(line, prepared.question, std::move(ruling.decision));
  if (!prepared.is_new) return Submitted{std::move(prepared.referral), std::move(explained)};
  Draft draft;
  if (ruling.permit) {
    RELAIS_TRY(sent, draft_supply(line, caller, prepared, std::move(*ruling.permit), explained));
    draft = std::move(sent);
  } else {
    draft = draft_held(line, caller, prepared.referral, prepared.question, explained);
    draft.shared.disclosure_id = fresh_uuid(line.clock, line.entropy);  // never used for a message
    draft.as_of_seq = prepared.seen;
  }
  RELAIS_TRY(outcome, line.ledger.append(std::move(draft)));
  if (!std::holds_alternative<Appended>(outcome)) return std::optional<Submitted>();
  line.tally.decided(explained.decision.outcome);
  RELAIS_TRY(referral, line.referrals.get(id));
  if (!referral) return fail(FaultKind::not_found, "no such referral", "referral_id");
  return Submitted{std::move(*referral), std::move(explained)};
}

}  // namespace

bool has_outcome(const std::string& state) { return state == "completed" || state == "failed"; }

Result<Explained> preview_supply(const Line& line, const Caller& caller, const ReferralId& id,
                                 const Supply& supply) {
  RELAIS_TRY(prepared, prepare(line, caller, id, supply));
  policy::Decision decision = policy::evaluate(*prepared.question.law, prepared.question.facts);
  return explain(line, prepared.question, std::move(decision));
}

Result<Submitted> supply(const Line& line, const Caller& caller, const ReferralId& id,
                         const Supply& supply) {
  for (int decisions = 0; decisions < kMostDecisions; ++decisions) {
    RELAIS_TRY(supplied, supply_once(line, caller, id, supply));
    if (supplied) return std::move(*supplied);
  }
  return fail(FaultKind::unavailable, "the person's record keeps changing; try again");
}

}  // namespace relais::flow
