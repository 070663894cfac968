// SPDX-License-Identifier: Apache-2.0
// What the verbs need from the outside, as ports: the Register (everything durable that goes with a
// ledger entry), the stores that read, and the line that wires them together. All are thread-safe
// and blocking; storage implements them over PostgreSQL, tests over memory.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "node/core/agency.h"
#include "node/core/consent.h"
#include "node/core/disclosure.h"
#include "node/core/ids.h"
#include "node/core/person.h"
#include "node/core/referral.h"
#include "node/core/result.h"
#include "node/flow/account.h"
#include "node/flow/counterpart.h"
#include "node/flow/notices.h"
#include "node/ledger/record.h"
#include "node/ledger/tree.h"

namespace relais::flow {

// The stamps a permit was made under. The appender compares them with the current ones inside its
// transaction; a difference makes the item Stale and appends nothing of it.
struct Guard {
  int64_t person_epoch = 0;
  int64_t directory_version = 0;
};

// A client's idempotency key and the digest of the body it was used with.
struct Submission {
  std::string client;  // identity of the calling certificate
  std::string key;
  Digest body{};
};

enum class Direction { sent, received };

// A referral as it is kept. `body` is sealed at rest under the person's key: for one that was sent,
// the request as asked (encode_request); for one that was received, the payload.
struct StoredReferral {
  ReferralId id;
  Direction direction = Direction::sent;
  DisclosureId disclosure;  // of the message that opened it
  Handle handle;
  PersonId person;
  AgencyId counterpart;
  ServiceId service;
  std::string purpose;
  std::string state;
  std::string reason;
  std::string delivery;  // queued delivered refused withheld undeliverable; empty when received
  std::optional<uint64_t> index;  // of its ledger entry; the appender fills it in
  std::vector<std::string> attachments;
  Instant created;
  Instant expires;            // no answer by then, to it or to the question to cancel it: expired
  uint64_t sequence_out = 0;  // of the last message sent about it
  uint64_t sequence_in = 0;   // of the last message applied
  bool duty = false;          // a duty to report waits in it for a human
  Bytes body;
  PersonReference reference;  // the person is filed under; only read, never written with it
};

// A change of a kept referral; empty fields stay as they are.
struct ReferralChange {
  ReferralId id;
  std::string state;
  // Not empty: `state` and `reason` change only if the state is this one, or one of these separated
  // by spaces, when the entry is appended (a late acknowledgement must not undo an answer that
  // overtook it, and such an answer must not be lost to it). The rest changes regardless.
  std::string if_state;
  std::string reason;
  std::string delivery;
  std::optional<uint64_t> sequence_out;
  std::optional<uint64_t> sequence_in;
  std::optional<Instant> expires;  // with `state`: a question of its own, with its own time
  std::optional<Bytes> body;       // of one that was received: corrected
};

// A message that waits to be delivered: this entry's own envelope.
struct Queued {
  DisclosureId disclosure;
  AgencyId peer;
  ReferralId referral;
  uint64_t sequence = 1;
  Instant expires;  // not to be filed after
  Instant give_up;  // undeliverable after
};

// The idempotency key was used before.
struct Existing {
  ReferralId referral;
  bool same_body = false;
};

// The person's epoch or the directory moved since the permit: decide again.
struct Stale {};

// The referral is no longer as the verb saw it, or a peer's word about its handle came first.
struct Moved {};
struct ExpectedState {
  ReferralId referral;
  std::string state;
  // The last message sent about it, where another one may change no state: two must not go out
  // under one number, nor may what the verb read of it be written over what came in between.
  std::optional<uint64_t> sequence_out{};
  bool holds(const std::string& state_now, uint64_t sequence_now) const {
    return state_now == state && sequence_now == sequence_out.value_or(sequence_now);
  }
};

// The end of a queued message, with the entry that says so.
struct Settled {
  DisclosureId disclosure;
  std::string status;  // delivered | refused | withheld | undeliverable
  std::optional<Counterpart> counterpart{};
};

// A message received: filed once per (sender, disclosure).
struct Filed {
  AgencyId sender;
  DisclosureId disclosure;
  Digest envelope_digest{};
  std::string status;  // filed | refused
  std::string reason;
};

struct RightsChange {
  std::optional<bool> objection;
  std::optional<bool> restriction;
};

// One ledger entry and everything that must be true in the same transaction, or not at all.
struct Draft {
  PersonId person;
  bool new_person =
      false;  // create the person's row (and key) with it: a pairwise handle's first entry
  ledger::SharedPart shared;         // entry_id and origin set by the verb
  ledger::PrivatePart private_part;  // person_seq and previous_commitment set by the appender
  Bytes payload;                     // sealed beside the record
  std::optional<Guard> guard;
  std::optional<Submission> submission;    // with `referral`
  std::optional<StoredReferral> referral;  // inserted, or replaces the row of the same id
  std::optional<ReferralChange> change;
  std::optional<ExpectedState> expected;  // else nothing is appended: Moved
  std::optional<Queued> queued;
  std::optional<Settled> settled;
  std::optional<Filed> filed;
  std::optional<Consent> consent;      // a new version; moves the epoch
  std::optional<RightsChange> rights;  // moves the epoch
  std::optional<PersonFacts> facts;    // moves the epoch
  // The agency's reference the person of a pairwise handle is found under from now on; the agency's
  // own row keeps its own.
  std::optional<PersonReference> filed_under;
  // Who must be told of it, and how many entries the person had when that was read: else Stale.
  std::vector<Notice> notices;
  std::optional<uint64_t> as_of_seq;
  std::optional<Tombstone> stop;
};

// Durable, and inside the signed checkpoint given here.
struct Appended {
  EntryId entry;
  uint64_t index = 0;
  Digest commitment{};
  Digest private_commitment{};
  Digest shared_opening{};
  Bytes shared_bytes;
  ledger::Proof proof;
  std::string checkpoint;
};
// The message was filed before: what the first filing wrote.
struct AlreadyFiled {
  Digest envelope_digest{};
  std::string status;
  std::string reason;
  EntryId entry;
  Digest commitment{};
  Instant time;  // the entry's time_claimed
};
using AppendOutcome = std::variant<Appended, Stale, Existing, AlreadyFiled, Moved>;

// Port: the ledger's appender. append() returns after COMMIT. FaultKind::exhausted at once when its
// queue is full; in_doubt never leaves it (it looks the entry up first, else `unavailable`).
class Register {
 public:
  virtual ~Register() = default;
  virtual Result<AppendOutcome> append(Draft draft) = 0;
  // Several of one caller that do not depend on each other: an outcome each, in their order. One
  // may stand while another is refused.
  virtual std::vector<Result<AppendOutcome>> append_all(std::vector<Draft> drafts) {
    std::vector<Result<AppendOutcome>> outcomes;
    for (Draft& draft : drafts) outcomes.push_back(append(std::move(draft)));
    return outcomes;
  }
  virtual Result<std::optional<AlreadyFiled>> filed(const AgencyId& sender,
                                                    const DisclosureId& disclosure) = 0;
  // The ledger an entry stands in; `not_found`. An acknowledgement given again names the same one,
  // also when a new year's ledger has begun.
  virtual Result<std::string> origin_of(const EntryId& entry) = 0;
};

// Port: persons of this agency.
class People {
 public:
  virtual ~People() = default;
  virtual Result<std::optional<Person>> find(const PersonReference& reference) = 0;
  virtual Result<Person> open(const PersonReference& reference) = 0;  // creates when absent
  virtual Result<Person> get(const PersonId& id) = 0;
  // Every row filed under the reference: the agency's own and those of accepted pairwise handles.
  virtual Result<std::vector<PersonId>> filed_under(const PersonReference& reference) = 0;
};

struct InboxPage {
  std::vector<StoredReferral> referrals;  // in order of filing (ledger index)
  std::vector<std::string> tokens;        // one a referral: go on after it
};

// Port: referrals of this agency.
class Referrals {
 public:
  virtual ~Referrals() = default;
  virtual Result<std::optional<StoredReferral>> get(const ReferralId& id) = 0;
  virtual Result<std::optional<StoredReferral>> by_handle(const AgencyId& counterpart,
                                                          const Handle& handle) = 0;
  // Of a question about room, which has no handle: by the message that asked.
  virtual Result<std::optional<StoredReferral>> probe(const AgencyId& counterpart,
                                                      const DisclosureId& disclosure) = 0;
  virtual Result<std::optional<Existing>> submitted(const Submission& submission) = 0;
  // `after` is a token of an earlier page, or empty.
  virtual Result<InboxPage> inbox(const std::string& after, int limit) = 0;
  // Every one about a person's row, sent and received, the oldest first.
  virtual Result<std::vector<StoredReferral>> of_person(const PersonId& person) = 0;
  // Cuts off persons, handles and bodies of those made before, in one of these states, about which
  // nothing waits to be delivered; state, reason, service and dates stay, to be counted. How many.
  virtual Result<size_t> anonymise(Instant made_before, const std::vector<std::string>& states,
                                   int limit) = 0;
  // In a state that the timer ends, and past their expiry: the longest first.
  virtual Result<std::vector<StoredReferral>> unanswered(Instant now, int limit) = 0;
};

}  // namespace relais::flow
