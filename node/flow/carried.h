// SPDX-License-Identifier: Apache-2.0
// What a message that goes after the request asks of the law, made of its own record: before each
// attempt the question is put again, as things are by then. Inside flow, for record.cc and
// supply.cc; reads stores, any thread.
#pragma once

#include "node/flow/payload.h"
#include "node/flow/question.h"

namespace relais::flow {

// A person as every row filed under the reference has them: their consents, and the right of any
// row. `person` itself when the reference is empty.
Result<Person> person_in_all(const Line& line, Person person, const PersonReference& reference);

// `person` as one referral of theirs that was sent has them: what they asked at its service's
// counter holds for it as well (docs/decisions/0094-a-right-said-at-the-services-counter.md).
Person person_there(Person person, const KeptRequest& kept);

// The question of a stored message, at the state its referral is in now; of a correction, at the
// one that holds nothing back.
Result<Question> question_of_message(const Line& line, const StoredDisclosure& stored,
                                     const ledger::SharedPart& shared);

}  // namespace relais::flow
