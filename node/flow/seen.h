// SPDX-License-Identifier: Apache-2.0
// A referral, and how many entries its person had before it was read. Whoever writes its body
// writes over what was read: what is put right or heard meanwhile is an entry more, and must make
// the draft Stale. Inside flow; reads stores, any thread.
#pragma once

#include <cstdint>
#include <optional>

#include "node/flow/line.h"

namespace relais::flow {

struct Seen {
  std::optional<StoredReferral> referral;  // nullopt: not there, or not any more
  uint64_t entries = 0;
};
// The referral once more: whose person is not known before it is read.
Result<Seen> seen_again(const Line& line, const std::optional<StoredReferral>& known);

}  // namespace relais::flow
