// SPDX-License-Identifier: Apache-2.0
// judge: whether this agency may keep the items another one sent: what the service declared, the
// form of each, and this side's own law. Inside flow, for receive.cc and heed.cc; any thread.
#pragma once

#include <string>
#include <vector>

#include "node/flow/question.h"
#include "node/flow/reception.h"
#include "node/flow/submit.h"

namespace relais::flow {

// What becomes of verified items: filed as they are, or refused with a reason code.
struct Verdict {
  std::string refusal;  // empty: file
  std::vector<AskedItem> items;
  ledger::PrivatePart decided{};  // what this side's decision was made of
};
// `stage`: where the referral is on this side. `rights`: what the person exercised here by now; of
// a first message, nothing. So is a correction judged: what is wrong is put right whatever the
// person objected to.
Result<Verdict> judge_items(const Line& line, const Envelope& envelope, const Verified& verified,
                            const Stage& stage = {}, const Rights& rights = {});

// Whether the state the referral has on this side lets its sender say what the record names. A duty
// has no such bound (vocabulary.md, section 5), but it is the ground that makes one, not the word
// "obliged" alone.
bool is_within_ceiling(const Line& line, const Verified& verified, const ServiceId& service,
                       const std::string& state);

// What the record of filed items says of them, as the sender wrote it, and of the decision.
void put_filed(const Verified& verified, const Envelope& envelope, ledger::PrivatePart decided,
               Draft& draft);

// The entry of items that are filed, about this person, in words.
Draft draft_filed(const Line& line, const PersonId& person, const Envelope& envelope,
                  const Verified& verified, ledger::PrivatePart decided);

}  // namespace relais::flow
