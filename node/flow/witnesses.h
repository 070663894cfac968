// SPDX-License-Identifier: Apache-2.0
// Witnessing between agencies, as ports: what this node cosigned of others' ledgers, what others
// cosigned of its own, and the two ways to a witness. All are thread-safe and blocking.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "node/core/agency.h"
#include "node/core/result.h"
#include "node/core/time.h"
#include "node/ledger/tree.h"
#include "node/ledger/witness.h"
#include "node/ledger/witness_reply.h"

namespace relais::flow {

// A checkpoint that a log's agency showed, and with the log's own signature alone.
struct Shown {
  ledger::Witnessed tree;
  Bytes note;
};

// What a witness made of one request, and what stood before it: what it had cosigned, or what it
// was shown where the judgement is by that.
struct Judged {
  ledger::WitnessJudgement judgement;
  ledger::Witnessed before;
  Bytes held;  // the checkpoint of that; empty: none
  bool taken =
      false;  // what came is held against the log, or accounted for: it need not come again
};

// Port: what this node cosigned. Judged and kept in one transaction: after see() has answered
// `cosign`, no other checkpoint is cosigned that does not extend this one, in any process and after
// any crash. An alarm is kept with both signed checkpoints.
class WitnessBook {
 public:
  virtual ~WitnessBook() = default;
  // `came`: what the log's agency showed with a message. It is kept where nothing else is held
  // against this log, until the log has led from there to what it wants cosigned.
  virtual Result<Judged> see(const ledger::AddCheckpoint& request, const ledger::VerifierKey& log,
                             const std::optional<Shown>& came) = 0;
};

// Whether the appender may sign.
enum class Signing {
  allowed,
  asking,        // at the start: the witnesses have not answered yet
  contradicted,  // a witness holds another history of this ledger
  damaged,       // the ledger's leaves do not derive what this node itself signed of them
};

// The newest checkpoint of a ledger; size 0 and no note: none yet.
struct LogHead {
  uint64_t size = 0;
  Bytes note;
};

struct Cosigned {
  std::string origin;
  uint64_t size = 0;
  std::string witness;  // its key (vkey): two keys may have one name
  Bytes line;
};

// Why a ledger is not gone on with.
struct Contradiction {
  std::string origin;
  std::string kind;  // ahead | different
  std::string witness;
  uint64_t size = 0;
  Bytes note;  // what the witness holds, signed by this ledger's key
};

// Port: this agency's own ledger, as its witnesses see it.
class OwnLog {
 public:
  virtual ~OwnLog() = default;
  virtual Result<LogHead> newest(const std::string& origin) = 0;
  // 0 < from <= to <= the newest size.
  virtual Result<ledger::Proof> consistency(const std::string& origin, uint64_t from,
                                            uint64_t to) = 0;
  // Derived from the leaves. `corrupt` where this agency's own checkpoint of that size has another
  // root: the database rots, which is not another history.
  virtual Result<Digest> root_at(const std::string& origin, uint64_t size) = 0;
  // The largest size the witness of this key (vkey) cosigned; 0: none.
  virtual Result<uint64_t> cosigned(const std::string& origin, const std::string& witness) = 0;
  virtual Result<void> keep(const Cosigned& cosigned) = 0;
  // From then on the ledger takes no entry any more, in no process.
  virtual Result<void> stop(const Contradiction& contradiction) = 0;
  virtual Result<bool> stopped(const std::string& origin) = 0;
};

// Port: asks a peer for its cosignature, over Exchange. Its answer comes with what it holds.
class PeerWitnesses {
 public:
  virtual ~PeerWitnesses() = default;
  virtual Result<ledger::WitnessReply> add_checkpoint(const PeerAddress& peer,
                                                      const Bytes& body) = 0;
};

// Port: asks a witness of the C2SP form, POST <url>/add-checkpoint.
class WebWitnesses {
 public:
  virtual ~WebWitnesses() = default;
  virtual Result<ledger::WitnessReply> add_checkpoint(const std::string& url,
                                                      const Bytes& body) = 0;
};

}  // namespace relais::flow
