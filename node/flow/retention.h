// SPDX-License-Identifier: Apache-2.0
// Duties to keep (GDPR 17(3)): what stands against an erasure, under which article, until which
// day. A dated policy of the agency's own, read by ops from the file the configuration names. Pure,
// any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/core/agency.h"
#include "node/core/result.h"
#include "node/core/time.h"
#include "node/flow/account.h"

namespace relais::flow {

struct RetentionDuty {
  std::string id;
  std::string article;  // as it is cited to the person
  Label reason;
  std::vector<std::string> purposes;  // of the entries it covers; never empty
  int days = 0;                       // from the entry on
  Date from = Date::of(Instant{});    // entries made from this day …
  std::optional<Date> to;             // … to this one
};

// The duty that stands longest.
struct Hold {
  std::string id;
  std::string article;
  Label reason;
  Date until = Date::of(Instant{});
};

// nullopt: nothing stands against erasing a person with these entries on `today`. A Fault when an
// entry does not decode.
Result<std::optional<Hold>> hold_on(const std::vector<RetentionDuty>& duties,
                                    const std::vector<AccountEntry>& entries, Date today);

}  // namespace relais::flow
