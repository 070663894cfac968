// SPDX-License-Identifier: Apache-2.0
// The line: the ports and settings that every verb works with, wired once by main and never
// changed. Verbs are free functions that take it by const reference; they may run on any thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "node/core/agency.h"
#include "node/core/entropy.h"
#include "node/core/time.h"
#include "node/flow/erasures.h"
#include "node/flow/notices.h"
#include "node/flow/outbox.h"
#include "node/flow/ports.h"
#include "node/flow/retention.h"
#include "node/ledger/note.h"
#include "policy/decision.h"
#include "policy/law.h"
#include "policy/vocabulary.h"

namespace relais::flow {

// How often a verb decides again because something it read has moved: what moves more often is not
// a race but a storm.
inline constexpr int kMostDecisions = 4;

// Port: the law in force now. A snapshot stays valid while it is held.
class Laws {
 public:
  virtual ~Laws() = default;
  virtual std::shared_ptr<const policy::Law> current() const = 0;
};

// One role of the agency's staff register (law.md, "Where each fact comes from").
struct StaffRole {
  std::string role;
  std::string profession;
  std::string secrecy;
  std::string r1110_2;  // empty: unknown
  std::optional<bool> sworn;
};

struct Settings {
  std::string federation;
  AgencyId agency;
  ledger::VerifierKey ledger_key;  // of the ledger in force; its name is the ledger's origin
  std::vector<StaffRole> staff;
  std::chrono::hours expiry{24 * 30};                // a referral without an answer
  std::chrono::hours give_up{24 * 7};                // a message that cannot be delivered
  std::vector<ledger::VerifierKey> other_ledgers{};  // of this agency's earlier years
  std::vector<RetentionDuty> retention{};
  std::chrono::hours answer_within{24 * 7};  // a notice without an answer is an alert after that
  std::chrono::hours anonymise_after{24 * 730};  // a referral that is over, since it was made
  int withhold_days = 365;  // an entry the law withholds from some readers is open after that
};

// Port: what came of each decision that was recorded, for the metrics. Must not throw.
class Tally {
 public:
  virtual ~Tally() = default;
  virtual void decided(policy::Outcome outcome) = 0;
  // A statement in which something was missing or changed.
  virtual void account_broken() = 0;
  // Delivered, and its acknowledgement stored: this long after it was recorded.
  virtual void disclosed(std::chrono::milliseconds since_recorded) = 0;
};

class VerifiedCheckpoints;

struct Line {
  const Settings& settings;
  Clock& clock;
  Entropy& entropy;
  const policy::Vocabulary& vocabulary;
  const Laws& laws;
  const Directories& directories;
  const ledger::Signer& signer;  // of envelopes and acknowledgements, never the ledger's
  Register& ledger;
  People& people;
  Referrals& referrals;
  Outbox& outbox;
  Account& account;
  Proofs& proofs;
  VerifiedCheckpoints& checkpoints;
  Tally& tally;
  Erasures& erasures;
  Notices& notices;
};

// Who calls: the client certificate's identity, the professional who acts, and the trace it belongs
// to.
struct Caller {
  std::string client;
  ActingProfessional acting;
  std::string trace_id;  // 32 hex digits; empty: a new one
};

}  // namespace relais::flow
