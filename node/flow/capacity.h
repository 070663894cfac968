// SPDX-License-Identifier: Apache-2.0
// capacity: whether there is room, asked before anybody is named (vocabulary.md, section 5: the
// capacity probe). The question carries no handle and nothing that identifies; its answer names the
// question. Both are recorded and sent like any message (docs/decisions/0083-asking-for-room.md).
// Free functions over the line; any thread.
#pragma once

#include "node/flow/follow.h"
#include "node/flow/reception.h"
#include "node/flow/submit.h"

namespace relais::flow {

// Idempotent by (caller.client, key) as submit() is, and decided like it, under the ceiling of the
// question. `invalid` for a purpose that a duty may stand behind: who must report, names.
Result<Submitted> ask_capacity(const Line& line, const Caller& caller, const std::string& key,
                               Request request);

// The service's answer, once; `precondition` when the question was answered or ran out.
Result<Opened> answer_capacity(const Line& line, const Caller& caller, const ReferralId& id,
                               bool has_room);

// Whether a record is of such a question, or of its answer.
bool is_probe(const ledger::SharedPart& shared);
bool is_probe_answer(const ledger::SharedPart& shared);

// What the receiving side makes of them, as the others of reception.h.
Result<Draft> draft_probed(const Line& line, const Envelope& envelope, const Verified& verified);
Result<Draft> draft_probe_answered(const Line& line, const Envelope& envelope,
                                   const Verified& verified);

}  // namespace relais::flow
