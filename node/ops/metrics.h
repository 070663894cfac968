// SPDX-License-Identifier: Apache-2.0
// Metrics: everything this node counts, as Prometheus series (names, meanings and alert hints are
// in docs/operations.md). Labels are closed sets; the only open ones are a peer agency's directory
// id, on the series of the outbox, reconciliation and the exchange, and id and version of the packs
// in force. Nothing about a person, a referral or a free text has a way in: a text outside its
// label's set is counted as "other". Owned by main, which binds it to the rooms' observers.
// Thread-safe; every method returns at once and none throws. A crash loses the counts: they start
// again at zero, as Prometheus expects.
//
// A timestamp that is not known, or of something that does not exist (the oldest of nothing), is
// NaN: comparing with it is false, so an alert on its age stays silent.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node/core/ids.h"
#include "node/core/result.h"
#include "node/core/time.h"

namespace relais::ops {

class Metrics {
 public:
  // `methods` are the RPC paths of the authorisation table; any other is counted as "other".
  Metrics(std::vector<std::string> methods, Constant version);
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;
  ~Metrics();

  // Calls. `code` is a gRPC status code's name, `desk` one of desk | exchange | steward.
  void answered(std::string_view method, std::string_view code, double seconds);
  void queued(std::string_view desk, size_t entries);
  void refused(std::string_view desk);
  // A peer had more than its share of the exchange; `reason`: full | pace. `peer` is its directory
  // id, empty for all who are in no directory.
  void peer_refused(std::string_view peer, std::string_view reason);

  // `outcome`: the text of a policy::Outcome.
  void decided(std::string_view outcome);
  // One delivery attempt; `result`: the name of a flow::Attempt. `delivered` also counts a
  // disclosure.
  void attempted(std::string_view result, double seconds);
  // One committed batch; `size` is the ledger's afterwards.
  void appended(size_t entries, uint64_t size, double seconds);
  void ledger_verified(Instant at);

  // Replaces the pending counts of every peer; a peer no longer named goes to zero.
  void outbox(const std::vector<std::pair<AgencyId, size_t>>& pending,
              std::optional<Instant> oldest);
  // Duties to report that wait for a human.
  void duties(size_t open, std::optional<Instant> oldest);
  // Recipients told of a right who have not answered; of them, those whose time is over.
  void notices(size_t unanswered, size_t overdue);
  void database_idle(size_t connections);
  // `use`: desk | exchange.
  void certificate(std::string_view use, Instant expires);
  void directory(int64_t version, Instant expires);
  void directory_ends_soon(bool soon);
  // `reason`: the code of a Disbelief.
  void directory_refused(std::string_view reason);
  void directory_fetched(Instant at);
  // Whether the directory in force takes this node's signing key, and its certificate's.
  void own_keys_in_force(bool signing, bool tls);
  // Another law is in force since `at`: its packs as (id, version), and the activation's version,
  // 0 when nobody activated it.
  void law(const std::vector<std::pair<std::string, std::string>>& packs, int64_t version,
           Instant at);
  // Packs that read differently on disk than in force; whether the note on disk is not believed.
  void law_on_disk(size_t changed_packs, bool note_refused);
  void key_epoch(int32_t epoch);
  // Whether entries go into the ledger whose key the directory has in force now.
  void ledger_in_force(bool in_force);
  // This ledger before its witnesses. `standing`: the code of a ledger::WitnessStanding, or silent.
  void witness_answered(std::string_view standing);
  void ledger_contradicted();
  void ledger_unwitnessed(bool since_start);
  void ledger_witnessed(uint64_t size, Instant at);
  // This node as a witness: requests by status, and what logs signed that honest ones do not.
  void cosigning(std::string_view status);
  void witness_alarm(std::string_view kind);
  // What a peer and this agency do not agree about, as of `at`.
  void reconciled(const AgencyId& peer, uint64_t missing, uint64_t different, Instant at);
  // A statement in which something was missing or changed.
  void account_broken();
  void disclosed(double seconds_since_recorded);

  // The text exposition format, version 0.0.4.
  std::string expose() const;

 private:
  struct Series;  // references into the registry

  prometheus::Histogram& call_series(std::string_view method, std::string_view code);

  std::shared_ptr<prometheus::Registry> registry_;
  const std::vector<std::string> methods_;
  std::unique_ptr<Series> series_;
  // One cell a method and code, filled when first seen: labels are looked up once, not a call.
  std::vector<std::atomic<prometheus::Histogram*>> calls_;
  std::mutex peers_mutex_;
  std::map<AgencyId, prometheus::Gauge*> peers_;
  std::mutex law_mutex_;
  std::vector<prometheus::Gauge*> packs_;  // of the law in force
};

}  // namespace relais::ops
