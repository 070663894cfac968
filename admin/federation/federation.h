// SPDX-License-Identifier: Apache-2.0
// A federation on one machine, in one folder: three agencies with their keys, certificates and
// databases on a private PostgreSQL cluster, a directory signed by two of three stewards, and one
// node process each. Every administrative step is a relaisctl command. Owned by the demo or a test;
// one thread. The processes end with their owner, even one that is killed, unless told to outlive
// it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "admin/federation/cluster.h"
#include "admin/federation/desk.h"
#include "admin/federation/process.h"
#include "admin/federation/seat.h"
#include "node/core/result.h"

namespace relais::demo {

// Where an agency's node runs.
struct Place {
  std::string host = "127.0.0.1";   // an address of its own, reachable from here
  std::vector<std::string> prefix;  // a program that runs the node: "ip", "netns", "exec", …
};

struct FederationSettings {
  std::string folder;    // existing, empty; others may pass through it but not read it
  std::string programs;  // folder of relais-node, relais-node-crash and relaisctl
  std::string source;    // root of the source tree: the law packs and the story
  bool outlive = false;
  int call_timeout_ms = 2000;  // of a delivery
  std::function<void(const std::string&)> progress = [](const std::string&) {};
  // "NAME=value", added to the environment of that agency's node.
  std::function<std::vector<std::string>(const std::string& agency)> environment =
      [](const std::string&) { return std::vector<std::string>{}; };
  std::function<Place(const std::string& agency)> place = [](const std::string&) {
    return Place{};
  };
};

class Federation {
 public:
  // Everything up to the nodes, which are not started yet.
  static Result<std::unique_ptr<Federation>> found(FederationSettings settings);
  ~Federation();

  std::vector<std::string> agencies() const;
  const Seat& seat(const std::string& agency) const { return seats_.at(agency); }
  const Ground& ground() const { return ground_; }
  Cluster& cluster() { return cluster_; }
  pid_t cluster_id() const { return cluster_.id(); }
  DeskAccess desk(const std::string& agency) const;
  std::string any_role(const std::string& agency) const { return roles_.at(agency); }

  // Starts the node and waits until it is ready. With a step's name (node/core/step.h) the node
  // kills itself when it first comes to that step.
  Result<void> start(const std::string& agency, const std::string& crash_at = {});
  // All of them, or these.
  Result<void> start_all(std::vector<std::string> agencies = {});
  // The same without waiting, for a node that will not be ready.
  Result<void> launch(const std::string& agency, const std::string& crash_at = {});
  // SIGTERM; the exit status.
  int stop(const std::string& agency);
  void stop_all();
  Process& node(const std::string& agency) { return nodes_[agency]; }
  // Starts again every node that should run and does not. Its crashes are counted.
  void revive();
  int crashes() const { return crashes_; }

  // relaisctl -c <the agency's node.toml> arguments…; without an agency, no -c.
  Result<Ended> relaisctl(const std::string& agency, std::vector<std::string> arguments) const;
  // Body of GET http://127.0.0.1:<ops port>/path when the status is 200.
  Result<std::string> ops_page(const std::string& agency, const std::string& path) const;

  // Has the directory text signed by the stewards named ("a", "b", "c") and puts the note where the
  // nodes of these agencies read it; without agencies, of all.
  Result<void> publish(const std::string& text, const std::vector<std::string>& stewards,
                       const std::vector<std::string>& agencies = {});
  // Proposes the packs as they lie in the federation's folder under this version and has the
  // stewards named sign that: the note's file, not in force yet.
  Result<std::string> propose_law(int64_t version, const std::vector<std::string>& stewards) const;
  // A new key and certificate for the exchange, put in the old one's place while the node runs.
  Result<void> renew_certificate(const std::string& agency) const;
  // The directory's text as it was published first.
  const std::string& directory_text() const { return directory_text_; }

 private:
  // Verifier keys of one agency.
  struct Verifiers {
    std::string signing;
    std::string ledger;
    std::string witness;
  };
  explicit Federation(FederationSettings settings) : settings_(std::move(settings)) {}
  Result<void> lay_out();
  Result<void> make_keys();
  Result<std::string> make_signer(const std::string& kind, const std::string& name,
                                  const std::string& file);
  Result<void> make_authority(const std::string& name, const std::string& file);
  Result<void> make_certificate(const std::string& uri, const std::string& authority,
                                const std::string& file) const;
  Result<void> make_seat_keys(const Seat& seat);
  std::string witnesses_of(const std::string& agency) const;
  Result<void> make_directory();
  Result<void> make_law();
  Result<void> make_databases();
  Result<std::string> control(std::vector<std::string> arguments) const;
  Result<void> wait_until_ready(const std::string& agency);

  FederationSettings settings_;
  Ground ground_;
  Cluster cluster_;
  std::map<std::string, Seat> seats_;
  std::map<std::string, std::string> roles_;  // one role of each staff register
  std::map<std::string, Verifiers> verifiers_;
  std::map<std::string, Process> nodes_;
  std::set<std::string> wanted_;  // nodes that should run
  std::string directory_text_;
  int crashes_ = 0;
};

// The folder's nodes and cluster, left running by a demo that has ended: stops them all.
// `not_found` when none runs.
Result<void> stop_kept(const std::string& folder);

}  // namespace relais::demo
