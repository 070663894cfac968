// SPDX-License-Identifier: Apache-2.0
#include "node/flow/erase.h"

#include <algorithm>
#include <array>

#include "node/core/step.h"
#include "node/flow/entry.h"
#include "node/flow/fresh.h"
#include "node/flow/payload.h"
#include "node/ledger/crypto.h"

namespace relais::flow {
namespace {

constexpr int kMostDecisions = 4;

struct Worded {
  std::string_view reason;
  const char* article;
};
constexpr std::array kReasons{
    Worded{"no_longer_needed", "GDPR, art. 17(1)(a)"},
    Worded{"consent_withdrawn", "GDPR, art. 17(1)(b)"},
    Worded{"objection", "GDPR, art. 17(1)(c)"},
    Worded{"unlawful", "GDPR, art. 17(1)(d)"},
    Worded{"legal_duty", "GDPR, art. 17(1)(e)"},
};

// Whoever something was disclosed to, once for each handle.
Result<void> add_notices(const Line& line, const std::vector<AccountEntry>& entries,
                         std::vector<ErasureNotice>& notices) {
  for (const AccountEntry& entry : entries) {
    RELAIS_TRY(shared, ledger::decode_shared(entry.shared_bytes));
    const bool sent = shared.event == ledger::Event::disclosed &&
                      shared.sender_agency == line.settings.agency.text();
    const auto known = [&](const ErasureNotice& one) { return one.handle.text() == shared.handle; };
    if (!sent || std::any_of(notices.begin(), notices.end(), known)) continue;
    ErasureNotice notice;
    notice.id = DisclosureId(fresh_uuid(line.clock, line.entropy));
    notice.entry = EntryId(fresh_uuid(line.clock, line.entropy));
    notice.peer = AgencyId(shared.recipient_agency);
    notice.service = ServiceId(shared.recipient_service);
    notice.handle = Handle(shared.handle);
    notices.push_back(std::move(notice));
  }
  return {};
}

ErasureRequest fresh_request(const Line& line, const PersonReference& reference,
                             const std::string& reason) {
  ErasureRequest request;
  request.id = ErasureId(fresh_uuid(line.clock, line.entropy));
  request.reference = reference;
  request.reason = reason;
  request.entry = EntryId(fresh_uuid(line.clock, line.entropy));
  request.requested = line.clock.now();
  return request;
}

// Gathers what the rows hold; a Hold when a duty to keep stands against erasing one of them.
Result<std::optional<Hold>> gather(const Line& line, const std::vector<PersonId>& rows,
                                   ErasureRequest& request) {
  std::optional<Hold> longest;
  for (const PersonId& row : rows) {
    RELAIS_TRY(head, line.account.head(row));  // first: a later entry is then seen as one
    RELAIS_TRY(entries, line.account.entries(row));
    RELAIS_TRY(hold, hold_on(line.settings.retention, entries, Date::of(line.clock.now())));
    if (hold && (!longest || longest->until < hold->until)) longest = hold;
    RELAIS_TRY_VOID(add_notices(line, entries, request.notices));
    request.rows.push_back({row, head.last_seq});
  }
  return longest;
}

// Closed, or held; again while entries are still being made.
Result<std::variant<ErasureId, Hold>> close(const Line& line, const std::vector<PersonId>& rows,
                                            const PersonReference& reference,
                                            const std::string& reason) {
  for (int decisions = 0; decisions < kMostDecisions; ++decisions) {
    ErasureRequest request = fresh_request(line, reference, reason);
    RELAIS_TRY(hold, gather(line, rows, request));
    if (hold) return std::variant<ErasureId, Hold>(*hold);
    at_step("erase.before_request");
    RELAIS_TRY(closed, line.erasures.request(request));
    at_step("erase.after_request");
    if (closed) return std::variant<ErasureId, Hold>(request.id);
  }
  return fail(FaultKind::unavailable, "the person's record keeps changing; try again");
}

// That a duty stands against it is recorded, about the person, before anybody is told.
Result<void> record_hold(const Line& line, const Caller& caller, const PersonId& person,
                         const std::string& reason, const Hold& hold) {
  Draft draft = draft_entry(line, ledger::Event::erased, person, caller.trace_id);
  draft.shared.purpose = "subject_rights";
  draft.shared.status = "kept";
  draft.shared.reason = reason;
  draft.private_part.asking_role = caller.acting.role;
  auto& details = draft.private_part.details;
  details.emplace_back("retention_duty", hold.id);
  details.emplace_back("retention_until", hold.until.text());
  std::sort(details.begin(), details.end());
  say(draft, render_hold(hold, "fr"), render_hold(hold, "en"));
  RELAIS_TRY(outcome, line.ledger.append(std::move(draft)));
  RELAIS_CHECK(std::holds_alternative<Appended>(outcome));
  return {};
}

Draft draft_notice(const Line& line, const ErasureNotice& notice) {
  Draft draft = draft_entry(line, ledger::Event::erased, PersonId{}, {});
  const auto directory = line.directories.current();
  const Agency* peer = directory->find(notice.peer);
  const Instant now = line.clock.now();
  draft.payload = encode_items({});
  ledger::SharedPart& shared = draft.shared;
  shared.entry_id = notice.entry.text();
  shared.disclosure_id = notice.id.text();
  shared.handle = notice.handle.text();
  shared.sender_agency = line.settings.agency.text();
  shared.recipient_agency = notice.peer.text();
  shared.recipient_name = peer == nullptr ? notice.peer.text() : both(peer->name);
  shared.recipient_service = notice.service.text();
  shared.purpose = "subject_rights";
  shared.payload_digest = ledger::sha256(draft.payload);
  shared.status = "notice";
  draft.queued = Queued{notice.id,
                        notice.peer,
                        ReferralId{},
                        1,
                        now + line.settings.expiry,
                        now + line.settings.expiry};
  return draft;
}

// `already_exists`: it stands from an earlier attempt.
Result<void> append_once(const Line& line, Draft draft) {
  const auto outcome = line.ledger.append(std::move(draft));
  if (outcome || outcome.error().kind == FaultKind::already_exists) return {};
  return tl::unexpected(outcome.error());
}

Result<void> notify(const Line& line, const Erasure& erasure) {
  for (const ErasureNotice& notice : erasure.notices) {
    if (notice.status != "new") continue;
    at_step("erase.before_notice");
    RELAIS_TRY_VOID(append_once(line, draft_notice(line, notice)));
    at_step("erase.after_notice");
    RELAIS_TRY_VOID(line.erasures.queued(notice.id));
  }
  return {};
}

// It lists nothing of what was erased: that somebody was, under which article, and when.
Result<void> record_erasure(const Line& line, const Erasure& erasure) {
  Draft draft = draft_entry(line, ledger::Event::erased, PersonId{}, {});
  draft.shared.entry_id = erasure.entry.text();
  draft.shared.purpose = "subject_rights";
  draft.shared.status = "erased";
  draft.shared.reason = erasure.reason;
  draft.private_part.details.emplace_back("erasure", erasure.id.text());
  std::sort(draft.private_part.details.begin(), draft.private_part.details.end());
  say(draft, "Ce que nous gardions sur une personne a été effacé.",
      "What we kept about one person was erased.");
  return append_once(line, std::move(draft));
}

Result<void> go_on(const Line& line, const Erasure& erasure) {
  if (!erasure.clear) return {};  // something may still be under way to a peer
  RELAIS_TRY_VOID(notify(line, erasure));
  at_step("erase.before_destroy");
  RELAIS_TRY_VOID(line.erasures.destroy(erasure.id));
  at_step("erase.after_destroy");
  RELAIS_TRY_VOID(record_erasure(line, erasure));
  at_step("erase.after_entry");
  RELAIS_TRY_VOID(line.erasures.shredded(erasure.id, line.clock.now()));
  at_step("erase.after_shredded");
  return {};
}

}  // namespace

const char* erasure_article(const std::string& reason) {
  for (const Worded& one : kReasons) {
    if (one.reason == reason) return one.article;
  }
  return nullptr;
}

Result<Erased> erase(const Line& line, const Caller& caller, const PersonReference& reference,
                     const std::string& reason) {
  if (erasure_article(reason) == nullptr) {
    return fail(FaultKind::invalid,
                "reason is no_longer_needed, consent_withdrawn, objection, unlawful or legal_duty",
                "reason");
  }
  RELAIS_TRY(rows, line.people.filed_under(reference));
  if (rows.empty()) return fail(FaultKind::not_found, "nobody is filed under this reference");
  RELAIS_TRY(closed, close(line, rows, reference, reason));
  if (auto* hold = std::get_if<Hold>(&closed)) {
    RELAIS_TRY_VOID(record_hold(line, caller, rows.front(), reason, *hold));
    return Erased(std::move(*hold));
  }
  const ErasureId& id = std::get<ErasureId>(closed);
  RELAIS_TRY(begun, line.erasures.find(id));
  RELAIS_CHECK(begun.has_value());
  RELAIS_TRY_VOID(go_on(line, *begun));
  RELAIS_TRY(now, line.erasures.find(id));
  RELAIS_CHECK(now.has_value());
  return Erased(std::move(*now));
}

Result<void> continue_erasures(const Line& line) {
  RELAIS_TRY(unfinished, line.erasures.unfinished());
  for (const Erasure& erasure : unfinished) RELAIS_TRY_VOID(go_on(line, erasure));
  return line.erasures.forget_answered();
}

Result<std::string> erase_as_told(const Line& line, const AgencyId& peer, const Handle& handle) {
  RELAIS_TRY(found, line.referrals.by_handle(peer, handle));
  if (!found || found->direction != Direction::received) return std::string();
  RELAIS_TRY(closed, close(line, {found->person}, {}, "legal_duty"));
  if (auto* hold = std::get_if<Hold>(&closed)) return "kept:" + hold->id + ":" + hold->until.text();
  return std::string();  // its rows are closed; continue_erasures() does the rest
}

bool is_erasure_notice(const StoredDisclosure& stored) { return stored.referral.id.empty(); }

Result<void> note_erasure_answer(const Line& line, const StoredDisclosure& stored,
                                 const std::string& status, const std::string& reason) {
  if (status == "delivered") return line.erasures.answered(stored.queued.disclosure, "erased", "");
  if (status == "refused") return line.erasures.answered(stored.queued.disclosure, "kept", reason);
  return line.erasures.answered(stored.queued.disclosure, "undeliverable", reason);
}

}  // namespace relais::flow
