// SPDX-License-Identifier: Apache-2.0
// What the receiving side makes of what is said about a referral after the request: to the service,
// or back to who referred (supply.h). Inside flow, for receive.cc; pure apart from reads.
#pragma once

#include "node/flow/reception.h"

namespace relais::flow {

// `known`: the referral of the message's handle with this peer. One that is not there, is over, or
// is not of the way the message goes gets the refusal of anything out of place.
Result<Draft> draft_supplied(const Line& line, const std::optional<StoredReferral>& known,
                             const Envelope& envelope, const Verified& verified);

}  // namespace relais::flow
