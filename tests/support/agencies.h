// SPDX-License-Identifier: Apache-2.0
// Two agencies over memory: a social service that refers and an intake service that receives, with
// a courier that hands envelopes straight to the receiver's verb. The law is a small pack written
// here, so that a test reads as a whole; the shipped packs have their own cases.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "node/flow/access.h"
#include "node/flow/checkpoints.h"
#include "node/flow/deliver.h"
#include "node/flow/follow.h"
#include "node/flow/receive.h"
#include "node/flow/rights.h"
#include "node/flow/submit.h"
#include "tests/support/memory.h"

namespace relais::test {

// The pack "fr" of these tests.
extern const char* const kLaw;
ledger::Ed25519Signer seeded_signer(const std::string& name, uint64_t seed);
// A social service of the federation "test", in date from 2026 to 2027, without services.
Agency listed(const AgencyId& id, const ledger::VerifierKey& signing,
              const ledger::VerifierKey& log);
// The service "orientation", with what it declares that it needs.
Service orientation(std::vector<Need> needs);

// A consent to this, given by the person themselves at the counter, from now on for so long.
// Categories are codes or masks.
flow::ConsentAsked well_given(const AgencyId& recipient, const char* purpose,
                              std::vector<std::string> categories, Instant now,
                              std::chrono::hours valid);

class FixedLaw final : public flow::Laws {
 public:
  explicit FixedLaw(std::shared_ptr<const policy::Law> law) : law_(std::move(law)) {}
  std::shared_ptr<const policy::Law> current() const override { return law_; }
  void set(std::shared_ptr<const policy::Law> law) { law_ = std::move(law); }

 private:
  std::shared_ptr<const policy::Law> law_;
};

// Keeps the little that tests ask for.
class NoTally final : public flow::Tally {
 public:
  void decided(policy::Outcome) override {}
  void account_broken() override { ++broken; }
  void disclosed(std::chrono::milliseconds since_recorded) override {
    last_disclosure_ms = since_recorded.count();
  }
  int broken = 0;  // statements in which something was missing
  std::atomic<int64_t> last_disclosure_ms{-1};
};

// One agency with everything it needs. Not movable: the line refers to its own members.
struct AgencyNode {
  AgencyNode(const std::string& id, uint64_t seed, const policy::Vocabulary& words, FixedLaw& law,
             FixedDirectory& directory, FixedClock& clock);
  flow::Settings settings;
  SeededEntropy entropy;
  ledger::Ed25519Signer signer;
  ledger::Ed25519Signer ledger_signer;
  MemoryStore store;
  flow::VerifiedCheckpoints checkpoints;
  NoTally tally;
  flow::Line line;
};

class TwoAgencies {
 public:
  TwoAgencies();

  // A well-formed request for one person, from the social service to the intake service.
  flow::Request request() const;
  flow::Caller caller() const { return {"desk", {"worker", "staff-7"}, ""}; }
  // Everything due, once, through `courier` (default: straight to the receiver).
  std::vector<flow::Attempt> deliver_all(AgencyNode& from);
  // A consent for the request, recorded with the social service.
  ConsentId consent() { return consent(sds->line); }
  ConsentId consent(const flow::Line& line);
  // The same request under a consent to whatever the service may come to need, for forty days.
  flow::Request consented_request();
  // From now on the receiving side's own law looks at an objection too, as the Regulation's table
  // does.
  void look_on_both_sides();
  // The directory and its agencies are in date until then ("2028-01-01").
  void extend_directory(const char* until);

  FixedClock clock;
  FixedDirectory directory;
  std::unique_ptr<policy::Vocabulary> words;
  std::unique_ptr<FixedLaw> law;
  std::unique_ptr<AgencyNode> sds;
  std::unique_ptr<AgencyNode> siao;
  // Sees and may change each envelope before the receiver gets it.
  std::function<void(Envelope&)> in_transit;
  // The envelopes that went through.
  std::vector<Envelope> seen;
  bool peer_away = false;
  bool answer_lost = false;  // the receiver gets the envelope, its word does not come back
};

}  // namespace relais::test
