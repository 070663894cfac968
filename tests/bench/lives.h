// SPDX-License-Identifier: Apache-2.0
// Whole lives of referrals: asked for at the sender's desk, taken up and completed at the
// recipient's, until both sides hold them as completed; whatever is not answered is asked again, as
// people's software would. And the sum afterwards, from both databases. Owned by a bench's main
// thread; the desks are called from threads of its own.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "admin/federation/federation.h"

namespace relais::bench {

struct LivesSettings {
  size_t referrals = 0;
  std::string key;  // what their idempotency keys begin with
  size_t askers = 32;
  size_t movers = 32;
  std::chrono::seconds patience{120};  // without any progress
  // On the main thread, again and again, with the share that has come to its end.
  std::function<Result<void>(double share)> meanwhile = [](double) { return Result<void>(); };
};

struct Lives {
  double took_s = 0;
  size_t promised = 0;  // referrals the sender's node said it had recorded
  size_t lost = 0;      // of them, not completed on both sides
  size_t doubled = 0;   // referrals or moves that stand a second time
  double rate() const { return took_s > 0 ? static_cast<double>(promised) / took_s : 0; }
};

// Only asks: `referrals` of them, each until its node has recorded it. How many a second.
Result<double> ask_for(demo::Federation& federation, const LivesSettings& settings);
Result<Lives> live(demo::Federation& federation, const LivesSettings& settings);

}  // namespace relais::bench
