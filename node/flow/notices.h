// SPDX-License-Identifier: Apache-2.0
// Port: who must be told that a right was exercised (GDPR 19), and what each answered; and the
// handles about which another agency said so. A notice is written in the transaction of the entry
// it follows from, so that none is forgotten by a crash. Thread-safe, blocking; storage implements
// it over PostgreSQL, tests over memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "node/core/ids.h"
#include "node/core/result.h"
#include "node/core/time.h"
#include "node/ledger/record.h"

namespace relais::flow {

// One recipient who is told, about one handle.
struct Notice {
  DisclosureId id;  // of the message
  EntryId entry;    // the id the message's own entry has, or will have
  ledger::Event event =
      ledger::Event::erased;  // or consent_withdrawn objection restricted corrected
  bool lifted = false;        // of an objection or restriction: it ends
  EntryId cause;              // the entry of the right; empty for an erasure
  PersonId person;            // empty: erased
  AgencyId peer;
  ServiceId service;
  Handle handle;  // of an erasure, empty once answered
  // new queued; answered: stopped erased kept corrected resumed noted needless; not answered:
  // refused withheld undeliverable.
  std::string status = "new";
  std::string answer;  // of one that is kept: "kept:<article>:<day>"
  Instant asked;
  Instant due;                      // no answer by then is an alert
  std::optional<Instant> answered;  // or known that none is needed
};

// A peer's word about a handle: messages about it with a lower sequence number are not filed any
// more. Forgotten after `until`, when every such message has expired.
struct Tombstone {
  AgencyId peer;
  Handle handle;
  uint64_t sequence = 0;
  Instant until;
  bool unknown = false;  // nothing was received under the handle; else the appender says Moved
};

class Notices {
 public:
  virtual ~Notices() = default;
  // About persons, recorded and not in the outbox yet; the longest first.
  virtual Result<std::vector<Notice>> unsent(int limit) = 0;
  virtual Result<std::vector<Notice>> about(const PersonId& person) = 0;
  // Unanswered after its time, or undeliverable: the longest first.
  virtual Result<std::vector<Notice>> overdue(Instant now, int limit) = 0;
  virtual Result<void> queued(const DisclosureId& notice) = 0;
  // What its recipient said, `at` when that is an answer; before the outcome's entry, which may be
  // repeated. The first answer stays.
  virtual Result<void> answered(const DisclosureId& notice, const std::string& status,
                                const std::string& answer, std::optional<Instant> at) = 0;
  // Of erasures, when answered: bodies, openings and handles go. And stops that have run out.
  virtual Result<void> forget(Instant now) = 0;
  // Whether a peer's word about the handle beats a message of this sequence number.
  virtual Result<bool> stopped(const AgencyId& peer, const Handle& handle, uint64_t sequence) = 0;
};

}  // namespace relais::flow
