// SPDX-License-Identifier: Apache-2.0
#include "node/flow/follow.h"

#include <algorithm>
#include <utility>

#include "node/core/step.h"
#include "node/flow/entry.h"
#include "node/flow/fresh.h"
#include "node/flow/payload.h"
#include "node/flow/words.h"
#include "node/ledger/crypto.h"

namespace relais::flow {
namespace {

// Of what was sent, what left; of a draft, what was asked.
std::vector<AskedItem> held_items(const StoredReferral& referral, KeptRequest& kept) {
  std::vector<AskedItem>& items = kept.request.items;
  if (referral.state != "draft") {
    std::erase_if(items, [&](const AskedItem& item) {
      const auto& left = kept.released;
      return std::find(left.begin(), left.end(), item.category) == left.end();
    });
  }
  return std::move(items);
}

Result<Opened> opened(StoredReferral referral) {
  Opened one;
  if (referral.direction == Direction::received) {
    RELAIS_TRY(items, decode_items(referral.body));
    one.items = std::move(items);
    one.reference = referral.reference;
  } else {
    RELAIS_TRY(kept, decode_request(referral.body));
    one.reference = kept.request.person;
    one.items = held_items(referral, kept);
  }
  one.referral = std::move(referral);
  return one;
}

Result<StoredReferral> waiting(const Line& line, const ReferralId& id) {
  RELAIS_TRY(found, line.referrals.get(id));
  if (!found) return fail(FaultKind::not_found, "no such referral", "referral_id");
  if (found->direction != Direction::received || found->state != "received") {
    return fail(FaultKind::precondition, "only a received referral not yet answered", "state");
  }
  return std::move(*found);
}

// The answer is a message of its own: an entry, a queued envelope without payload, and the new
// state.
Draft draft_answer(const Line& line, const Caller& caller, const StoredReferral& referral,
                   const std::string& state, const std::string& reason) {
  Draft draft = draft_entry(line, ledger::Event::outcome, referral.person, caller.trace_id);
  const auto directory = line.directories.current();
  const Agency* self = directory->find(line.settings.agency);
  const Agency* peer = directory->find(referral.counterpart);
  const std::string& id = line.settings.agency.text();
  const Label own_name = self == nullptr ? Label{id, id} : self->name;
  const DisclosureId message(fresh_uuid(line.clock, line.entropy));
  const Instant now = line.clock.now();
  draft.payload = encode_items({});
  ledger::SharedPart& shared = draft.shared;
  shared.disclosure_id = message.text();
  shared.handle = referral.handle.text();
  shared.sender_agency = line.settings.agency.text();
  shared.recipient_agency = referral.counterpart.text();
  shared.recipient_name = peer == nullptr ? referral.counterpart.text() : both(peer->name);
  shared.recipient_service = referral.service.text();
  shared.purpose = "outcome_feedback";
  shared.payload_digest = ledger::sha256(draft.payload);
  shared.status = state;
  shared.reason = reason;
  const Label words = answer_words(own_name, state, reason);
  say(draft, words.fr, words.en);
  draft.private_part.asking_role = caller.acting.role;
  draft.queued = Queued{message,
                        referral.counterpart,
                        referral.id,
                        referral.sequence_out + 1,
                        now + line.settings.expiry,
                        now + line.settings.give_up};
  ReferralChange change;
  change.id = referral.id;
  change.state = state;
  change.reason = reason;
  change.sequence_out = referral.sequence_out + 1;
  draft.change = change;
  draft.expected = ExpectedState{referral.id, "received"};
  return draft;
}

Result<Opened> answer(const Line& line, const Caller& caller, const ReferralId& id,
                      const std::string& state, const std::string& reason) {
  RELAIS_TRY(referral, waiting(line, id));
  at_step("answer.before_append");
  RELAIS_TRY(outcome, line.ledger.append(draft_answer(line, caller, referral, state, reason)));
  if (std::holds_alternative<Moved>(outcome)) {
    return fail(FaultKind::precondition, "somebody else has answered this referral", "state");
  }
  RELAIS_CHECK(std::holds_alternative<Appended>(outcome));
  return get_referral(line, id);
}

}  // namespace

Result<Opened> get_referral(const Line& line, const ReferralId& id) {
  RELAIS_TRY(found, line.referrals.get(id));
  if (!found) return fail(FaultKind::not_found, "no such referral", "referral_id");
  return opened(std::move(*found));
}

Result<Inbox> list_inbox(const Line& line, const std::string& token, int page_size) {
  RELAIS_TRY(page, line.referrals.inbox(token, page_size));
  Inbox inbox;
  for (StoredReferral& referral : page.referrals) {
    RELAIS_TRY(one, opened(std::move(referral)));
    inbox.referrals.push_back(std::move(one));
  }
  const bool full = static_cast<int>(page.tokens.size()) == page_size;
  if (full) inbox.next = page.tokens.back();
  inbox.tokens = std::move(page.tokens);
  return inbox;
}

Result<Opened> accept(const Line& line, const Caller& caller, const ReferralId& id,
                      const PersonReference& reference) {
  RELAIS_TRY(referral, waiting(line, id));
  // Filing first: should the node stop before the answer, accepting again files to the same place.
  if (!reference.empty()) {
    RELAIS_TRY_VOID(line.people.file_under(referral.person, reference));
  }
  return answer(line, caller, id, "accepted", "");
}

Result<Opened> reject(const Line& line, const Caller& caller, const ReferralId& id,
                      const std::string& reason) {
  if (line.vocabulary.label("reason_code", reason) == nullptr) {
    return fail(FaultKind::invalid, "a reason code of the vocabulary is mandatory", "reason_code");
  }
  return answer(line, caller, id, "rejected", reason);
}

}  // namespace relais::flow
