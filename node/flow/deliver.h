// SPDX-License-Identifier: Apache-2.0
// deliver: one queued message, one attempt. recall ─▶ send ─▶ store the signed acknowledgement with
// the sender's outcome entry. After send and before the acknowledgement is stored, a crash means
// the message is sent again; the receiver files once and answers the same. No handler calls this:
// only outbox workers.
#pragma once

#include "node/core/disclosure.h"
#include "node/flow/line.h"

namespace relais::flow {

// How one attempt ended; closed, so that it can be a metric label.
enum class Attempt { delivered, refused, withheld, undeliverable, postponed, gone };

struct RetryPolicy {
  std::chrono::milliseconds first{500};
  std::chrono::milliseconds longest{std::chrono::minutes{15}};
};

// A Fault only when this node itself cannot go on (its database is away); a peer that is away is
// `postponed` with exponential back-off and full jitter, `undeliverable` past the message's
// give-up.
Result<Attempt> deliver(const Line& line, Courier& courier, const RetryPolicy& retry,
                        const DisclosureId& id);

}  // namespace relais::flow
