// SPDX-License-Identifier: Apache-2.0
#include "node/flow/message.h"

#include "node/flow/entry.h"
#include "node/flow/fresh.h"
#include "node/flow/payload.h"
#include "node/ledger/crypto.h"

namespace relais::flow {

Draft draft_said(const Line& line, const Caller& caller, const StoredReferral& referral) {
  Draft draft = draft_entry(line, ledger::Event::outcome, referral.person, caller.trace_id);
  ledger::SharedPart& shared = draft.shared;
  shared.handle = referral.handle.text();
  shared.sender_agency = line.settings.agency.text();
  shared.recipient_agency = referral.counterpart.text();
  shared.recipient_name = both(line.directories.current()->name_of(referral.counterpart));
  shared.recipient_service = referral.service.text();
  draft.private_part.asking_role = caller.acting.role;
  return draft;
}

void put_message(const Line& line, const StoredReferral& referral, Draft& draft) {
  const DisclosureId message(fresh_uuid(line.clock, line.entropy));
  const Instant now = line.clock.now();
  draft.payload = encode_items({});
  draft.shared.disclosure_id = message.text();
  draft.shared.payload_digest = ledger::sha256(draft.payload);
  draft.queued = Queued{message,
                        referral.counterpart,
                        referral.id,
                        referral.sequence_out + 1,
                        now + line.settings.expiry,
                        now + line.settings.give_up};
  draft.change->sequence_out = referral.sequence_out + 1;
}

}  // namespace relais::flow
