// SPDX-License-Identifier: Apache-2.0
// The agencies' own software while everything around it fails: threads that ask for a place again
// and again, and repeat what was not answered under the same key; one that accepts what arrived;
// and one that watches the checkpoints the nodes show to strangers. Owned by a chaos program, which
// reads the sums after stop(); nothing durable.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/stage.h"
#include "tests/support/dice.h"
#include "tests/support/ledger_watch.h"

namespace relais::chaos {

// Where a node shows its checkpoint to strangers.
struct Page {
  std::string host;
  uint16_t port = 0;
};

struct CallersSettings {
  std::vector<demo::DeskAccess> desks;  // of the sender's node and its replica
  demo::DeskAccess receiver;
  std::map<std::string, std::vector<Page>> pages;  // agency -> its nodes' own
  uint64_t seed = 0;
  int threads = 6;
};

// What the callers were told, by the key they asked under.
struct Told {
  std::string referral;
  std::string disclosure;
};

class Callers {
 public:
  Callers(const e2e::Stage& stage, test::LedgerWatch& watch, CallersSettings settings);
  ~Callers();
  Callers(const Callers&) = delete;
  Callers& operator=(const Callers&) = delete;

  // Nothing new is asked any more; what was not answered yet is repeated until it is, or for a
  // minute.
  void stop();

  // After stop().
  const std::map<std::string, Told>& told() const { return told_; }
  const std::vector<std::string>& wrong() const { return wrong_; }
  // Whom it asked for.
  static std::vector<std::string> persons();
  uint64_t repeated() const { return repeated_; }
  uint64_t accepted() const { return accepted_; }

 private:
  void ask_again_and_again(int number);
  void ask(std::vector<demo::DeskClient>& desks, const std::string& key, test::Dice& random);
  bool note(const std::string& key, const v1::SubmitReferralResponse& answer);
  void note_failure(const demo::CallFault& fault);
  void accept_what_arrives();
  void watch_pages();
  v1::SubmitReferralRequest request(const std::string& key) const;

  const e2e::Stage& stage_;
  test::LedgerWatch& watch_;
  const CallersSettings settings_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> ended_{false};
  std::atomic<uint64_t> repeated_{0};
  std::atomic<uint64_t> accepted_{0};
  std::mutex mutex_;
  std::map<std::string, Told> told_;
  std::vector<std::string> wrong_;
  std::vector<std::thread> askers_;
  std::vector<std::thread> others_;
};

}  // namespace relais::chaos
