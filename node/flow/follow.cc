// SPDX-License-Identifier: Apache-2.0
#include "node/flow/follow.h"

#include <algorithm>
#include <utility>

#include "node/core/step.h"
#include "node/flow/entry.h"
#include "node/flow/message.h"
#include "node/flow/named.h"
#include "node/flow/note.h"
#include "node/flow/payload.h"
#include "node/flow/question.h"
#include "node/flow/withhold.h"
#include "node/flow/words.h"
#include "policy/lifecycle.h"

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
    one.outcome = std::move(kept.outcome);
    one.note = kept.note;
    one.replaces = kept.replaces;
    one.rights_there = kept.rights_there;
    one.items = held_items(referral, kept);
  }
  one.referral = std::move(referral);
  return one;
}

// At the service's counter the person may end it too; at the sender's, by withdrawing the consent.
policy::Mover mover_of(const StoredReferral& referral, const std::string& state) {
  const bool by_person = referral.direction == Direction::received && state == "consent_withdrawn";
  if (by_person) return policy::Mover::person;
  return referral.direction == Direction::received ? policy::Mover::target : policy::Mover::sender;
}

// A reason without a name is said in words, and only that one is.
Result<void> check_note(const Move& asked) {
  const bool other = asked.reason == kReasonWithNote;
  if (other && !is_note(asked.note)) {
    return fail(FaultKind::invalid, "with the reason other, one line of 1 to 200 characters",
                "reason_note");
  }
  if (!other && !asked.note.empty()) {
    return fail(FaultKind::invalid, "only the reason other takes a note", "reason_note");
  }
  return {};
}

// What the state asks for besides a reason, and nothing else.
Result<void> check_details(const Line& line, const StoredReferral& referral, const Move& asked) {
  if (asked.asked.empty() == (asked.state == "more_info_requested")) {
    return fail(FaultKind::invalid, "asking for more names the categories, and only that does",
                "asked_categories");
  }
  RELAIS_TRY_VOID(check_note(asked));
  if (asked.agency.empty() != asked.service.empty()) {
    return fail(FaultKind::invalid, "another service is named with its agency, or neither",
                asked.agency.empty() ? "other_agency" : "other_service");
  }
  if (asked.state != "redirected" && !asked.agency.empty()) {
    return fail(FaultKind::invalid, "only a redirected referral names another service",
                "other_agency");
  }
  const auto directory = line.directories.current();
  const Agency* self = directory->find(line.settings.agency);
  const Service* service = self == nullptr ? nullptr : self->service(referral.service);
  for (const std::string& code : asked.asked) {
    const auto bit = line.vocabulary.find(code);
    if (service == nullptr || !bit || !service->need().has(*bit)) {
      return fail(FaultKind::invalid, "a service asks only for what it declared",
                  "asked_categories");
    }
  }
  if (asked.agency.empty()) return {};
  const Agency* other = directory->find(asked.agency);
  if (other == nullptr) {
    return fail(FaultKind::invalid, "no such agency in the directory", "other_agency");
  }
  if (other->service(asked.service) == nullptr) {
    return fail(FaultKind::invalid, "no such service at this agency", "other_service");
  }
  return {};
}

// Whether the other agency knows of the referral, or will: what never left is nobody else's news.
bool is_shared(const StoredReferral& referral) {
  if (referral.direction == Direction::received) return true;
  if (referral.sequence_in > 0) return true;  // it answered, whatever its acknowledgement came to
  return referral.delivery == "queued" || referral.delivery == "delivered";
}

Named named_by(const Move& asked) { return {asked.asked, asked.agency, asked.service}; }

void put_details(Draft& draft, const Move& asked) {
  draft.shared.attachments = named_attachments(named_by(asked));
  if (!asked.note.empty()) draft.shared.attachments.push_back(note_attachment(asked.note));
}

// A move is an entry, a queued envelope without payload, and the new state.
Draft draft_move(const Line& line, const Caller& caller, const StoredReferral& referral,
                 const Move& asked) {
  Draft draft = draft_said(line, caller, referral);
  ledger::SharedPart& shared = draft.shared;
  shared.purpose = "outcome_feedback";
  shared.status = asked.state;
  shared.reason = asked.reason;
  const Label self = line.directories.current()->name_of(line.settings.agency);
  const Label words = with_note(
      with_named(line, move_words(self, asked.state, asked.reason), named_by(asked)), asked.note);
  say(draft, words.fr, words.en);
  withhold_if_attached(referral.attachments, {}, line.clock.now(), line.settings.withhold_days,
                       draft.private_part);
  ReferralChange change;
  change.id = referral.id;
  change.state = asked.state;
  change.reason = asked.reason;
  change.expires = time_of_its_own(line, asked.state);
  draft.change = change;
  draft.expected = ExpectedState{referral.id, referral.state, referral.sequence_out};
  put_details(draft, asked);
  if (is_shared(referral)) put_message(line, referral, draft);
  return draft;
}

// One that ran out of time: this side's own clock, this side's own entry, no message.
Draft draft_expiry(const Line& line, const StoredReferral& referral) {
  Draft draft = draft_move(line, Caller{}, referral, Move{"expired", "no_answer", {}, {}, {}});
  draft.queued.reset();
  draft.change->sequence_out.reset();
  draft.payload.clear();
  draft.shared.payload_digest.reset();
  const auto directory = line.directories.current();
  const bool ours = referral.direction == Direction::received;
  const AgencyId& late = ours ? line.settings.agency : referral.counterpart;
  const Label words = move_words(directory->name_of(late), "expired", "");
  say(draft, words.fr, words.en);
  return draft;
}

}  // namespace

Result<Opened> get_referral(const Line& line, const ReferralId& id) {
  RELAIS_TRY(found, line.referrals.get(id));
  if (!found) return fail(FaultKind::not_found, "no such referral", "referral_id");
  RELAIS_TRY(one, opened(std::move(*found)));
  const StoredReferral& referral = one.referral;
  const bool names = referral.state == "more_info_requested" || referral.state == "redirected";
  if (referral.direction == Direction::sent && names) {
    RELAIS_TRY(named, named_last(line, referral));
    one.named = std::move(named);
  }
  return std::move(one);
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

namespace {

// nullopt: it is not as it was read any more.
Result<std::optional<Opened>> move_once(const Line& line, const Caller& caller,
                                        const StoredReferral& referral, const Move& asked,
                                        const PersonReference& reference) {
  RELAIS_TRY_VOID(check_named(line, caller.acting));
  RELAIS_TRY_VOID(policy::check_move(line.vocabulary, referral.state, asked.state,
                                     mover_of(referral, asked.state), asked.reason));
  const bool by_verb =
      asked.state == "requested" || asked.state == "received" || asked.state == kCapacityProbe;
  if (by_verb || referral.handle.empty()) {
    return fail(FaultKind::forbidden, "only asking, sending and filing lead to this state",
                "state");
  }
  RELAIS_TRY_VOID(check_details(line, referral, asked));
  at_step("answer.before_append");
  Draft draft = draft_move(line, caller, referral, asked);
  if (!reference.empty()) draft.filed_under = reference;
  RELAIS_TRY(outcome, line.ledger.append(std::move(draft)));
  if (std::holds_alternative<Moved>(outcome)) return std::optional<Opened>();
  RELAIS_CHECK(std::holds_alternative<Appended>(outcome));
  RELAIS_TRY(opened, get_referral(line, referral.id));
  return std::optional(std::move(opened));
}

// Again while something else was sent about it, which moved nothing.
Result<Opened> make_move(const Line& line, const Caller& caller, const ReferralId& id,
                         const Move& asked, const PersonReference& reference) {
  RELAIS_TRY(referral, line.referrals.get(id));
  if (!referral) return fail(FaultKind::not_found, "no such referral", "referral_id");
  const std::string state = referral->state;
  for (int decisions = 0; decisions < kMostDecisions && referral; ++decisions) {
    if (referral->state != state) break;
    RELAIS_TRY(moved, move_once(line, caller, *referral, asked, reference));
    if (moved) return std::move(*moved);
    RELAIS_TRY(again, line.referrals.get(id));
    referral = std::move(again);
  }
  return fail(FaultKind::precondition, "somebody else has moved this referral", "state");
}

}  // namespace

Result<Opened> move(const Line& line, const Caller& caller, const ReferralId& id,
                    const Move& asked) {
  return make_move(line, caller, id, asked, {});
}

Result<Opened> accept(const Line& line, const Caller& caller, const ReferralId& id,
                      const PersonReference& reference) {
  return make_move(line, caller, id, Move{"accepted", "", {}, {}, {}}, reference);
}

Result<Opened> reject(const Line& line, const Caller& caller, const ReferralId& id,
                      const std::string& reason, const std::string& note) {
  return move(line, caller, id, Move{"rejected", reason, {}, {}, {}, note});
}

Result<size_t> expire(const Line& line, int limit) {
  RELAIS_TRY(late, line.referrals.unanswered(line.clock.now(), limit));
  std::vector<Draft> drafts;
  for (const StoredReferral& referral : late) drafts.push_back(draft_expiry(line, referral));
  size_t expired = 0;
  for (const auto& outcome : line.ledger.append_all(std::move(drafts))) {
    if (!outcome) return tl::unexpected(outcome.error());
    if (std::holds_alternative<Appended>(*outcome)) ++expired;  // else it was answered meanwhile
  }
  return expired;
}

}  // namespace relais::flow
