// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/exchange.h"

#include "node/core/result.h"
#include "node/ledger/encoding.h"

namespace relais::ledger {
namespace {

// label || 0x00, then length-prefixed fields: no two different things have the same bytes.
class SignedBytes {
 public:
  explicit SignedBytes(std::string_view label) : bytes_(label) { bytes_ += '\0'; }
  SignedBytes& add(std::string_view field) {
    RELAIS_CHECK(field.size() <= UINT32_MAX);
    put_u32(bytes_, static_cast<uint32_t>(field.size()));
    bytes_ += field;
    return *this;
  }
  SignedBytes& add(const Digest& digest) { return add(view(digest)); }
  SignedBytes& add(uint64_t number) {
    Bytes field;
    put_u64(field, number);
    return add(std::string_view(field));
  }
  Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

}  // namespace

Bytes signed_bytes(const SignedEnvelope& envelope) {
  return SignedBytes("relais/envelope/v1")
      .add(envelope.federation)
      .add(envelope.sender)
      .add(envelope.recipient)
      .add(envelope.service)
      .add(envelope.disclosure_id)
      .add(envelope.sequence)
      .add(envelope.shared_digest)
      .add(envelope.payload_digest)
      .add(envelope.expires_ms)
      .take();
}

Bytes signed_bytes(const SignedAcknowledgement& acknowledgement) {
  return SignedBytes("relais/ack/v1")
      .add(acknowledgement.federation)
      .add(acknowledgement.sender)
      .add(acknowledgement.recipient)
      .add(acknowledgement.disclosure_id)
      .add(acknowledgement.sequence)
      .add(acknowledgement.envelope_digest)
      .add(acknowledgement.status)
      .add(acknowledgement.reason)
      .add(acknowledgement.origin)
      .add(acknowledgement.entry_id)
      .add(acknowledgement.entry_commitment)
      .add(acknowledgement.time_ms)
      .take();
}

}  // namespace relais::ledger
