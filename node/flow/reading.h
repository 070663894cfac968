// SPDX-License-Identifier: Apache-2.0
// The entry that says that a person's account was read: appended before anything is handed out, so
// that a crash in between tells of one reading too many, never of one too few. Any thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "node/flow/line.h"

namespace relais::flow {

// Its index. `status` a code ("read", "exported" …), `details` in any order.
Result<uint64_t> record_reading(const Line& line, const Caller& caller, const PersonId& person,
                                const std::string& requester, const std::string& status,
                                const Label& words,
                                const std::vector<std::pair<std::string, std::string>>& details);

}  // namespace relais::flow
