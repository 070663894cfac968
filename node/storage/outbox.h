// SPDX-License-Identifier: Apache-2.0
// The messages that wait to be delivered, over PostgreSQL. A worker leases some, and no transaction
// is open while it sends. A crash leaves a lease that runs out: another worker sends again, and the
// receiver files once. Of one referral only the first message that waits is ever leased.
// Thread-safe.
#pragma once

#include <optional>
#include <vector>

#include "node/flow/outbox.h"
#include "node/storage/keyring.h"
#include "node/storage/pool.h"

namespace relais::storage {

class OutboxStore final : public flow::Outbox {
 public:
  OutboxStore(Pool& pool, const Keyring& keyring) : pool_(pool), keyring_(keyring) {}
  Result<flow::Claim> claim(int limit, std::chrono::milliseconds lease,
                            const flow::Attended& attended) override;
  // A message is `corrupt` when a sealed part of it does not open.
  Result<std::vector<flow::Loaded>> load(const std::vector<DisclosureId>& ids) override;
  Result<void> postpone(const DisclosureId& id, std::chrono::milliseconds wait, Constant failure,
                        flow::Handed handed) override;
  Result<void> hasten(const AgencyId& peer, int most) override;
  Result<std::vector<flow::OutboxLine>> list(int limit) override;  // newest first

 private:
  Pool& pool_;
  const Keyring& keyring_;
};

// What waits for one peer, for the metrics.
struct Waiting {
  AgencyId peer;
  uint64_t messages = 0;
  Instant oldest;  // recorded
};
Result<std::vector<Waiting>> waiting_by_peer(Pool& pool);

}  // namespace relais::storage
