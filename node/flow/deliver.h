// SPDX-License-Identifier: Apache-2.0
// deliver: queued messages, one attempt each. recall ─▶ send ─▶ store the signed acknowledgement
// with the sender's outcome entry. Messages claimed together go through each step together, and
// each comes to an end of its own. After send and before the acknowledgement is stored, a crash
// means the message is sent again; the receiver files once and answers the same. No handler calls
// this: only outbox workers.
#pragma once

#include "node/core/disclosure.h"
#include "node/flow/line.h"

namespace relais::flow {

// How one attempt ended; closed, so that it can be a metric label.
enum class Attempt { delivered, refused, withheld, undeliverable, postponed, busy, gone };

struct RetryPolicy {
  std::chrono::milliseconds first{500};
  std::chrono::milliseconds longest{std::chrono::minutes{15}};
};

// One attempt each, in the order of `ids`. A Fault only when this node itself cannot go on (its
// database is away); a peer that is away is `postponed` with exponential back-off and full jitter,
// one that says it is busy likewise as `busy`, `undeliverable` past the message's give-up. When a
// peer that was away takes a message, others that were postponed for it are due at once.
std::vector<Result<Attempt>> deliver(const Line& line, Courier& courier, const RetryPolicy& retry,
                                     const std::vector<DisclosureId>& ids);

}  // namespace relais::flow
