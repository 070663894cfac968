// SPDX-License-Identifier: Apache-2.0
// Server: the node's three ways in, each with its own desk, so that none starves another. Desk
// (mutual TLS, the agency's own software) and exchange (mutual TLS, peers) on TCP; steward on a
// unix socket whose folder's permissions are the lock. Owned by main; starts serving at once, stops
// by drain(). What a crash cuts off got no answer: callers repeat with their idempotency key, peers
// with their disclosure id.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "node/core/desk_rights.h"
#include "node/flow/line.h"
#include "node/flow/peer_directories.h"
#include "node/flow/reconcile.h"
#include "node/flow/witnesses.h"
#include "node/transport/observer.h"
#include "node/transport/seating.h"
#include "node/transport/tls.h"

namespace relais::transport {

struct ServerSettings {
  std::string desk_address;      // host:port; port 0 takes a free one
  TlsFiles desk_tls;             // roots: the authority of the desk's clients
  std::string exchange_address;  // host:port
  TlsFiles exchange_tls;         // roots: the authority of the federation's agencies
  std::string steward_socket;    // absolute path; at most 100 bytes, a limit of sockets
  size_t desk_workers = 16;      // desk and steward queue four calls a worker, then refuse
  size_t exchange_workers = 12;
  std::map<std::string, DeskRights> roles{};  // of the desk; one that is not here may nothing
  Bounds peer{9, 48, 1000};                   // what each peer may have of the exchange
  size_t steward_workers = 2;
  size_t inbox_streams = 64;
  std::chrono::seconds refresh{5};  // of the TLS files
};

// What only the node around the line knows, for the steward's status.
struct Counts {
  uint64_t ledger_size = 0;
  uint64_t outbox_waiting = 0;
  uint64_t duties_open = 0;
  int64_t law_version = 0;  // of the activation in force; 0: none
};

// What the node does for its steward beside the line. Called from any thread.
struct Office {
  std::function<Result<Counts>()> count;
  // Reads the activation of the law now; its version, 0 when the law is not activated.
  std::function<Result<int64_t>()> activate;
  // Compares with a peer what both recorded of the messages between them. It calls the peer.
  std::function<Result<flow::Reconciled>(const AgencyId& peer)> reconcile{};
  // Asks for a newer directory at a place: a web address, or a peer. Whether it took one. It calls.
  std::function<Result<bool>(const flow::DirectoryPlace& place)> fetch_directory{};
};

// What the node does for its peers beside the line. Called from any thread; what is empty is not
// offered.
struct PeerOffice {
  // Answers one request of a log to be cosigned.
  std::function<Result<ledger::WitnessReply>(std::string_view body)> cosign{};
  // What was recorded of the messages with the peer that asks.
  std::function<Result<flow::PairPage>(const AgencyId& peer, const flow::PairQuestion& question)>
      pair{};
  // The signed note of the directory in force.
  std::function<std::string()> directory{};
};

class Server {
 public:
  // `precondition` with the path of a TLS file that is missing or a socket folder others can enter;
  // `unavailable` with the address that cannot be bound. `line` and `observer` outlive the server.
  static Result<std::unique_ptr<Server>> start(const ServerSettings& settings,
                                               const flow::Line& line, Office office,
                                               Observer& observer, PeerOffice peers = {});
  ~Server();  // drains at once

  int desk_port() const;
  int exchange_port() const;

  // What the gRPC health service says on every surface. True after start.
  void set_ready(bool ready);
  // A referral was filed: those who follow the inbox see it now. Thread-safe.
  void wake_inboxes();
  // Health says NOT_SERVING, no new call is taken, calls under way have `at_most` to end; returns
  // when every call has ended. May be called again.
  void drain(std::chrono::milliseconds at_most);

 private:
  class Doors;
  explicit Server(std::unique_ptr<Doors> doors);
  const std::unique_ptr<Doors> doors_;
};

}  // namespace relais::transport
