// SPDX-License-Identifier: Apache-2.0
// anonymise: referrals that have long ended are about nobody any more (vocabulary.md, section 5:
// 730 days; docs/decisions/0084-what-is-left-of-an-old-referral.md). The ledger keeps its entries,
// under the person's key and as long as it says. A crash leaves the rest to the next call. Any
// thread.
#pragma once

#include "node/flow/line.h"

namespace relais::flow {

// How many; at most `limit` at once.
Result<size_t> anonymise(const Line& line, int limit);

}  // namespace relais::flow
