// SPDX-License-Identifier: Apache-2.0
// OutboxWorkers: a fixed number of threads that carry queued messages out. Each leases some of one
// peer and sends them at once; a peer has all workers but one at the most, and fewer once it says
// that it is busy. They are the only callers of a Courier. A wake is a hint; they look every second
// regardless, so a lost one costs a second. Owned by main; stop() ends them after the attempt under
// way. A crash leaves leases that run out: another worker sends again, and the receiver files once.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "node/flow/deliver.h"
#include "node/flow/line.h"
#include "node/flow/peer_shares.h"

namespace relais::flow {

// Port: what one attempt came to, for metrics and the log. Called from every worker; must not
// throw.
class DeliveryObserver {
 public:
  virtual ~DeliveryObserver() = default;
  virtual void attempted(Attempt attempt, std::chrono::duration<double> took) = 0;
  // This node itself could not go on (its database is away); the workers wait a second.
  virtual void hindered(const Fault& fault) = 0;
};

struct OutboxSettings {
  size_t workers = 4;
  int claim = 16;  // messages of one peer leased and sent at once by one worker
  // Longer than an attempt can take, or another worker sends the same message meanwhile.
  std::chrono::milliseconds lease{120'000};
  std::chrono::milliseconds look{1'000};
  RetryPolicy retry;
};

// Blocks until something was queued that `seen` does not count yet, or the time is up; updates
// `seen`.
using WaitForQueued = std::function<void(uint64_t& seen, std::chrono::milliseconds at_most)>;

class OutboxWorkers {
 public:
  // Starts at once. Everything given outlives the workers.
  OutboxWorkers(const Line& line, Courier& courier, const OutboxSettings& settings,
                WaitForQueued wait, DeliveryObserver& observer);
  OutboxWorkers(const OutboxWorkers&) = delete;
  OutboxWorkers& operator=(const OutboxWorkers&) = delete;
  ~OutboxWorkers();  // stops

  // Claims nothing more and returns when every attempt under way has ended (at most one call
  // timeout, plus the look interval of an idle worker). What was claimed and not tried waits for
  // its lease.
  void stop();

 private:
  void work();
  Result<Claim> claim();
  bool carry_claimed();
  bool carry(const Claim& claim);
  void put_back(const DisclosureId& id);
  Attended attended() const;

  const Line& line_;
  Courier& courier_;
  const OutboxSettings settings_;
  const WaitForQueued wait_;
  DeliveryObserver& observer_;
  std::atomic<bool> stopping_{false};
  std::mutex claiming_;  // taken before mutex_
  mutable std::mutex mutex_;
  PeerShares shares_;  // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace relais::flow
