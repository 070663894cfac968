// SPDX-License-Identifier: Apache-2.0
// What this agency says about a referral without items: a move, or an answer. Inside flow, for
// follow.cc and capacity.cc; pure apart from the clock and entropy.
#pragma once

#include "node/flow/line.h"

namespace relais::flow {

// The entry of what is said, with its parties; status, purpose and words are the caller's.
Draft draft_said(const Line& line, const Caller& caller, const StoredReferral& referral);

// Makes it a message, the next of the referral's order. The draft has its change already.
void put_message(const Line& line, const StoredReferral& referral, Draft& draft);

}  // namespace relais::flow
