// SPDX-License-Identifier: Apache-2.0
// What a draft must be before it may queue for the appender, checked on the caller's thread so that
// one bad draft does not spoil a batch. Inside storage only; pure, any thread.
#pragma once

#include <string>
#include <vector>

#include "node/core/result.h"
#include "node/flow/ports.h"

namespace relais::storage {

// `invalid` with the field's name: ids that are not lower-case UUIDs, parts that contradict each
// other.
Result<void> check_draft(const flow::Draft& draft, const std::string& origin);

// The rows a draft writes besides its own entry and its person. Drafts that share one go into
// different batches, so that each finds the row as the other left it.
std::vector<std::string> rows_touched(const flow::Draft& draft);

}  // namespace relais::storage
