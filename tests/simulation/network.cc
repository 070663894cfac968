// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/network.h"

#include <algorithm>

#include "node/flow/acknowledge.h"
#include "node/flow/receive.h"
#include "tests/simulation/agency.h"
#include "tests/simulation/watch.h"

namespace relais::simulation {

Network::Fate Network::fate() {
  if (!dice_.chance(trouble_percent_)) return Fate::arrives;
  constexpr Fate kTroubles[] = {Fate::away,  Fate::lost,      Fate::late,
                                Fate::twice, Fate::word_lost, Fate::other_word};
  return kTroubles[dice_.below(std::size(kTroubles))];
}

Agency* Network::recipient_of(const Envelope& envelope) const {
  const auto& all = watch_.agencies();
  const bool astray = planted(Bug::send_to_stranger) && all.size() > 2;
  const auto found = std::find_if(all.begin(), all.end(), [&](const Agency* one) {
    return astray ? one->id() != envelope.recipient && one->id() != envelope.sender
                  : one->id() == envelope.recipient;
  });
  return found == all.end() ? nullptr : *found;
}

// What the recipient answers, as a caller hears of it: a crash there is no answer, and a fault is
// never "nothing was handed over".
Result<Acknowledgement> Network::hand(Agency& to, const Envelope& envelope) {
  watch_.arrives(to, envelope);
  try {
    const Running running(awaits_, to.number);
    auto word = flow::receive(to.line(), envelope.sender, envelope);
    if (word) watch_.answered(to, envelope, *word);
    if (!word && word.error().kind == FaultKind::unavailable) {
      return fail(FaultKind::deadline, "the peer did not answer");
    }
    return word;
  } catch (const Crash& crash) {
    if (crash.agency != to.number) throw;
    to.restart();
    watch_.restarted(to);
    return fail(FaultKind::deadline, "the peer did not answer");
  }
}

Result<Acknowledgement> Network::send(Agency& from, const Disclosure& disclosure) {
  const Envelope& envelope = disclosure.envelope();
  awaits_.reach(false);
  watch_.leaves(from, envelope);
  Agency* to = recipient_of(envelope);
  const Fate fate = this->fate();
  if (to == nullptr || fate == Fate::away || cuts_.contains(std::minmax(from.number, to->number))) {
    return fail(FaultKind::unavailable, "the peer is away");
  }
  if (fate == Fate::late || fate == Fate::twice) on_the_way_.push_back(envelope);
  if (fate == Fate::lost || fate == Fate::late) {
    return fail(FaultKind::deadline, "the peer did not answer");
  }
  auto word = hand(*to, envelope);
  awaits_.reach(false);
  if (!word) return word;
  if (fate == Fate::word_lost) return fail(FaultKind::deadline, "the peer did not answer");
  const std::optional<Acknowledgement> other = std::exchange(last_word_, *word);
  if (fate == Fate::other_word && other) *word = *other;
  if (!planted(Bug::believe_any_word) &&
      !flow::is_word_of_recipient(*word, envelope, disclosure.signing_keys())) {
    return fail(FaultKind::internal, "the answer is not the peer's word on these bytes");
  }
  return word;
}

bool Network::arrive(size_t which) {
  if (on_the_way_.empty()) return false;
  const auto at = on_the_way_.end() - 1 - static_cast<ptrdiff_t>(which % on_the_way_.size());
  const Envelope envelope = std::move(*at);
  on_the_way_.erase(at);
  Agency* to = recipient_of(envelope);
  if (to != nullptr) (void)hand(*to, envelope);
  return true;
}

}  // namespace relais::simulation
