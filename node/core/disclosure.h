// SPDX-License-Identifier: Apache-2.0
// Disclosure: the proof that its ledger entry is durable, stands inside a signed checkpoint, and
// may still go. Only flow::recall makes one, from stored bytes, before every attempt;
// Courier::deliver takes nothing else, so what is undecided, unminimised or unrecorded cannot be
// sent. Acknowledgement: the recipient's signed word that it filed (or refused) exactly these
// bytes; only a Courier's verified answer becomes one.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "node/core/agency.h"
#include "node/core/bytes.h"
#include "node/core/ids.h"
#include "node/core/result.h"
#include "node/core/time.h"

namespace relais {

// What travels between two nodes; see docs/exchange-format.md for the signed bytes.
struct Envelope {
  std::string federation;
  AgencyId sender;
  AgencyId recipient;
  ServiceId service;
  DisclosureId disclosure;
  uint64_t sequence = 1;
  Instant expires;
  Bytes shared_bytes;
  Digest shared_opening{};
  Digest private_commitment{};
  Bytes payload;
  uint64_t index = 0;
  std::vector<Digest> proof;
  std::string checkpoint;
  Bytes signature;
};

class Disclosure;

namespace flow {
struct Line;
struct StoredDisclosure;
struct Stopped {       // recalled, and it may no longer go
  std::string reason;  // a code: consent_withdrawn, expired, recipient_suspended …
};
using Recalled = std::variant<Disclosure, Stopped>;
Result<Recalled> recall(const Line& line, const StoredDisclosure& stored);
}  // namespace flow

class Disclosure {
 public:
  Disclosure(Disclosure&&) noexcept = default;
  Disclosure& operator=(Disclosure&&) noexcept = default;
  Disclosure(const Disclosure&) = delete;
  Disclosure& operator=(const Disclosure&) = delete;

  const Envelope& envelope() const { return envelope_; }
  const PeerAddress& address() const { return address_; }
  // Verifier keys of the recipient that counted when this was recalled.
  const std::vector<std::string>& signing_keys() const { return signing_keys_; }

 private:
  friend Result<flow::Recalled> flow::recall(const flow::Line&, const flow::StoredDisclosure&);
  Disclosure(Envelope envelope, PeerAddress address, std::vector<std::string> signing_keys)
      : envelope_(std::move(envelope)),
        address_(std::move(address)),
        signing_keys_(std::move(signing_keys)) {}

  Envelope envelope_;
  PeerAddress address_;
  std::vector<std::string> signing_keys_;
};

// The recipient's signed word. `signature` was verified by whoever holds one.
struct Acknowledgement {
  std::string federation;
  AgencyId acknowledger;
  AgencyId sender;
  DisclosureId disclosure;
  uint64_t sequence = 0;
  Digest envelope_digest{};
  std::string status;  // filed | refused
  std::string reason;  // a code; empty when filed
  std::string origin;
  EntryId entry;
  Digest commitment{};
  Instant time;
  Bytes signature;
};

// Port: the only way out of the node. Thread-safe, blocking, bounded by the call timeout. Verifies
// the acknowledgement's signature and digests before it returns one; anything else is a Fault:
// `unavailable` only when nothing was handed over, any other when the recipient may have it.
class Courier {
 public:
  virtual ~Courier() = default;
  virtual Result<Acknowledgement> deliver(const Disclosure& disclosure) = 0;
  // Several, at once where the way out can: one answer each, in their order, as deliver() gives it.
  virtual std::vector<Result<Acknowledgement>> deliver_all(
      std::span<const Disclosure> disclosures) {
    std::vector<Result<Acknowledgement>> answers;
    for (const Disclosure& disclosure : disclosures) answers.push_back(deliver(disclosure));
    return answers;
  }
};

}  // namespace relais
