// SPDX-License-Identifier: Apache-2.0
// What waits to be delivered, as a port: messages are claimed for one peer, read just before an
// attempt, and put off or settled (by an entry, ports.h). Thread-safe and blocking.
#pragma once

#include "node/flow/ports.h"

namespace relais::flow {

// A queued message with what it needs to be checked and sent, read just before an attempt.
struct StoredDisclosure {
  Queued queued;
  int attempts = 0;  // leases, the present one counted
  int in_vain = 0;   // of them, known to have handed nothing over
  // An earlier attempt may have reached the recipient, though nobody knows what came of it.
  bool may_have_left() const { return attempts - 1 > in_vain; }
  Guard stamps;  // epoch and directory version it was recorded under
  StoredReferral referral;
  Person person;
  Digest commitment{};  // from the entry, not from the body
  uint64_t index = 0;
  ledger::Proof proof;
  std::string checkpoint;
  Bytes shared_bytes;
  ledger::Opening shared_opening{};
  Bytes private_bytes;
  ledger::Opening private_opening{};
  Bytes payload;
};

// What an attempt that came to nothing handed to the recipient.
enum class Handed { nothing, perhaps };

// Whether it is the message that opened the referral; else it came later.
inline bool is_request(const StoredDisclosure& stored) {
  return stored.queued.disclosure == stored.referral.disclosure;
}

struct Loaded {
  DisclosureId id;
  Result<StoredDisclosure> message;
};

struct OutboxLine {
  DisclosureId disclosure;
  AgencyId peer;
  std::string status;
  int attempts = 0;
  Instant next_attempt;
  Instant recorded;
  std::string last_failure;
};

// Messages leased together, all to one peer.
struct Claim {
  AgencyId peer;
  std::vector<DisclosureId> messages;
};

// The peers that workers are at.
struct Attended {
  std::vector<AgencyId> full{};  // no further worker goes there
  std::vector<AgencyId> some{};  // may have another once no other peer has anything due
};

// Port: messages that wait.
class Outbox {
 public:
  virtual ~Outbox() = default;
  // Leases up to `limit` due messages of one peer for `lease`; no message when none is due. A peer
  // where nobody is comes first, then the one whose message is due longest.
  virtual Result<Claim> claim(int limit, std::chrono::milliseconds lease,
                              const Attended& attended) = 0;
  // Those that were not settled meanwhile. A message that cannot be read is a Fault of its own.
  virtual Result<std::vector<Loaded>> load(const std::vector<DisclosureId>& ids) = 0;
  // Not before `wait` has passed by the store's own clock, the one that says what is due: a node's
  // clock that goes wrong neither holds a message up nor sends it again at once. `failure` is a
  // code.
  virtual Result<void> postpone(const DisclosureId& id, std::chrono::milliseconds wait,
                                Constant failure, Handed handed) = 0;
  // The peer answers again: up to `most` of the messages that were put off because it was away, and
  // are not under way now, are due at once.
  virtual Result<void> hasten(const AgencyId& peer, int most) = 0;
  virtual Result<std::vector<OutboxLine>> list(int limit) = 0;
};

}  // namespace relais::flow
