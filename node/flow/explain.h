// SPDX-License-Identifier: Apache-2.0
// A decision turned into what people read and what the record keeps.
#pragma once

#include "node/flow/question.h"
#include "node/flow/submit.h"

namespace relais::flow {

// The decision in words for the person and the professional, without a slip.
Explained in_words(const Line& line, policy::Decision decision);
// The decision in words for the person and the professional, and the slip where one is offered.
Explained explain(const Line& line, const Question& question, policy::Decision decision);

// What goes with a release: offers are made instead of one.
std::vector<std::string> travelling_attachments(const policy::Decision& decision);

// What a decision was made of, so that it can be made again: facts, packs by digest, the date, and
// in `details` each parameter of an engaged pack as "parameter.<pack>.<name>".
void put_decided(const policy::Law& law, const policy::Facts& facts,
                 const policy::Decision& decision, ledger::PrivatePart& part);

// The private part of the entry that records this decision: what was withheld and why, the facts
// and the law it was decided under (enough to decide it again), the consent, and the words.
ledger::PrivatePart private_part(const Line& line, const Question& question,
                                 const Explained& explained, const std::string& role);

}  // namespace relais::flow
