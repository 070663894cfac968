// SPDX-License-Identifier: Apache-2.0
// reconcile: what this agency and a peer recorded of the messages between the two, laid side by
// side. Every message that one says it disclosed has its counterpart with the other, under the
// entry and the commitment that was acknowledged. Random ids and digests only: no person, no
// handle, no payload crosses. A peer is shown the messages of its own pair, never another's. Free
// functions; any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "node/flow/line.h"
#include "node/flow/witnesses.h"

namespace relais::flow {

// One message as one of the two recorded it.
struct PairRow {
  DisclosureId disclosure;
  bool sent = false;   // by whoever says so; else received
  std::string status;  // queued delivered refused withheld undeliverable; received: filed refused
  EntryId entry;       // its own, and what that commits to
  Digest commitment{};
  std::optional<Digest> envelope_digest{};
  std::optional<Counterpart> counterpart{};  // sent: what the other signed when it took it
  std::optional<Instant> filed{};            // received: when; this agency's own, never the peer's
};

// In order of the disclosures' ids, after `after`.
struct PairQuestion {
  std::optional<DisclosureId> after{};
  int limit = 200;
};
inline constexpr int kMostPairRows = 200;
struct PairPage {
  std::vector<PairRow> rows;
  bool more = false;
};

// Port: what this agency recorded with one peer, what was erased since included.
class PairBook {
 public:
  virtual ~PairBook() = default;
  virtual Result<PairPage> page(const AgencyId& peer, const PairQuestion& question) = 0;
};

// Port: asks a peer for what it recorded with this agency.
class PeerPairs {
 public:
  virtual ~PeerPairs() = default;
  virtual Result<PairPage> pair(const PeerAddress& peer, const PairQuestion& question) = 0;
};

struct Mismatch {
  DisclosureId disclosure;
  bool sent = false;  // by this agency
  std::string what;   // missing_here missing_there different arrived
  EntryId entry;      // this agency's; empty when missing_here
  friend bool operator==(const Mismatch&, const Mismatch&) = default;
};

struct Reconciled {
  uint64_t compared = 0;  // messages that either side knows
  uint64_t missing = 0;
  uint64_t different = 0;
  std::vector<Mismatch> mismatches;  // the first thousand
};

// What one message's two sides come to; nothing when they agree, or may still agree. Of `mine` and
// `theirs` at least one is there.
std::optional<Mismatch> compare(const PairRow* mine, const PairRow* theirs, Instant now);

// How long a peer may take: its pages could rise for ever, and each come as late as a call may.
inline constexpr std::chrono::milliseconds kLongestReconcile{60'000};

// Both sides, from beginning to end. What does not agree is looked at a second time: a message may
// have been on its way. `not_found`: no such peer; `deadline`: its pages did not end in time.
Result<Reconciled> reconcile(PairBook& book, PeerPairs& peers, const Directory& directory,
                             const AgencyId& peer, Instant now,
                             std::chrono::milliseconds longest = kLongestReconcile);

}  // namespace relais::flow
