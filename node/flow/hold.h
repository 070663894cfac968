// SPDX-License-Identifier: Apache-2.0
// The entry of an attempt from which nothing leaves: who asked whom for what, what the law said,
// and no payload. Inside flow, for submit.cc and supply.cc; pure apart from the clock and entropy.
#pragma once

#include "node/flow/question.h"
#include "node/flow/submit.h"

namespace relais::flow {

// What becomes of the referral is the caller's to add.
Draft draft_held(const Line& line, const Caller& caller, const StoredReferral& referral,
                 const Question& question, const Explained& explained);

}  // namespace relais::flow
