// SPDX-License-Identifier: Apache-2.0
// What the verbs answer, written into the desk's and the steward's replies. Total: nothing here can
// fail. Pure, any thread.
#pragma once

#include "node/flow/follow.h"
#include "node/flow/submit.h"
#include "policy/vocabulary.h"
#include "relais/v1/desk.pb.h"
#include "relais/v1/steward.pb.h"

namespace relais::transport {

void write(const flow::StoredReferral& referral, v1::Referral& message);
void write(const flow::Opened& opened, v1::Referral& message);  // with the items it holds
void write(const policy::Vocabulary& vocabulary, const flow::Explained& explained,
           v1::Decision& message);
void write(const flow::Slip& slip, v1::Slip& message);
void write(const policy::Vocabulary& vocabulary, const Consent& consent, v1::Consent& message);
void write(const flow::OutboxLine& line, v1::OutboxItem& message);

}  // namespace relais::transport
