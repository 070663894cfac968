// SPDX-License-Identifier: Apache-2.0
// The simulated network between the agencies: what a courier hands to it arrives, arrives twice,
// arrives later than its sender waits, or never; and so does the word that comes back. Which of
// them is drawn from the dice of the action under way. One thread.
#pragma once

#include <set>
#include <utility>
#include <vector>

#include "node/core/disclosure.h"
#include "tests/simulation/awaits.h"
#include "tests/support/dice.h"

namespace relais::simulation {

class Agency;
class Watch;

class Network {
 public:
  Network(Awaits& awaits, Watch& watch) : awaits_(awaits), watch_(watch) {}

  // How rough it is for the attempts of the action under way.
  void begin(uint64_t seed, unsigned trouble_percent) {
    dice_ = test::Dice(seed);
    trouble_percent_ = trouble_percent;
  }
  Result<Acknowledgement> send(Agency& from, const Disclosure& disclosure);
  // A copy that was on its way reaches its recipient; its word reaches nobody.
  bool arrive(size_t which);
  size_t on_the_way() const { return on_the_way_.size(); }
  void cut(size_t one, size_t other) { cuts_.insert(std::minmax(one, other)); }
  void mend() { cuts_.clear(); }

 private:
  enum class Fate { arrives, away, lost, late, twice, word_lost, other_word };
  Fate fate();
  // To whom the bytes really go.
  Agency* recipient_of(const Envelope& envelope) const;
  Result<Acknowledgement> hand(Agency& to, const Envelope& envelope);

  Awaits& awaits_;
  Watch& watch_;
  test::Dice dice_{0};
  unsigned trouble_percent_ = 0;
  std::set<std::pair<size_t, size_t>> cuts_;
  std::vector<Envelope> on_the_way_;
  std::optional<Acknowledgement> last_word_;
};

class SimulatedCourier final : public Courier {
 public:
  SimulatedCourier(Agency& from, Network& network) : from_(from), network_(network) {}
  Result<Acknowledgement> deliver(const Disclosure& disclosure) override {
    return network_.send(from_, disclosure);
  }

 private:
  Agency& from_;
  Network& network_;
};

}  // namespace relais::simulation
