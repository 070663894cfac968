// SPDX-License-Identifier: Apache-2.0
#include "node/flow/erase.h"

#include <array>

#include "node/core/step.h"
#include "node/flow/entry.h"
#include "node/flow/fresh.h"
#include "node/flow/tell.h"

namespace relais::flow {
namespace {

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
    RELAIS_TRY_VOID(add_notices(line, entries, Telling{}, request.notices));
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
  add_details({{"retention_duty", hold.id}, {"retention_until", hold.until.text()}},
              draft.private_part);
  say(draft, render_hold(hold, "fr"), render_hold(hold, "en"));
  RELAIS_TRY(outcome, line.ledger.append(std::move(draft)));
  RELAIS_CHECK(std::holds_alternative<Appended>(outcome));
  return {};
}

Result<void> notify(const Line& line, const Erasure& erasure) {
  for (const Notice& notice : erasure.notices) {
    if (notice.status != "new") continue;
    at_step("erase.before_notice");
    RELAIS_TRY_VOID(append_once(line, draft_notice(line, notice)));
    at_step("erase.after_notice");
    RELAIS_TRY_VOID(line.notices.queued(notice.id));
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
  add_details({{"erasure", erasure.id.text()}}, draft.private_part);
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

std::string kept_code(const Hold& hold) { return "kept:" + hold.article + ":" + hold.until.text(); }

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
  return line.notices.forget(line.clock.now());
}

Result<std::string> erase_as_told(const Line& line, const AgencyId& peer, const Handle& handle) {
  RELAIS_TRY(found, line.referrals.by_handle(peer, handle));
  if (!found || found->direction != Direction::received) return std::string();
  RELAIS_TRY(closed, close(line, {found->person}, {}, "legal_duty"));
  if (auto* hold = std::get_if<Hold>(&closed)) return kept_code(*hold);
  return std::string();  // its rows are closed; continue_erasures() does the rest
}

}  // namespace relais::flow
