// SPDX-License-Identifier: Apache-2.0
// cosign: this node as a witness of others' ledgers (c2sp.org/tlog-witness). The same answer
// whether it was asked over Exchange or over HTTP. What it answers is durable before it is
// answered. Free functions; any thread.
#pragma once

#include <optional>
#include <string_view>

#include "node/core/agency.h"
#include "node/core/time.h"
#include "node/flow/witnesses.h"
#include "node/ledger/note.h"

namespace relais::flow {

class VerifiedCheckpoints;

// Port: what was asked of the witness, for metrics and the log. Must not throw.
class WitnessObserver {
 public:
  virtual ~WitnessObserver() = default;
  virtual void asked(ledger::WitnessAnswer answer) = 0;
  // A log signed what an honest one does not.
  virtual void alarmed(const std::string& origin, ledger::WitnessAlarm alarm) = 0;
};

// Wired once; everything in it outlives who uses it. `signer` may be null: nobody's witness.
struct WitnessDesk {
  const ledger::Signer* signer;  // of type cosignature: never a ledger's own key
  WitnessBook& book;
  const Directories& directories;
  Clock& clock;
  WitnessObserver& observer;
  VerifiedCheckpoints& checkpoints;  // that came with the messages of the logs' agencies
};

// The key of the ledger of this origin, of any agency of the directory that counts now.
std::optional<ledger::VerifierKey> log_of(const Directory& directory, const std::string& origin,
                                          Instant now);

// `body` is what c2sp.org/tlog-witness posts. The reply's `held` is what stood before this
// request: what was cosigned, or what came with a message and is to be led from first; with a
// cosignature, the largest that came, where it is larger. `precondition`: this node is nobody's
// witness; else the database's faults. Everything wrong with the request is a status of the reply.
Result<ledger::WitnessReply> cosign(const WitnessDesk& desk, std::string_view body);

}  // namespace relais::flow
