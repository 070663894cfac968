// SPDX-License-Identifier: Apache-2.0
// correct: what was sent about a person is wrong (GDPR 16, 19). Every recipient in the ledger that
// received one of the categories is told; what was corrected goes along where the law of this
// moment releases it, by a decision and an entry of its own, and only in the categories that this
// recipient has. The rest of them learn that it was corrected, and nothing else. So does the agency
// it came from; what came from there is put right here. Free functions over the line; any thread.
#pragma once

#include <vector>

#include "node/flow/line.h"
#include "node/flow/submit.h"

namespace relais::flow {

// Ledger index of the correction. `invalid` on an unknown category, one twice or one that is never
// sent, and on a value out of its form; `not_found` when nobody is filed under the reference.
Result<uint64_t> correct(const Line& line, const Caller& caller, const PersonReference& reference,
                         const std::vector<AskedItem>& items);

// The message of such a notice, not numbered yet.
Result<Draft> draft_correction(const Line& line, const Notice& notice,
                               const StoredReferral& referral);

}  // namespace relais::flow
