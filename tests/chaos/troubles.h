// SPDX-License-Identifier: Apache-2.0
// What goes wrong, one thing after another, drawn from a seed: kill -9 of a node, of PostgreSQL as
// a whole or of one of its processes, connections ended, a node that stands still for a while, a
// clock set back an hour, a second replica that comes and is killed. Owned by a chaos program; one
// thread, the federation's. It ends with heal(), after which everything runs again.
#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/chaos/clocks.h"
#include "tests/e2e/stage.h"

namespace relais::chaos {

// A second node of one agency on the same database, with ports of its own.
struct Replica {
  demo::Seat seat;     // the agency's, with the replica's ports
  std::string config;  // its node.toml
  std::string program;
  std::vector<std::string> environment;
  demo::Process process;
  Result<void> lay_out(const demo::Seat& of, const std::vector<uint16_t>& ports);
  Result<void> start();
};

class Troubles {
 public:
  Troubles(e2e::Stage& stage, Clocks& clocks, Replica& replica, uint64_t seed)
      : stage_(stage), clocks_(clocks), replica_(replica), random_(seed) {}

  // One of them, and what comes back after it.
  void strike();
  // Every node and the database run and are ready again; false when one does not come back.
  bool heal();
  // "kill -9 of a node" -> how often.
  const std::map<std::string, int>& counts() const { return counts_; }

 private:
  std::string any_agency();
  int below(int bound) { return static_cast<int>(random_() % static_cast<unsigned>(bound)); }
  void rest(int at_most_ms);
  void kill_node();
  void kill_postgres();
  void kill_backend();
  void end_connections();
  void stand_still();
  void turn_clock();
  void turn_replica();
  void bring_back_postgres();

  e2e::Stage& stage_;
  Clocks& clocks_;
  Replica& replica_;
  std::mt19937_64 random_;
  std::map<std::string, int> counts_;
};

}  // namespace relais::chaos
