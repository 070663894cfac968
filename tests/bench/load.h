// SPDX-License-Identifier: Apache-2.0
// Load: an agency's software that keeps a fixed number of referrals in flight at one node, each
// from its submission until the peer's acknowledgement stands in the node's database, where one
// query every few milliseconds looks for all of them: asking the node for each would be a load of
// its own. Each slot refers its own person. Owned by the bench's main thread; the calls end on
// gRPC's threads.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "admin/federation/federation.h"

namespace relais::bench {

struct LoadSettings {
  std::string sender;  // agency ids
  std::string recipient;
  size_t in_flight = 64;
  std::chrono::duration<double> warm_up{1};
  std::chrono::duration<double> lasting{10};
};

struct LoadReport {
  std::vector<double> took_ms;  // submission to acknowledgement stored, of those that ended in time
  size_t completed = 0;         // in the whole run, warm-up and end included
  size_t errors = 0;            // refused, failed, or not delivered within half a minute
  std::string first_error;
};

// Records the persons, then loads. `each_tick` is called about every 100 ms while the time runs.
Result<LoadReport> load(demo::Federation& federation, const LoadSettings& settings,
                        const std::function<void()>& each_tick);

}  // namespace relais::bench
