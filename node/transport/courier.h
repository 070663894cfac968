// SPDX-License-Identifier: Apache-2.0
// GrpcCourier: the only way out of the node. One channel per (endpoint, TLS identity, keys), kept;
// each pins the peer's URI, and the keys the directory lists. Owned by main, called by outbox
// workers, blocking up to the call timeout; thread-safe. After a send and before the
// acknowledgement is stored a crash means the message is sent again: the receiver files once by
// disclosure id and answers the same.
#pragma once

#include <chrono>
#include <memory>

#include "node/core/disclosure.h"
#include "node/flow/peer_directories.h"
#include "node/flow/reconcile.h"
#include "node/flow/witnesses.h"
#include "node/transport/tls.h"

namespace relais::transport {

struct CourierSettings {
  TlsFiles tls;  // this agency's identity, and the authority of its peers
  std::chrono::milliseconds call_timeout{10'000};  // at most 30 s, which is what a peer accepts
  std::chrono::seconds refresh{5};                 // of the TLS files
};

class GrpcCourier final : public Courier,
                          public flow::PeerWitnesses,
                          public flow::PeerPairs,
                          public flow::PeerDirectories {
 public:
  // `precondition` when a TLS file cannot be read, `invalid` for a timeout outside 1 ms … 30 s.
  static Result<std::unique_ptr<GrpcCourier>> make(const CourierSettings& settings);
  ~GrpcCourier() override;

  // Faults: `unavailable`, `deadline`, `exhausted` when the peer is away or busy; `forbidden`,
  // `unauthenticated`, `invalid`, `precondition` as the peer said; `internal` when its answer is
  // not its signed word about exactly this envelope. No word of the peer's error text is kept.
  Result<Acknowledgement> deliver(const Disclosure& disclosure) override;
  // All calls are under way at once; it takes one call timeout at most.
  std::vector<Result<Acknowledgement>> deliver_all(
      std::span<const Disclosure> disclosures) override;
  // What it shows is not believed here. At most five seconds: the next round asks again.
  Result<ledger::WitnessReply> add_checkpoint(const PeerAddress& peer, const Bytes& body) override;
  Result<flow::PairPage> pair(const PeerAddress& peer, const flow::PairQuestion& question) override;
  // Over a connection of its own, which takes an answer of 4 MiB: the others stay narrow.
  Result<std::string> directory(const PeerAddress& peer, int64_t known) override;

 private:
  class Peers;
  GrpcCourier(const CourierSettings& settings, std::unique_ptr<Peers> peers);

  const std::chrono::milliseconds call_timeout_;
  const std::unique_ptr<Peers> peers_;
};

}  // namespace relais::transport
