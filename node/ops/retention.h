// SPDX-License-Identifier: Apache-2.0
// The agency's duties to keep, from a TOML file of its own, read strictly:
//
//   [[duty]]
//   id = "…"   article = "…"   reason_fr = "…"   reason_en = "…"
//   purposes = ["…"]   days = 3650   from = 2024-01-01   to = 2027-12-31
//
// `days` count from the entry; `from` and `to` (which may be left out) say which entries the duty
// covers. Pure but for reading the file; any thread.
#pragma once

#include <string>
#include <vector>

#include "node/core/result.h"
#include "node/flow/retention.h"
#include "policy/vocabulary.h"

namespace relais::ops {

Result<std::vector<flow::RetentionDuty>> parse_retention(const std::string& text,
                                                         const std::string& name,
                                                         const policy::Vocabulary& words);
// An empty path: no duty.
Result<std::vector<flow::RetentionDuty>> load_retention(const std::string& path,
                                                        const policy::Vocabulary& words);

}  // namespace relais::ops
