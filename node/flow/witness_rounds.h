// SPDX-License-Identifier: Apache-2.0
// This agency's ledger before its witnesses: on a fixed beat its newest checkpoint goes to all of
// them at once, never more than one request under way to each. Nobody who appends waits for it. At
// the start nothing is signed until a witness has answered, or none has within ten seconds; a
// witness that holds another history stops the ledger. Owned by main: one thread, and one more for
// each witness but the first while a round lasts. A crash loses cosignatures under way; they are
// asked for again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "node/core/agency.h"
#include "node/flow/witnesses.h"
#include "node/ledger/witness_policy.h"

namespace relais::flow {

// Port: what came of it, for metrics and the log. Called from several threads; must not throw.
class RoundObserver {
 public:
  virtual ~RoundObserver() = default;
  virtual void answered(const std::string& witness, ledger::WitnessStanding standing) = 0;
  virtual void hindered(const std::string& witness, const Fault& fault) = 0;
  virtual void contradicted(const Contradiction& contradiction, bool proven) = 0;
  // Since the start none has answered (true), or the first one has (false).
  virtual void unwitnessed(bool none) = 0;
  // Enough of them, by the policy, cosigned the newest checkpoint.
  virtual void witnessed(uint64_t size) = 0;
};

struct RoundParts {
  const ledger::WitnessPolicy& policy;
  const ledger::Signer& ledger_signer;  // of the ledger in force; signs that an empty one is empty
  OwnLog& log;
  const Directories& directories;
  PeerWitnesses& peers;
  WebWitnesses& web;
  RoundObserver& observer;
  Clock& clock;  // for which of a peer's keys count now
};

// A witness of the policy whose place is "exchange:<agency id>" is a peer of the directory; at
// http:// or https:// one of the C2SP form; one without a place is not asked.
inline constexpr std::string_view kExchangePlace = "exchange:";

// Names of witnesses, in the policy.
using WitnessNames = std::set<std::string>;

struct RoundOutcome {
  WitnessNames answered;  // with a cosignature or a contradiction
  bool contradicted = false;
  bool damaged = false;  // an answer could not be judged: the ledger itself does not derive
  bool asked = true;     // false: the database was away, and there was nothing to show to anybody
};

// Shows the newest checkpoint to every witness that has not cosigned it, and to every one that is
// not among those `heard` since the start: what an old backup says of it may be old, too. A
// contradiction is proven against the database as it is then, and kept before it is told.
RoundOutcome ask_witnesses(const RoundParts& parts, const WitnessNames& heard);

struct RoundSettings {
  std::chrono::milliseconds every{10'000};
  std::chrono::milliseconds first_within{10'000};
  std::chrono::milliseconds first_again{500};  // between two tries at the start
};

class WitnessRounds {
 public:
  // Starts at once. `sign` is called with `asking`, then with what may be done from then on.
  WitnessRounds(const RoundParts& parts, const RoundSettings& settings,
                std::function<void(Signing)> sign);
  WitnessRounds(const WitnessRounds&) = delete;
  WitnessRounds& operator=(const WitnessRounds&) = delete;
  ~WitnessRounds();  // after the round under way

 private:
  void run();
  void begin();
  void take(const RoundOutcome& outcome);
  bool pause(std::chrono::milliseconds at_most);

  const RoundParts parts_;
  const RoundSettings settings_;
  const std::function<void(Signing)> sign_;
  WitnessNames heard_;  // the thread's own
  bool stopped_ = false;
  std::mutex mutex_;
  std::condition_variable ends_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace relais::flow
