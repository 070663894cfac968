// SPDX-License-Identifier: Apache-2.0
// Wiring of what agencies know of each other's ledgers: this node as a witness of others', over
// Exchange and HTTP, its own before the witnesses that node.toml names, and reconciliation. Owned
// by Node::Parts; made once, before anything is served; thread-safe afterwards.
#pragma once

#include <memory>
#include <optional>

#include "node/flow/cosign.h"
#include "node/flow/witness_rounds.h"
#include "node/ops/config.h"
#include "node/ops/log.h"
#include "node/ops/metrics.h"
#include "node/storage/own_log.h"
#include "node/storage/pair_book.h"
#include "node/storage/witness_book.h"
#include "node/transport/server.h"
#include "node/web/http.h"
#include "node/web/witness_client.h"

namespace relais {

// What is asked and answered, as metrics and log lines.
class WitnessLog final : public flow::WitnessObserver, public flow::RoundObserver {
 public:
  WitnessLog(ops::Metrics& metrics, ops::Log& log, Clock& clock)
      : metrics_(metrics), log_(log), clock_(clock) {}
  void asked(ledger::WitnessAnswer answer) override;
  void alarmed(const std::string& origin, ledger::WitnessAlarm alarm) override;
  void answered(const std::string& witness, ledger::WitnessStanding standing) override;
  void hindered(const std::string& witness, const Fault& fault) override;
  void contradicted(const flow::Contradiction& contradiction, bool proven) override;
  void unwitnessed(bool none) override;
  void witnessed(uint64_t size) override;

 private:
  ops::Metrics& metrics_;
  ops::Log& log_;
  Clock& clock_;
};

// Connections: `strangers` for whoever asks this node to cosign, so that they never take one from
// the verbs.
struct WitnessPools {
  storage::Pool& own;
  storage::Pool& strangers;
};

class Witnessing {
 public:
  // `precondition`: the witness's key is a ledger's; `invalid`: the policy, with its line.
  static Result<std::unique_ptr<Witnessing>> make(const ops::Config& config,
                                                  const WitnessPools& pools,
                                                  const Directories& directories, Clock& clock,
                                                  flow::VerifiedCheckpoints& checkpoints,
                                                  ops::Metrics& metrics, ops::Log& log);

  // Whether anybody is to be asked about this ledger.
  bool has_witnesses() const;
  flow::RoundParts parts(const ledger::Signer& ledger_signer, flow::PeerWitnesses& peers);
  flow::RoundSettings settings() const;
  // As a witness: nothing is offered without a key.
  transport::PeerOffice office();
  // With one peer, counted in the metrics; and with every other agency of the directory, one by
  // one.
  Result<flow::Reconciled> reconcile(flow::PeerPairs& peers, const AgencyId& peer);
  // The next of those that are due, if any; after due() all of them are.
  void due();
  void reconcile_next(flow::PeerPairs& peers);
  web::Inlets pages();

 private:
  Witnessing(const ops::Config& config, const WitnessPools& pools, const Directories& directories,
             Clock& clock, flow::VerifiedCheckpoints& checkpoints, ops::Metrics& metrics,
             ops::Log& log, ledger::WitnessPolicy policy,
             std::optional<ledger::Ed25519Signer> signer);

  const ops::Config& config_;
  const Directories& directories_;
  Clock& clock_;
  ops::Metrics& metrics_;
  ops::Log& log_;
  WitnessLog observer_;
  storage::WitnessBook book_;
  storage::OwnLog own_;
  storage::PairBook pairs_;
  web::WitnessClient web_;
  const ledger::WitnessPolicy policy_;
  const std::optional<ledger::Ed25519Signer> signer_;
  const flow::WitnessDesk desk_;
  std::vector<AgencyId> due_;  // the follower's thread alone
};

}  // namespace relais
