// SPDX-License-Identifier: Apache-2.0
// supply: what is said about a referral after the request (docs/decisions/0082-what-is-said-after-
// the-request.md). To the service: what it asked for, and what the referral's present state lets it
// have. Back to who referred: what became of it. Each is a decision, a record and a disclosure of
// its own, under the ceiling of the state. A crash before the entry's COMMIT leaves nothing; after
// it, the outbox delivers. Free functions over the line; any thread.
#pragma once

#include <vector>

#include "node/flow/line.h"
#include "node/flow/submit.h"

namespace relais::flow {

struct Supply {
  ConsentId consent;  // empty: the request's own; on the way back, none
  std::vector<AskedItem> items;
  std::vector<Attestation> attestations;  // besides the request's
  bool confirmed = false;                 // a duty to report: the professional who acts confirms it
};

// The states in which a referral's outcome may be told.
bool has_outcome(const std::string& state);

// What would leave and why; records nothing. `precondition` while the other agency has not received
// the request, and when the referral is over, except for its outcome; `invalid` names the field.
Result<Explained> preview_supply(const Line& line, const Caller& caller, const ReferralId& id,
                                 const Supply& supply);

// Decides, records and queues what may go. What the other agency was told already, in the same
// words, does not go again: a repeat records nothing. What law refuses is recorded and explained.
Result<Submitted> supply(const Line& line, const Caller& caller, const ReferralId& id,
                         const Supply& supply);

}  // namespace relais::flow
