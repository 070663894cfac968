// SPDX-License-Identifier: Apache-2.0
// submit ─▶ decide ─▶ minimise ─▶ record: the sender's half of the line, up to the durable ledger
// entry and the queued message. A crash before the entry's COMMIT leaves nothing; after it, the
// outbox delivers. A refused attempt is recorded too, without payload.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/core/referral.h"
#include "node/flow/line.h"
#include "policy/decision.h"

namespace relais::flow {

struct AskedItem {
  std::string category;  // code
  Sensitive<std::string> value;
};

// What a desk asks, before any of it was checked.
struct Request {
  PersonReference person;
  AgencyId recipient;
  ServiceId service;
  std::string purpose;
  ConsentId consent;  // empty: none
  std::vector<AskedItem> items;
  std::vector<Attestation> attestations;
  // Whether there is room, and nothing of who asks for it (capacity.h). Not kept with the request.
  bool capacity_probe = false;
  ReferralId replaces{};  // an earlier referral of the person that has ended; empty: none
  ReferralId follows{};   // the question about room that this request follows; empty: none
};

// What the person may carry themselves where the law says silence.
struct Slip {
  Label service_name;
  std::string address;
  std::string phone;
  std::vector<AskedItem> items;  // needs only
  Label text;
};

// A decision in words.
struct Explained {
  policy::Decision decision;
  Label person;
  Label professional;
  std::optional<Slip> slip;
  bool kept_by_node = false;  // `withhold_from_log_view` is the node's word, not the law's
};

struct Submitted {
  StoredReferral referral;
  Explained explained;
};

// What would leave and why; records nothing. `invalid` names the field: an unknown recipient,
// service, purpose, consent, category, a value of the wrong type, an attestation of a fact with
// another source.
Result<Explained> preview(const Line& line, const Caller& caller, const Request& request);

// Idempotent by (caller.client, key): a repeat returns the first answer, another body with the same
// key is `already_exists`. State "requested" once recorded and queued; "draft" while a human must
// confirm or answer, or where law refused.
Result<Submitted> submit(const Line& line, const Caller& caller, const std::string& key,
                         const Request& request);

// Adds attestations to a draft and decides again. `precondition` unless the state is "draft".
Result<Submitted> answer_asks(const Line& line, const Caller& caller, const ReferralId& id,
                              const std::vector<Attestation>& attestations);

// A named human confirms the duty that waits in a draft; decides again, records and queues.
Result<Submitted> confirm_duty(const Line& line, const Caller& caller, const ReferralId& id);

}  // namespace relais::flow
