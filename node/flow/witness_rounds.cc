// SPDX-License-Identifier: Apache-2.0
#include "node/flow/witness_rounds.h"

#include <utility>

namespace relais::flow {

WitnessRounds::WitnessRounds(const RoundParts& parts, const RoundSettings& settings,
                             std::function<void(Signing)> sign)
    : parts_(parts), settings_(settings), sign_(std::move(sign)) {
  sign_(Signing::asking);
  parts_.observer.unwitnessed(true);
  thread_ = std::thread([this] { run(); });
}

WitnessRounds::~WitnessRounds() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  ends_.notify_all();
  thread_.join();
}

void WitnessRounds::run() {
  begin();
  while (!pause(settings_.every)) {
    if (!stopped_) take(ask_witnesses(parts_, heard_));
  }
}

// A ledger that was contradicted before stays so, whoever answers now.
void WitnessRounds::begin() {
  auto until = std::chrono::steady_clock::now() + settings_.first_within;
  const std::string& origin = parts_.ledger_signer.verifier().name();
  while (true) {
    const auto stopped = parts_.log.stopped(origin);
    if (stopped && *stopped) {
      stopped_ = true;
      return sign_(Signing::contradicted);
    }
    const RoundOutcome outcome = ask_witnesses(parts_, {});
    take(outcome);
    if (stopped_) return;
    // The witnesses' time begins when there is something to ask them.
    if (!outcome.asked) until = std::chrono::steady_clock::now() + settings_.first_within;
    if (!heard_.empty() || std::chrono::steady_clock::now() >= until) break;
    if (pause(settings_.first_again)) return;
  }
  sign_(Signing::allowed);
}

void WitnessRounds::take(const RoundOutcome& outcome) {
  if ((outcome.contradicted || outcome.damaged) && !stopped_) {
    stopped_ = true;
    sign_(outcome.contradicted ? Signing::contradicted : Signing::damaged);
  }
  if (heard_.empty() && !outcome.answered.empty()) parts_.observer.unwitnessed(false);
  heard_.insert(outcome.answered.begin(), outcome.answered.end());
}

// True when it is to end.
bool WitnessRounds::pause(std::chrono::milliseconds at_most) {
  std::unique_lock lock(mutex_);
  return ends_.wait_for(lock, at_most, [this] { return ending_; });
}

}  // namespace relais::flow
