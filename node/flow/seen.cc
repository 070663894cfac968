// SPDX-License-Identifier: Apache-2.0
#include "node/flow/seen.h"

namespace relais::flow {

Result<Seen> seen_again(const Line& line, const std::optional<StoredReferral>& known) {
  if (!known) return Seen{};
  RELAIS_TRY(head, line.account.head(known->person));
  RELAIS_TRY(again, line.referrals.get(known->id));
  if (again && again->person != known->person) again.reset();  // it is over and anonymous
  return Seen{std::move(again), head.last_seq};
}

}  // namespace relais::flow
