// SPDX-License-Identifier: Apache-2.0
#include "node/flow/tell.h"

#include <algorithm>

#include "node/core/step.h"
#include "node/flow/correct.h"
#include "node/flow/entry.h"
#include "node/flow/fresh.h"
#include "node/flow/payload.h"
#include "node/flow/withhold.h"
#include "node/ledger/crypto.h"
#include "policy/lifecycle.h"

namespace relais::flow {
namespace {

constexpr int kMostAtOnce = 256;

// The agency at the other end of what this entry disclosed, or had from it; empty: nobody to tell.
std::string other_end(const Line& line, const ledger::SharedPart& shared, ledger::Event right) {
  if (shared.handle.empty()) return {};  // about room: nobody there knows whom it was about
  const std::string& self = line.settings.agency.text();
  const bool sent = shared.event == ledger::Event::disclosed && shared.sender_agency == self;
  if (sent) return shared.recipient_agency;
  const bool had = shared.event == ledger::Event::received && shared.recipient_agency == self;
  return had && goes_back(right) ? shared.sender_agency : std::string();
}

// Whether what this entry passed on is what the right is about.
Result<bool> concerns(const AccountEntry& entry, const Telling& telling,
                      const ledger::SharedPart& shared) {
  const auto& released = shared.categories_released;
  const auto received = [&](const std::string& code) {
    return std::find(released.begin(), released.end(), code) != released.end();
  };
  const auto& asked = telling.categories;
  if (!asked.empty() && std::none_of(asked.begin(), asked.end(), received)) return false;
  if (telling.consent.empty()) return true;
  RELAIS_TRY(privately, ledger::decode_private(entry.private_bytes));
  return privately.consent_id == telling.consent;
}

// A right is recorded in each row of a person. Of a row that another agency's referral opened, a
// reader who is not shown the referral is not shown the right a second time either: that there is
// such a row is what is kept from them.
Result<void> keep_with_its_referral(const Line& line, Draft& draft) {
  RELAIS_TRY(referrals, line.referrals.of_person(draft.person));
  for (const StoredReferral& referral : referrals) {
    if (referral.direction != Direction::received) continue;
    withhold_if_attached(referral.attachments, {}, line.clock.now(), line.settings.withhold_days,
                         draft.private_part);
  }
  return {};
}

Result<Draft> draft_message(const Line& line, const Notice& notice,
                            const StoredReferral& referral) {
  // Who referred is told that something was wrong; what is right, the person says there.
  const bool ours = referral.direction == Direction::sent;
  if (notice.event == ledger::Event::corrected && ours) {
    return draft_correction(line, notice, referral);
  }
  Draft draft = draft_notice(line, notice);
  withhold_if_attached(referral.attachments, {}, line.clock.now(), line.settings.withhold_days,
                       draft.private_part);
  return draft;
}

// What the service had put right is put right here as well: nobody has to ask the person any more.
// `entries` the person had before the referral was read: what is heard meanwhile stays.
Result<void> put_answered(const Notice& notice, const StoredReferral& referral, uint64_t entries,
                          Draft& draft) {
  const bool ours = referral.direction == Direction::sent;
  if (notice.event != ledger::Event::corrected || !ours) return {};
  RELAIS_TRY(kept, decode_request(referral.body));
  if (std::erase(kept.rights_there, ledger::code_of(ledger::Event::corrected)) == 0) return {};
  draft.change->body = encode_request(kept);
  draft.as_of_seq = entries;
  return {};
}

// The message about a living person, in the order of the referral's own.
Result<Draft> draft_numbered(const Line& line, const Notice& notice) {
  RELAIS_TRY(head, line.account.head(notice.person));
  RELAIS_TRY(referral, line.referrals.by_handle(notice.peer, notice.handle));
  if (!referral) return draft_notice(line, notice);  // it ended long ago and is anonymous here
  RELAIS_TRY(draft, draft_message(line, notice, *referral));
  draft.queued->referral = referral->id;
  draft.queued->sequence = referral->sequence_out + 1;
  draft.expected = ExpectedState{referral->id, referral->state, referral->sequence_out};
  ReferralChange change;
  change.id = referral->id;
  change.sequence_out = draft.queued->sequence;
  const bool ends = notice.event == ledger::Event::consent_withdrawn;
  if (ends && policy::is_open(line.vocabulary, referral->state)) {
    change.state = "consent_withdrawn";
    change.reason = "consent_withdrawn";
  }
  draft.change = std::move(change);
  RELAIS_TRY_VOID(put_answered(notice, *referral, head.last_seq, draft));
  return draft;
}

// Once in effect: the entry's id is the notice's, whoever sends it.
Result<void> send_notice(const Line& line, const Notice& notice) {
  for (int decisions = 0; decisions < kMostDecisions; ++decisions) {
    RELAIS_TRY(draft, draft_numbered(line, notice));
    at_step("tell.before_notice");
    const auto outcome = line.ledger.append(std::move(draft));
    const bool again = outcome && (std::holds_alternative<Moved>(*outcome) ||
                                   std::holds_alternative<Stale>(*outcome));
    if (again) continue;
    if (!outcome && outcome.error().kind != FaultKind::already_exists) {
      return tl::unexpected(outcome.error());
    }
    at_step("tell.after_notice");
    return line.notices.queued(notice.id);
  }
  return fail(FaultKind::unavailable, "the referral keeps moving; try again");
}

}  // namespace

Result<void> add_notices(const Line& line, const std::vector<AccountEntry>& entries,
                         const Telling& telling, std::vector<Notice>& notices) {
  for (const AccountEntry& entry : entries) {
    RELAIS_TRY(shared, ledger::decode_shared(entry.shared_bytes));
    const std::string peer = other_end(line, shared, telling.event);
    RELAIS_TRY(concerned, concerns(entry, telling, shared));
    const auto known = [&](const Notice& one) { return one.handle.text() == shared.handle; };
    if (peer.empty() || !concerned || std::any_of(notices.begin(), notices.end(), known)) continue;
    Notice notice;
    notice.id = DisclosureId(fresh_uuid(line.clock, line.entropy));
    notice.entry = EntryId(fresh_uuid(line.clock, line.entropy));
    notice.event = telling.event;
    notice.lifted = telling.lifted;
    notice.cause = telling.cause;
    notice.person = telling.person;
    notice.peer = AgencyId(peer);
    notice.service = ServiceId(shared.recipient_service);
    notice.handle = Handle(shared.handle);
    notice.asked = line.clock.now();
    notice.due = notice.asked + line.settings.answer_within;
    notices.push_back(std::move(notice));
  }
  return {};
}

bool goes_back(ledger::Event event) {
  return event == ledger::Event::objection || event == ledger::Event::restricted ||
         event == ledger::Event::corrected;
}

Telling telling_of(const Draft& draft) {
  Telling telling;
  telling.event = draft.shared.event;
  telling.cause = EntryId(draft.shared.entry_id);
  telling.person = draft.person;
  return telling;
}

Result<void> put_notices(const Line& line, const Telling& telling, Draft& draft) {
  RELAIS_TRY_VOID(keep_with_its_referral(line, draft));
  RELAIS_TRY(head, line.account.head(draft.person));  // first: a later entry is then seen as one
  RELAIS_TRY(entries, line.account.entries(draft.person));
  draft.as_of_seq = head.last_seq;
  draft.notices.clear();
  return add_notices(line, entries, telling, draft.notices);
}

Result<uint64_t> exercise(const Line& line, const std::function<Result<Draft>()>& draft_it) {
  for (int decisions = 0; decisions < kMostDecisions; ++decisions) {
    RELAIS_TRY(draft, draft_it());
    at_step("tell.before_record");
    RELAIS_TRY(outcome, line.ledger.append(std::move(draft)));
    const bool again =
        std::holds_alternative<Stale>(outcome) || std::holds_alternative<Moved>(outcome);
    if (again) continue;
    auto* appended = std::get_if<Appended>(&outcome);
    RELAIS_CHECK(appended != nullptr);
    at_step("tell.after_record");
    (void)tell_everybody(line);  // a courtesy: what fails here is found again
    return appended->index;
  }
  return fail(FaultKind::unavailable, "the person's record keeps changing; try again");
}

Result<void> tell_everybody(const Line& line) {
  RELAIS_TRY(unsent, line.notices.unsent(kMostAtOnce));
  Result<void> result;
  for (const Notice& notice : unsent) {
    auto sent = send_notice(line, notice);
    if (!sent && result) result = std::move(sent);
  }
  return result;
}

Draft draft_notice(const Line& line, const Notice& notice) {
  Draft draft = draft_entry(line, notice.event, notice.person, {});
  const Label name = line.directories.current()->name_of(notice.peer);
  const Instant now = line.clock.now();
  draft.payload = encode_items({});
  ledger::SharedPart& shared = draft.shared;
  shared.entry_id = notice.entry.text();
  shared.disclosure_id = notice.id.text();
  shared.handle = notice.handle.text();
  shared.sender_agency = line.settings.agency.text();
  shared.recipient_agency = notice.peer.text();
  shared.recipient_name = both(name);
  shared.recipient_service = notice.service.text();
  shared.purpose = "subject_rights";
  shared.payload_digest = ledger::sha256(draft.payload);
  shared.status = "notice";
  shared.reason = notice.lifted ? "lifted" : "";
  const Instant end = now + line.settings.expiry;
  draft.queued = Queued{notice.id, notice.peer, ReferralId{}, 1, end, end};
  const Label words = telling_words(name, notice.event, notice.lifted);
  if (!notice.person.empty()) say(draft, words.fr, words.en);
  return draft;
}

Result<void> append_once(const Line& line, Draft draft) {
  const auto outcome = line.ledger.append(std::move(draft));
  if (outcome || outcome.error().kind == FaultKind::already_exists) return {};
  return tl::unexpected(outcome.error());
}

bool is_notice(const ledger::SharedPart& shared) {
  switch (shared.event) {
    case ledger::Event::erased:
    case ledger::Event::consent_withdrawn:
    case ledger::Event::objection:
    case ledger::Event::restricted:
    case ledger::Event::corrected:
      return shared.status == "notice";
    default:
      return false;
  }
}

Result<std::string> no_need_to_tell(const Line& line, const StoredDisclosure& stored) {
  const std::string& delivery = stored.referral.delivery;
  if (delivery != "withheld" && delivery != "undeliverable") return std::string();
  RELAIS_TRY(entries, line.account.entries(stored.person.id));
  for (const AccountEntry& entry : entries) {
    RELAIS_TRY(shared, ledger::decode_shared(entry.shared_bytes));
    const bool its_end = shared.event == ledger::Event::outcome &&
                         shared.disclosure_id == stored.referral.disclosure.text();
    if (!its_end) continue;
    RELAIS_TRY(privately, ledger::decode_private(entry.private_bytes));
    return std::string(has_detail(privately, kMayHaveLeft) ? "" : "never_left");
  }
  return std::string();
}

}  // namespace relais::flow
