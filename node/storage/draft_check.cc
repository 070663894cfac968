// SPDX-License-Identifier: Apache-2.0
#include "node/storage/draft_check.h"

#include "node/flow/fresh.h"
#include "node/storage/append_known.h"

namespace relais::storage {
namespace {

// Ids are part of what is authenticated, so they are stored in one spelling only.
Result<void> check_id(const std::string& id, const char* field) {
  if (flow::is_uuid(id)) return {};
  return fail(FaultKind::invalid, "not an id", field);
}
Result<void> check_optional_id(const std::string& id, const char* field) {
  if (id.empty()) return {};
  return check_id(id, field);
}

Result<void> check_message_ids(const flow::Draft& draft) {
  if (draft.queued) {
    RELAIS_TRY_VOID(check_id(draft.queued->disclosure.text(), "queued.disclosure"));
    RELAIS_TRY_VOID(check_optional_id(draft.queued->referral.text(), "queued.referral"));
  }
  if (draft.settled) {
    RELAIS_TRY_VOID(check_id(draft.settled->disclosure.text(), "settled.disclosure"));
  }
  if (draft.filed) return check_id(draft.filed->disclosure.text(), "filed.disclosure");
  return {};
}

Result<void> check_row_ids(const flow::Draft& draft) {
  if (draft.referral) {
    RELAIS_TRY_VOID(check_id(draft.referral->id.text(), "referral.id"));
    RELAIS_TRY_VOID(check_optional_id(draft.referral->disclosure.text(), "referral.disclosure"));
  }
  if (draft.change) RELAIS_TRY_VOID(check_id(draft.change->id.text(), "change.id"));
  if (draft.consent) return check_id(draft.consent->id.text(), "consent.id");
  return {};
}

}  // namespace

Result<void> check_draft(const flow::Draft& draft, const std::string& origin) {
  RELAIS_TRY_VOID(check_id(draft.shared.entry_id, "shared.entry_id"));
  RELAIS_TRY_VOID(check_optional_id(draft.person.text(), "person"));
  RELAIS_TRY_VOID(check_row_ids(draft));
  RELAIS_TRY_VOID(check_message_ids(draft));
  if (draft.shared.origin != origin) {
    return fail(FaultKind::invalid, "the entry names another ledger", "shared.origin");
  }
  for (const flow::Notice& one : draft.notices) {
    RELAIS_TRY_VOID(check_id(one.id.text(), "notices.id"));
    RELAIS_TRY_VOID(check_id(one.entry.text(), "notices.entry"));
    RELAIS_TRY_VOID(check_id(one.cause.text(), "notices.cause"));
    if (one.person != draft.person || one.person.empty()) {
      return fail(FaultKind::invalid, "the notice is about another person", "notices.person");
    }
  }
  // A notice of erasure is about nobody this agency knows any more.
  const bool notice = draft.queued && draft.shared.event == ledger::Event::erased;
  const bool personal = draft.consent || draft.rights || draft.facts || draft.filed_under ||
                        (draft.queued && !notice) || (draft.change && draft.change->body);
  if (draft.person.empty() && personal) {
    return fail(FaultKind::invalid, "the entry must be about a person", "person");
  }
  if (draft.referral && draft.referral->person != draft.person) {
    return fail(FaultKind::invalid, "the referral is about another person", "referral.person");
  }
  if (draft.submission && !draft.referral) {
    return fail(FaultKind::invalid, "a submission without its referral", "submission");
  }
  return {};
}

std::vector<std::string> rows_touched(const flow::Draft& draft) {
  std::vector<std::string> rows;
  if (draft.referral) rows.push_back("referral " + draft.referral->id.text());
  if (draft.change && !(draft.referral && draft.referral->id == draft.change->id)) {
    rows.push_back("referral " + draft.change->id.text());
  }
  if (draft.submission) {
    rows.push_back("submission " + draft.submission->client + '\0' + draft.submission->key);
  }
  if (draft.queued) rows.push_back("message " + draft.queued->disclosure.text());
  if (draft.settled) rows.push_back("message " + draft.settled->disclosure.text());
  if (draft.filed) {
    rows.push_back("filed " + draft.filed->sender.text() + ' ' + draft.filed->disclosure.text());
  }
  if (draft.consent) rows.push_back("consent " + draft.consent->id.text());
  if (const auto handle = handle_of(draft)) {
    rows.push_back("handle " + handle->first + ' ' + handle->second);
  }
  return rows;
}

}  // namespace relais::storage
