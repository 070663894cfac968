// SPDX-License-Identifier: Apache-2.0
// A network between nodes, each in a namespace of its own (`ip netns`): every namespace's one
// interface ends in this process, which carries each IP packet to where it goes, or not. So pairs
// can be parted, a node cut off, and packets held back or lost, all drawn from a seed, on any
// kernel with TUN devices. Who plays the agencies' own software reaches every node undisturbed
// unless it is cut off. Owned by a chaos program; any thread. It is gone with its owner, but for
// the namespaces' names when that is killed.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "admin/federation/federation.h"

namespace relais::chaos {

class Network {
 public:
  // `precondition` where this is not permitted, with the reason.
  static Result<std::unique_ptr<Network>> lay(const std::vector<std::string>& agencies,
                                              uint64_t seed);
  ~Network();

  demo::Place place(const std::string& agency) const;

  // Nothing passes between the two any more, either way.
  void part(const std::string& one, const std::string& other);
  // Nothing reaches the agency's node or leaves it.
  void cut_off(const std::string& agency);
  // Every packet between nodes is held back for so long, each way, and of them a share is lost.
  void weather(std::chrono::milliseconds delay, double loss);
  // As it was laid.
  void heal();

  uint64_t carried() const { return carried_; }
  uint64_t lost() const { return lost_; }  // cut off ones among them

 private:
  using Clock = std::chrono::steady_clock;
  struct End {
    std::string space;  // name of the namespace; empty: this one
    int device = -1;
  };
  struct Held {
    Clock::time_point due;
    size_t to = 0;
    std::string packet;
  };
  explicit Network(uint64_t seed) : random_(seed) {}
  Result<void> add(const std::string& space, const std::string& address);
  void carry();
  void take(size_t from);
  void let_go();
  bool passes(size_t from, size_t to);

  std::map<std::string, size_t> number_;  // of each agency's end; 0 is this process's own
  std::vector<End> ends_;
  std::string subnet_;  // "10.231.7."
  std::string prefix_;  // of the names
  std::atomic<bool> stopping_{false};
  std::atomic<uint64_t> carried_{0};
  std::atomic<uint64_t> lost_{0};
  std::mutex mutex_;  // guards what follows
  std::mt19937_64 random_;
  std::set<std::pair<size_t, size_t>> parted_;
  std::chrono::milliseconds delay_{0};
  double loss_ = 0;
  std::deque<Held> held_;
  std::thread carrying_;
};

}  // namespace relais::chaos
