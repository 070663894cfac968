// SPDX-License-Identifier: Apache-2.0
#include "node/flow/retention.h"

#include <algorithm>

namespace relais::flow {
namespace {

bool covers(const RetentionDuty& duty, const std::string& purpose, Date day) {
  const bool named =
      std::find(duty.purposes.begin(), duty.purposes.end(), purpose) != duty.purposes.end();
  return named && duty.from <= day && (!duty.to || day <= *duty.to);
}

}  // namespace

Result<std::optional<Hold>> hold_on(const std::vector<RetentionDuty>& duties,
                                    const std::vector<AccountEntry>& entries, Date today) {
  std::optional<Hold> longest;
  for (const AccountEntry& entry : entries) {
    RELAIS_TRY(shared, ledger::decode_shared(entry.shared_bytes));
    const Date day = Date::of(from_unix_ms(static_cast<int64_t>(shared.time_claimed_ms)));
    for (const RetentionDuty& duty : duties) {
      if (!covers(duty, shared.purpose, day)) continue;
      const Date until = day.plus_days(duty.days);
      if (until <= today || (longest && until <= longest->until)) continue;
      longest = Hold{duty.id, duty.article, duty.reason, until};
    }
  }
  return longest;
}

}  // namespace relais::flow
