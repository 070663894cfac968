// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/troubles.h"

#include <signal.h>

#include <filesystem>
#include <fstream>

#include "policy/document.h"

namespace relais::chaos {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// The text with one line's value replaced; false when there is no such text.
bool replace(std::string& text, const std::string& before, const std::string& after) {
  const size_t at = text.find(before);
  if (at == std::string::npos) return false;
  text.replace(at, before.size(), after);
  return true;
}

std::string listens(uint16_t port) { return "listen = \"127.0.0.1:" + std::to_string(port) + "\""; }

}  // namespace

Result<void> Replica::lay_out(const demo::Seat& of, const std::vector<uint16_t>& ports) {
  seat = of;
  seat.desk_port = ports.at(0);
  seat.exchange_port = ports.at(1);
  seat.ops_port = ports.at(2);
  config = seat.file("replica.toml");
  RELAIS_TRY(text, policy::read_file(of.config()));
  const bool whole = replace(text, listens(of.desk_port), listens(seat.desk_port)) &&
                     replace(text, listens(of.exchange_port), listens(seat.exchange_port)) &&
                     replace(text, listens(of.ops_port), listens(seat.ops_port)) &&
                     replace(text, "socket = \"steward/", "socket = \"replica-steward/") &&
                     replace(text, "pool = 16", "pool = 8");
  if (!whole) return fail(FaultKind::internal, "the node's configuration reads otherwise", config);
  std::ofstream(config, std::ios::binary) << text;
  std::error_code ignored;
  std::filesystem::permissions(config, std::filesystem::status(of.config()).permissions(), ignored);
  return {};
}

Result<void> Replica::start() {
  RELAIS_TRY(started, demo::Process::start({{program, "-c", config}, environment, "", false},
                                           seat.file("replica.log")));
  process = std::move(started);
  return {};
}

void Troubles::rest(int at_most_ms) { e2e::pause_for(milliseconds{below(at_most_ms)}); }

std::string Troubles::any_agency() {
  const std::vector<std::string> agencies = stage_.federation->agencies();
  return agencies[static_cast<size_t>(below(static_cast<int>(agencies.size())))];
}

void Troubles::strike() {
  switch (below(9)) {
    case 0:
    case 1:
      kill_node();
      break;
    case 2:
      kill_postgres();
      break;
    case 3:
      kill_backend();
      break;
    case 4:
      end_connections();
      break;
    case 5:
      stand_still();
      break;
    case 6:
      turn_clock();
      break;
    default:
      turn_replica();
  }
  bring_back_postgres();
  stage_.federation->revive();
  rest(600);
}

void Troubles::kill_node() {
  demo::Process& node = stage_.federation->node(any_agency());
  ++counts_["kill -9 of a node"];
  node.end(SIGKILL);
  rest(400);
}

void Troubles::kill_postgres() {
  ++counts_["kill -9 of PostgreSQL"];
  stage_.federation->cluster().kill();
  rest(400);
}

// PostgreSQL ends all its other processes then, and recovers.
void Troubles::kill_backend() {
  const auto one = stage_.federation->cluster().sql(
      "postgres",
      "SELECT pid FROM pg_stat_activity WHERE usename = 'relais_node' ORDER BY query_start DESC"
      " LIMIT 1");
  if (!one || one->empty()) return;
  ++counts_["kill -9 of a PostgreSQL process"];
  ::kill(static_cast<pid_t>(std::stol(*one)), SIGKILL);
  rest(400);
}

void Troubles::end_connections() {
  ++counts_["every connection ended"];
  for (int i = below(4); i >= 0; --i) {
    static_cast<void>(stage_.federation->cluster().sql(
        "postgres",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'relais_node'"));
    rest(60);
  }
}

// Long enough for what it had claimed to be claimed by another.
void Troubles::stand_still() {
  const pid_t node = stage_.federation->node(any_agency()).id();
  ++counts_["a node stood still"];
  ::kill(node, SIGSTOP);
  e2e::pause_for(milliseconds{500 + below(3000)});
  ::kill(node, SIGCONT);
}

void Troubles::turn_clock() {
  if (clocks_.turn(any_agency())) ++counts_["a clock set back an hour"];
  rest(200);
}

void Troubles::turn_replica() {
  if (replica_.process.running()) {
    ++counts_["kill -9 of a replica"];
    replica_.process.end(SIGKILL);
    return;
  }
  if (replica_.start()) ++counts_["a second replica"];
}

void Troubles::bring_back_postgres() {
  demo::Cluster& cluster = stage_.federation->cluster();
  // One that was killed leaves processes behind that end a moment later; until then none starts.
  for (int tried = 0; tried < 100; ++tried) {
    if (cluster.running() && cluster.sql("postgres", "SELECT 1")) return;
    e2e::pause_for(50ms);
    if (!cluster.running()) static_cast<void>(cluster.start());
  }
}

bool Troubles::heal() {
  bring_back_postgres();
  demo::Federation& federation = *stage_.federation;
  const auto all_ready = [&] {
    federation.revive();
    for (const std::string& agency : federation.agencies()) {
      if (!federation.ops_page(agency, "/readyz")) return false;
    }
    return true;
  };
  return e2e::eventually(all_ready, 60s);
}

}  // namespace relais::chaos
