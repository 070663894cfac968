// SPDX-License-Identifier: Apache-2.0
// What two nodes sign for each other: the envelope of a message (a disclosure, or a
// service's answer on the way back) and its acknowledgement. The exact bytes are specified in
// docs/exchange-format.md. A label opens each, so that no signature can be taken for one of another
// kind. Plain values, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "node/core/bytes.h"
#include "node/ledger/crypto.h"

namespace relais::ledger {

struct SignedEnvelope {
  std::string federation;
  std::string sender;  // agency ids
  std::string recipient;
  std::string service;  // of the recipient
  std::string disclosure_id;
  uint64_t sequence = 0;    // of the sender, on this handle; grows
  Digest shared_digest{};   // SHA-256 of the record's shared bytes
  Digest payload_digest{};  // SHA-256 of the payload bytes as sent
  uint64_t expires_ms = 0;  // unix; not to be filed after
};

struct SignedAcknowledgement {
  std::string federation;
  std::string sender;  // of the acknowledgement: the envelope's recipient
  std::string recipient;
  std::string disclosure_id;
  uint64_t sequence = 0;     // the envelope's
  Digest envelope_digest{};  // SHA-256 of signed_bytes(envelope)
  std::string status;        // "filed" | "refused" | "stopped"
  std::string reason;        // a code; empty when filed
  std::string origin;        // the acknowledger's ledger
  std::string entry_id;      // its entry there
  Digest entry_commitment{};
  uint64_t time_ms = 0;
};

// label || 0x00, then each field in the order above as u32be length || bytes; integers are 8 bytes
// big-endian. Labels: relais/envelope/v1, relais/ack/v1.
Bytes signed_bytes(const SignedEnvelope& envelope);
Bytes signed_bytes(const SignedAcknowledgement& acknowledgement);

// A signature over signed_bytes (Ed25519, 64 bytes).
template <class T>
Bytes sign(const T& signed_thing, const PrivateKey& key) {
  return key.sign(signed_bytes(signed_thing));
}
template <class T>
bool verify(const T& signed_thing, std::string_view signature, const PublicKey& key) {
  return key.verify(signed_bytes(signed_thing), signature);
}

}  // namespace relais::ledger
