// SPDX-License-Identifier: Apache-2.0
// One simulated agency: what survives a crash (the store, the keys, the directory file, what the
// desk remembers of its own requests), and the node's process, which is made anew after one. One
// thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "node/flow/checkpoints.h"
#include "tests/simulation/network.h"
#include "tests/simulation/store.h"
#include "tests/support/agencies.h"

namespace relais::simulation {

// What all agencies of a federation share.
struct Common {
  test::FixedClock clock;  // the true time, and the databases'
  std::unique_ptr<policy::Vocabulary> words;
  std::unique_ptr<test::FixedLaw> law;
};

// The directory file of a node, as its process reads it.
class SimulatedDirectories final : public Directories {
 public:
  SimulatedDirectories(const test::FixedDirectory& file, const policy::Vocabulary& words)
      : file_(file), words_(words) {}
  std::shared_ptr<const Directory> current() const override;

 private:
  const test::FixedDirectory& file_;
  const policy::Vocabulary& words_;
  mutable std::shared_ptr<const Directory> first_;
};

// The randomness of a node's store; a broken one begins again at its seed with the process.
class SimulatedEntropy final : public Entropy {
 public:
  explicit SimulatedEntropy(uint64_t seed) : seed_(seed) { begin(); }
  void begin() { inner_ = std::make_unique<test::SeededEntropy>(seed_); }
  void fill(std::span<uint8_t> bytes) override { inner_->fill(bytes); }

 private:
  uint64_t seed_;
  std::unique_ptr<test::SeededEntropy> inner_;
};

class Agency {
 public:
  Agency(size_t number, uint64_t seed, Common& common, Network& network, Awaits& awaits,
         Watch& watch);
  Agency(const Agency&) = delete;
  Agency& operator=(const Agency&) = delete;

  const AgencyId& id() const { return settings.agency; }
  const flow::Line& line() const { return process_->line; }
  Courier& courier() { return courier_; }
  // The process ended and begins again.
  void restart();

  const size_t number;
  flow::Settings settings;
  test::FixedClock clock;  // its own, off by `skew`
  std::chrono::milliseconds skew{0};
  test::FixedDirectory directory;
  ledger::Ed25519Signer signer;
  ledger::Ed25519Signer ledger_signer;
  SimulatedDirectories directories;
  SimulatedEntropy entropy;
  SimulatedEntropy store_entropy;
  test::MemoryStore kept;
  SimulatedStore store;
  // What its desk knows.
  std::vector<std::pair<std::string, flow::Request>> asked;  // with the key it used
  std::vector<ReferralId> referrals;

 private:
  struct Process {
    flow::VerifiedCheckpoints checkpoints;
    test::NoTally tally;
    flow::Line line;
    explicit Process(Agency& agency);
  };
  Common& common_;
  SimulatedCourier courier_;
  std::unique_ptr<Process> process_;
};

// What the directory says of it, with one service that declares `needs`.
relais::Agency listed(const Agency& agency, std::vector<Need> needs);

}  // namespace relais::simulation
