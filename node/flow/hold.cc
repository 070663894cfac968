// SPDX-License-Identifier: Apache-2.0
#include "node/flow/hold.h"

#include "node/flow/entry.h"
#include "node/flow/explain.h"
#include "node/flow/withhold.h"

namespace relais::flow {
namespace {

// Who asked whom, for what: known of an attempt too that sends nothing.
void put_parties(Draft& draft, const Line& line, const StoredReferral& referral,
                 const Question& question) {
  draft.shared.disclosure_id = referral.disclosure.text();
  draft.shared.sender_agency = line.settings.agency.text();
  draft.shared.recipient_agency = question.recipient->id.text();
  draft.shared.recipient_name = both(question.recipient->name);
  draft.shared.purpose = question.facts.text(line.vocabulary, policy::FactKey::purpose);
  if (question.service == nullptr) return;
  draft.shared.recipient_service = question.service->id.text();
  draft.shared.recipient_service_name = both(question.service->name);
  draft.shared.recipient_address = question.service->address;
}

}  // namespace

Draft draft_held(const Line& line, const Caller& caller, const StoredReferral& referral,
                 const Question& question, const Explained& explained) {
  const policy::Decision& decision = explained.decision;
  const bool obliged = decision.outcome == policy::Outcome::oblige;
  Draft draft = draft_entry(line, obliged ? ledger::Event::obliged : ledger::Event::refused,
                            referral.person, caller.trace_id);
  put_decided_part(private_part(line, question, explained, caller.acting.role), draft);
  withhold_if_attached(decision.attachments, decision.grounds, line.clock.now(),
                       line.settings.withhold_days, draft.private_part);
  put_parties(draft, line, referral, question);
  draft.shared.attachments = decision.attachments;
  draft.shared.status = std::string(policy::text_of(decision.outcome));
  return draft;
}

}  // namespace relais::flow
