// SPDX-License-Identifier: Apache-2.0
#include "node/flow/heed.h"

#include <algorithm>
#include <limits>

#include "node/flow/entry.h"
#include "node/flow/erase.h"
#include "node/flow/judge.h"
#include "node/flow/payload.h"
#include "node/flow/seen.h"
#include "node/flow/tell.h"
#include "node/flow/withhold.h"
#include "policy/lifecycle.h"

namespace relais::flow {
namespace {

using ledger::Event;

constexpr uint64_t kLast = std::numeric_limits<int64_t>::max();

bool is_lifted(const Verified& verified) { return verified.shared.reason == "lifted"; }

// A lift is a word about an objection or a restriction; nothing else carries a reason.
bool is_formed(const Envelope& envelope, const Verified& verified) {
  const ledger::SharedPart& shared = verified.shared;
  const bool liftable = shared.event == Event::objection || shared.event == Event::restricted;
  if (!shared.reason.empty() && !(liftable && is_lifted(verified))) return false;
  if (shared.event == Event::corrected) return true;  // what it brings is judged item by item
  return brings_nothing(envelope, verified);
}

// A message of the handle that has not come by now comes too late: the sender had done with each
// before it sent the notice.
Tombstone stop_of(const Envelope& envelope, const Verified& verified) {
  Tombstone stop;
  stop.peer = envelope.sender;
  stop.handle = Handle(verified.shared.handle);
  const bool erased = verified.shared.event == Event::erased;
  stop.sequence = erased ? kLast : std::min(envelope.sequence, kLast);
  stop.until = envelope.expires;
  return stop;
}

void answer(Draft& draft, const std::string& word) {
  const bool kept = word.rfind("kept:", 0) == 0;
  draft.shared.status = kept ? "kept" : word.empty() ? "erased" : word;
  draft.shared.reason = kept ? word : "";
  draft.filed->status = kept ? "refused" : "filed";
  draft.filed->reason = word;
}

// The same of somebody who is known here: the entry tells them what it comes to.
void answer_known(Draft& draft, const std::string& word, Heard heard = Heard::by_recipient) {
  answer(draft, word);
  const Label done = done_words(word, heard);
  draft.private_part.sentence_fr += done.fr;
  draft.private_part.sentence_en += done.en;
}

// Nothing is filed here under the handle, or not any more. The entry is about nobody, so it stays:
// it does not name the handle.
Draft draft_nobody(const Line& line, const Envelope& envelope, const Verified& verified,
                   const std::string& word) {
  Draft draft = draft_reception(line, verified.shared.event, PersonId{}, envelope, verified);
  draft.shared.handle.clear();
  answer(draft, word);
  draft.stop = stop_of(envelope, verified);
  draft.stop->unknown = word.rfind("kept:", 0) != 0;
  const bool erased = verified.shared.event == Event::erased;
  say(draft,
      erased ? "Une autre agence a effacé une personne."
             : "Une personne a exercé un droit dans une autre agence.",
      erased ? "Another agency erased a person." : "A person exercised a right at another agency.");
  return draft;
}

// Consent was all it rested on (GDPR 17(1)(b)).
Result<bool> rests_on_consent(const std::vector<AccountEntry>& entries) {
  bool any = false;
  for (const AccountEntry& entry : entries) {
    RELAIS_TRY(shared, ledger::decode_shared(entry.shared_bytes));
    for (const std::string& basis : shared.data_protection_basis) {
      if (basis != "A6-1-a" && basis != "A9-2-a") return false;
      any = true;
    }
  }
  return any;
}

// An entry about the person of the handle; the referral is as it was read, or it is decided again.
Draft draft_known(const Line& line, const StoredReferral& referral, const Envelope& envelope,
                  const Verified& verified) {
  Draft draft = draft_reception(line, verified.shared.event, referral.person, envelope, verified);
  ReferralChange change;
  change.id = referral.id;
  change.sequence_in = std::max(referral.sequence_in, envelope.sequence);
  draft.change = std::move(change);
  draft.expected = ExpectedState{referral.id, referral.state, referral.sequence_out};
  withhold_if_attached(referral.attachments, {}, line.clock.now(), line.settings.withhold_days,
                       draft.private_part);
  const Label words =
      heeded_words(verified.sender.name, verified.shared.event, is_lifted(verified));
  say(draft, words.fr, words.en);
  return draft;
}

Result<Draft> draft_withdrawn(const Line& line, const StoredReferral& referral,
                              const Envelope& envelope, const Verified& verified) {
  RELAIS_TRY(entries, line.account.entries(referral.person));
  RELAIS_TRY(hold, hold_on(line.settings.retention, entries, Date::of(line.clock.now())));
  RELAIS_TRY(consent_alone, rests_on_consent(entries));
  if (!hold && consent_alone) {
    RELAIS_TRY(kept, erase_as_told(line, envelope.sender, referral.handle));
    return draft_nobody(line, envelope, verified, kept.empty() ? "erased" : kept);
  }
  Draft draft = draft_known(line, referral, envelope, verified);
  answer_known(draft, hold ? kept_code(*hold) : "stopped");
  draft.stop = stop_of(envelope, verified);
  if (policy::is_open(line.vocabulary, referral.state)) {
    draft.change->state = "consent_withdrawn";
    draft.change->reason = "consent_withdrawn";
  }
  return draft;
}

// In force, whenever it comes; its end only if nothing newer came: rather too long than too short.
Draft draft_limited(const Line& line, const StoredReferral& referral, const Envelope& envelope,
                    const Verified& verified) {
  Draft draft = draft_known(line, referral, envelope, verified);
  const bool lifted = is_lifted(verified);
  if (lifted && envelope.sequence <= referral.sequence_in) {
    answer(draft, "stopped");  // what came later still holds
    return draft;
  }
  answer_known(draft, lifted ? "resumed" : "stopped");
  draft.rights = RightsChange{};
  const bool objects = verified.shared.event == Event::objection;
  (objects ? draft.rights->objection : draft.rights->restriction) = !lifted;
  return draft;
}

// The stored items with the corrected values; nothing when one of them was never received.
std::optional<Bytes> corrected_body(const std::vector<AskedItem>& items, std::string_view body) {
  auto held = decode_items(body);
  if (!held || put_right(items, *held).size() != items.size()) return std::nullopt;
  return encode_items(*held);
}

// What is corrected is corrected here, if it is what this agency received and may keep.
Result<Draft> draft_put_right(const Line& line, const StoredReferral& known,
                              const Envelope& envelope, const Verified& verified) {
  RELAIS_TRY(seen, seen_again(line, known));
  if (!seen.referral) return draft_refusal(line, envelope, verified, "not_expected");
  const StoredReferral& referral = *seen.referral;
  Draft draft = draft_known(line, referral, envelope, verified);
  if (brings_nothing(envelope, verified)) {
    answer(draft, "noted");
    return draft;
  }
  RELAIS_TRY(verdict, judge_items(line, envelope, verified));
  if (!verdict.refusal.empty()) return draft_refusal(line, envelope, verified, verdict.refusal);
  auto body = corrected_body(verdict.items, referral.body);
  if (!body) return draft_refusal(line, envelope, verified, "not_declared");
  const std::string fr = draft.private_part.sentence_fr;
  const std::string en = draft.private_part.sentence_en;
  put_filed(verified, envelope, std::move(verdict.decided), draft);
  say(draft, fr, en);
  withhold_if_attached(referral.attachments, {}, line.clock.now(), line.settings.withhold_days,
                       draft.private_part);
  draft.change->body = std::move(*body);
  draft.as_of_seq = seen.entries;
  answer_known(draft, "corrected");
  return draft;
}

// What the person asked at the service's counter holds for this referral, until they end it there.
void put_right_there(const Verified& verified, KeptRequest& kept) {
  const std::string code(ledger::code_of(verified.shared.event));
  std::erase(kept.rights_there, code);
  if (!is_lifted(verified)) kept.rights_there.push_back(code);
}

// A word of the service about a referral that was sent to it. What this agency was told back is not
// shown any more, or put right; what else was to go there is decided again with it.
Result<Draft> draft_way_back(const Line& line, const StoredReferral& referral, KeptRequest kept,
                             const Envelope& envelope, const Verified& verified) {
  const Event event = verified.shared.event;
  Draft draft = draft_known(line, referral, envelope, verified);
  const bool late = is_lifted(verified) && envelope.sequence <= referral.sequence_in;
  if (event == Event::corrected && brings_nothing(envelope, verified)) {
    put_right_there(verified, kept);
    answer_known(draft, "noted", Heard::by_referrer);
  } else if (event == Event::corrected) {
    RELAIS_TRY(verdict, judge_items(line, envelope, verified, Stage{referral.state, true}));
    if (!verdict.refusal.empty()) return draft_refusal(line, envelope, verified, verdict.refusal);
    const auto body = corrected_body(verdict.items, encode_items(kept.outcome));
    if (!body) return draft_refusal(line, envelope, verified, "not_declared");
    RELAIS_TRY(outcome, decode_items(*body));
    kept.outcome = std::move(outcome);
    answer_known(draft, "corrected");
  } else if (late) {
    answer(draft, "stopped");
  } else if (event == Event::objection || event == Event::restricted) {
    if (!is_lifted(verified)) kept.outcome.clear();
    put_right_there(verified, kept);
    answer_known(draft, is_lifted(verified) ? "resumed" : "stopped", Heard::by_referrer);
  } else {
    kept.outcome.clear();
    answer_known(draft, event == Event::erased ? "erased" : "stopped");
    draft.stop = stop_of(envelope, verified);
  }
  draft.change->body = encode_request(kept);
  return draft;
}

}  // namespace

Result<Draft> draft_heeded(const Line& line, const Envelope& envelope, const Verified& verified) {
  if (!is_formed(envelope, verified)) {
    return draft_refusal(line, envelope, verified, "not_declared");
  }
  const Handle handle(verified.shared.handle);
  RELAIS_TRY(found, line.referrals.by_handle(envelope.sender, handle));
  if (found && found->direction == Direction::sent && found->service == envelope.service) {
    RELAIS_TRY(kept, decode_request(found->body));
    const bool about_it = goes_back(verified.shared.event) || !kept.outcome.empty();
    if (found->state != "draft" && about_it) {
      return draft_way_back(line, *found, std::move(kept), envelope, verified);
    }
  }
  if (verified.shared.event == Event::erased) {
    RELAIS_TRY(kept, erase_as_told(line, envelope.sender, handle));
    return draft_nobody(line, envelope, verified, kept);
  }
  if (!found) return draft_nobody(line, envelope, verified, "stopped");
  if (found->direction != Direction::received || found->service != envelope.service) {
    return draft_refusal(line, envelope, verified, "not_expected");
  }
  if (verified.shared.event == Event::consent_withdrawn) {
    return draft_withdrawn(line, *found, envelope, verified);
  }
  if (verified.shared.event == Event::corrected) {
    RELAIS_TRY(stopped, is_stopped(line, envelope, verified));
    if (stopped) return draft_refusal(line, envelope, verified, "stopped");
    return draft_put_right(line, *found, envelope, verified);
  }
  return draft_limited(line, *found, envelope, verified);
}

Result<bool> is_stopped(const Line& line, const Envelope& envelope, const Verified& verified) {
  return line.notices.stopped(envelope.sender, Handle(verified.shared.handle), envelope.sequence);
}

}  // namespace relais::flow
