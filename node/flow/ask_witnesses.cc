// SPDX-License-Identifier: Apache-2.0
// One round: a question to each witness, and what is made of the answers.
#include <algorithm>
#include <utility>

#include "node/flow/witness_rounds.h"

namespace relais::flow {
namespace {

using ledger::WitnessAsked;
using ledger::WitnessReading;
using ledger::WitnessReply;
using ledger::WitnessStanding;
using Witness = ledger::WitnessPolicy::Witness;

constexpr int kTries = 4;  // a size corrected by the witness, and another replica meanwhile

Result<WitnessReply> carry(const RoundParts& parts, const Witness& witness, const Bytes& body) {
  if (!witness.url.starts_with(kExchangePlace)) return parts.web.add_checkpoint(witness.url, body);
  const AgencyId peer(witness.url.substr(kExchangePlace.size()));
  const auto directory = parts.directories.current();
  const Agency* agency = directory ? directory->find(peer) : nullptr;
  if (agency == nullptr) {
    return fail(FaultKind::not_found, "a witness that is not in the directory", peer.text());
  }
  return parts.peers.add_checkpoint(agency->peer_address(parts.clock.now()), body);
}

// An empty ledger has no checkpoint stored; what is signed for it is always the same.
Result<WitnessAsked> newest(const RoundParts& parts) {
  const std::string& origin = parts.ledger_signer.verifier().name();
  RELAIS_TRY(head, parts.log.newest(origin));
  WitnessAsked asked;
  asked.note = std::move(head.note);
  if (head.size == 0) {
    RELAIS_TRY(note,
               ledger::sign_checkpoint({origin, 0, ledger::empty_root()}, parts.ledger_signer));
    asked.note = std::move(note);
  }
  RELAIS_TRY(opened, ledger::open_checkpoint(asked.note, parts.ledger_signer.verifier()));
  asked.checkpoint = opened.checkpoint();
  return asked;
}

Result<Bytes> body_of(const RoundParts& parts, const WitnessAsked& asked) {
  ledger::AddCheckpoint request{asked.old_size, {}, asked.note};
  if (asked.old_size > 0 && asked.old_size < asked.checkpoint.size) {
    RELAIS_TRY(proof, parts.log.consistency(asked.checkpoint.origin, asked.old_size,
                                            asked.checkpoint.size));
    request.proof = std::move(proof);
  }
  return ledger::print_add_checkpoint(request);
}

Result<std::optional<Digest>> root_at_held(const RoundParts& parts, const WitnessAsked& asked,
                                           const WitnessReply& reply) {
  const auto held = ledger::held_by(reply, parts.ledger_signer.verifier());
  if (!held || held->size > asked.checkpoint.size) return std::nullopt;
  if (held->size == 0) return ledger::empty_root();
  RELAIS_TRY(root, parts.log.root_at(asked.checkpoint.origin, held->size));
  return std::optional<Digest>(root);
}

struct Answer {
  WitnessAsked asked;
  WitnessReading reading;
  Bytes held;
};

// A witness that cosigned can have been shown more with a message: what this ledger's other
// replicas recorded since, or what this copy of it has lost.
Result<void> check_reach(const RoundParts& parts, const WitnessReply& reply, Answer& answer) {
  const auto held = ledger::held_by(reply, parts.ledger_signer.verifier());
  if (!held || held->size <= answer.reading.known) return {};
  RELAIS_TRY(now, newest(parts));
  if (now.checkpoint.size < held->size) {
    answer.reading = {WitnessStanding::ahead, held->size, {}, true};
  }
  return {};
}

// Starts from what this witness is known to have cosigned, and again from what it says.
Result<Answer> ask(const RoundParts& parts, const Witness& witness, WitnessAsked asked) {
  RELAIS_TRY(cosigned, parts.log.cosigned(asked.checkpoint.origin, witness.key.text()));
  asked.old_size = std::min(cosigned, asked.checkpoint.size);
  Answer answer;
  for (int tried = 0; tried < kTries; ++tried) {
    RELAIS_TRY(body, body_of(parts, asked));
    RELAIS_TRY(reply, carry(parts, witness, body));
    RELAIS_TRY(root, root_at_held(parts, asked, reply));
    answer.reading = read_reply(reply, asked, parts.ledger_signer.verifier(), witness.key, root);
    answer.held = reply.held.value_or(Bytes{});
    if (answer.reading.standing == WitnessStanding::cosigned) {
      RELAIS_TRY_VOID(check_reach(parts, reply, answer));
      break;
    }
    if (answer.reading.standing == WitnessStanding::ahead) {
      // Another replica may have shown it more, meanwhile: the database says what there is.
      RELAIS_TRY(now, newest(parts));
      if (now.checkpoint.size < answer.reading.known) break;
      asked = std::move(now);
      answer.reading.standing = WitnessStanding::retry;  // it is not ahead of the database
    } else if (answer.reading.standing != WitnessStanding::retry) {
      break;
    }
    asked.old_size = answer.reading.known;
  }
  answer.asked = std::move(asked);
  return answer;
}

// True when it contradicts.
bool contradicts(const RoundParts& parts, const Witness& witness, const Answer& answer) {
  const WitnessReading& reading = answer.reading;
  if (reading.standing != WitnessStanding::ahead &&
      reading.standing != WitnessStanding::different) {
    return false;
  }
  const Contradiction contradiction{answer.asked.checkpoint.origin,
                                    std::string(code_of(reading.standing)), witness.key.name(),
                                    reading.known, answer.held};
  if (reading.proven) {
    const auto kept = parts.log.stop(contradiction);
    if (!kept) parts.observer.hindered(witness.name, kept.error());
  }
  parts.observer.contradicted(contradiction, reading.proven);
  return true;
}

Result<void> keep(const RoundParts& parts, const Witness& witness, const Answer& answer) {
  const ledger::Checkpoint& checkpoint = answer.asked.checkpoint;
  if (checkpoint.size == 0) return {};
  return parts.log.keep(
      {checkpoint.origin, checkpoint.size, witness.key.text(), answer.reading.lines});
}

// What the witnesses' threads work for.
class RoundTally {
 public:
  void answered(const Witness& witness, bool contradicted) {
    const std::scoped_lock lock(mutex_);
    outcome_.answered.insert(witness.name);
    outcome_.contradicted = outcome_.contradicted || contradicted;
  }
  void damaged() {
    const std::scoped_lock lock(mutex_);
    outcome_.damaged = true;
  }
  // Once they have ended.
  RoundOutcome take() { return std::move(outcome_); }

 private:
  std::mutex mutex_;
  RoundOutcome outcome_;
};

void ask_one(const RoundParts& parts, const Witness& witness, const WitnessAsked& newest,
             RoundTally& tally) {
  const auto answer = ask(parts, witness, newest);
  if (!answer) {
    if (answer.error().kind == FaultKind::corrupt) tally.damaged();
    return parts.observer.hindered(witness.name, answer.error());
  }
  parts.observer.answered(witness.name, answer->reading.standing);
  if (contradicts(parts, witness, *answer)) {
    tally.answered(witness, true);
  } else if (answer->reading.standing == WitnessStanding::cosigned) {
    tally.answered(witness, false);
    const auto kept = keep(parts, witness, *answer);
    if (!kept) parts.observer.hindered(witness.name, kept.error());
  }
}

// Those to be asked for this checkpoint.
std::vector<const Witness*> waiting(const RoundParts& parts, const WitnessAsked& newest,
                                    const WitnessNames& heard) {
  std::vector<const Witness*> chosen;
  for (const Witness& witness : parts.policy.witnesses()) {
    if (witness.url.empty()) continue;
    const auto cosigned = parts.log.cosigned(newest.checkpoint.origin, witness.key.text());
    const bool silent = !heard.contains(witness.name);
    if (silent || !cosigned || *cosigned < newest.checkpoint.size) chosen.push_back(&witness);
  }
  return chosen;
}

// Whether the policy holds for this checkpoint now.
bool enough(const RoundParts& parts, const ledger::Checkpoint& checkpoint) {
  std::vector<ledger::Verified> by;
  for (const Witness& witness : parts.policy.witnesses()) {
    const auto cosigned = parts.log.cosigned(checkpoint.origin, witness.key.text());
    if (cosigned && *cosigned >= checkpoint.size) by.push_back({witness.key, 0});
  }
  return parts.policy.satisfied_by(by);
}

}  // namespace

RoundOutcome ask_witnesses(const RoundParts& parts, const WitnessNames& heard) {
  const auto head = newest(parts);
  if (!head) {
    parts.observer.hindered("", head.error());
    return {{}, false, false, false};
  }
  const auto chosen = waiting(parts, *head, heard);
  RoundTally tally;
  std::vector<std::thread> threads;
  for (size_t i = 1; i < chosen.size(); ++i) {
    threads.emplace_back([&, i] { ask_one(parts, *chosen[i], *head, tally); });
  }
  if (!chosen.empty()) ask_one(parts, *chosen.front(), *head, tally);
  for (std::thread& thread : threads) thread.join();
  RoundOutcome outcome = tally.take();
  if (!chosen.empty() && !outcome.contradicted && head->checkpoint.size > 0 &&
      enough(parts, head->checkpoint)) {
    parts.observer.witnessed(head->checkpoint.size);
  }
  return outcome;
}

}  // namespace relais::flow
