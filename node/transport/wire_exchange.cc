// SPDX-License-Identifier: Apache-2.0
#include "node/transport/wire_exchange.h"

#include <limits>

#include "node/transport/wire.h"
#include "relais/v1/exchange.pb.h"

namespace relais::transport {
namespace {

constexpr size_t kMostReason = 200;
constexpr size_t kMostFederation = 100;
constexpr size_t kMostOrigin = 256;
constexpr size_t kMostSharedBytes = 64 * 1024;
constexpr size_t kMostPayloadBytes = 192 * 1024;
constexpr size_t kMostCheckpointBytes = 16 * 1024;  // cosignatures of many witnesses included
constexpr int kMostProofHashes = 63;                // a tree of 2^63 leaves
constexpr size_t kSignatureBytes = 64;

Result<void> check_bytes(Constant field, const std::string& bytes, size_t least, size_t most) {
  if (bytes.size() >= least && bytes.size() <= most) return {};
  return fail(FaultKind::invalid, "the field has an unusable length", std::string(field.view()));
}

Result<void> check_sequence(uint64_t sequence) {
  if (sequence >= 1 && sequence <= std::numeric_limits<int64_t>::max()) return {};
  return fail(FaultKind::invalid, "sequence numbers start at 1", "sequence");
}

Result<void> check_header(const v1::DeliverRequest& message) {
  RELAIS_TRY_VOID(
      check_word("federation", message.federation(), kMostFederation, Presence::required));
  RELAIS_TRY_VOID(check_word("sender", message.sender(), kMostId, Presence::required));
  RELAIS_TRY_VOID(check_word("recipient", message.recipient(), kMostId, Presence::required));
  RELAIS_TRY_VOID(check_word("service", message.service(), kMostId, Presence::required));
  RELAIS_TRY_VOID(check_uuid("disclosure_id", message.disclosure_id()));
  return check_sequence(message.sequence());
}

Result<void> read_proof(const v1::LedgerProof& proof, Envelope& envelope) {
  RELAIS_TRY_VOID(check_count("proof.hashes", proof.hashes_size(), kMostProofHashes));
  RELAIS_TRY_VOID(check_bytes("proof.checkpoint", proof.checkpoint(), 1, kMostCheckpointBytes));
  envelope.index = proof.index();
  envelope.checkpoint = proof.checkpoint();
  for (const std::string& bytes : proof.hashes()) {
    RELAIS_TRY(hash, read_digest("proof.hashes", bytes));
    envelope.proof.push_back(hash);
  }
  return {};
}

Result<void> check_header(const v1::Acknowledgement& message) {
  RELAIS_TRY_VOID(
      check_word("federation", message.federation(), kMostFederation, Presence::required));
  RELAIS_TRY_VOID(check_word("acknowledger", message.acknowledger(), kMostId, Presence::required));
  RELAIS_TRY_VOID(check_word("sender", message.sender(), kMostId, Presence::required));
  RELAIS_TRY_VOID(check_uuid("disclosure_id", message.disclosure_id()));
  RELAIS_TRY_VOID(check_word("origin", message.origin(), kMostOrigin, Presence::required));
  RELAIS_TRY_VOID(check_uuid("entry_id", message.entry_id()));
  RELAIS_TRY_VOID(check_bytes("signature", message.signature(), kSignatureBytes, kSignatureBytes));
  return check_sequence(message.sequence());
}

Result<void> check_status(const v1::Acknowledgement& message) {
  const bool filed = message.status() == "filed";
  if (!filed && message.status() != "refused") {
    return fail(FaultKind::invalid, "an acknowledgement says filed or refused", "status");
  }
  // With `filed` it says what became of what a notice was about (docs/exchange-format.md).
  if (!filed && message.reason_code().empty()) {
    return fail(FaultKind::invalid, "a refusal has a reason", "reason_code");
  }
  // Of a duty to keep it names the article, as statutes write it.
  return check_text("reason_code", message.reason_code(), kMostReason, Presence::optional);
}

}  // namespace

Result<Envelope> read(const v1::DeliverRequest& message) {
  RELAIS_TRY_VOID(check_header(message));
  RELAIS_TRY_VOID(check_bytes("shared_part", message.shared_part(), 1, kMostSharedBytes));
  RELAIS_TRY_VOID(check_bytes("payload", message.payload(), 0, kMostPayloadBytes));
  RELAIS_TRY_VOID(check_bytes("signature", message.signature(), kSignatureBytes, kSignatureBytes));
  Envelope envelope;
  RELAIS_TRY(expires, read_unix_ms("expires_ms", message.expires_ms()));
  RELAIS_TRY(opening, read_digest("shared_opening", message.shared_opening()));
  RELAIS_TRY(commitment, read_digest("private_commitment", message.private_commitment()));
  RELAIS_TRY_VOID(read_proof(message.proof(), envelope));
  envelope.federation = message.federation();
  envelope.sender = AgencyId(message.sender());
  envelope.recipient = AgencyId(message.recipient());
  envelope.service = ServiceId(message.service());
  envelope.disclosure = DisclosureId(message.disclosure_id());
  envelope.sequence = message.sequence();
  envelope.expires = expires;
  envelope.shared_bytes = message.shared_part();
  envelope.shared_opening = opening;
  envelope.private_commitment = commitment;
  envelope.payload = message.payload();
  envelope.signature = message.signature();
  return envelope;
}

void write(const Envelope& envelope, v1::DeliverRequest& message) {
  message.set_federation(envelope.federation);
  message.set_sender(envelope.sender.text());
  message.set_recipient(envelope.recipient.text());
  message.set_service(envelope.service.text());
  message.set_disclosure_id(envelope.disclosure.text());
  message.set_sequence(envelope.sequence);
  message.set_expires_ms(static_cast<uint64_t>(unix_ms(envelope.expires)));
  message.set_shared_part(envelope.shared_bytes);
  message.set_shared_opening(std::string(view(envelope.shared_opening)));
  message.set_private_commitment(std::string(view(envelope.private_commitment)));
  message.set_payload(envelope.payload);
  v1::LedgerProof& proof = *message.mutable_proof();
  proof.set_index(envelope.index);
  for (const Digest& hash : envelope.proof) proof.add_hashes(std::string(view(hash)));
  proof.set_checkpoint(envelope.checkpoint);
  message.set_signature(envelope.signature);
}

Result<Acknowledgement> read(const v1::Acknowledgement& message) {
  RELAIS_TRY_VOID(check_header(message));
  RELAIS_TRY_VOID(check_status(message));
  RELAIS_TRY(digest, read_digest("envelope_digest", message.envelope_digest()));
  RELAIS_TRY(commitment, read_digest("commitment", message.commitment()));
  RELAIS_TRY(time, read_unix_ms("time_ms", message.time_ms()));
  Acknowledgement acknowledgement;
  acknowledgement.federation = message.federation();
  acknowledgement.acknowledger = AgencyId(message.acknowledger());
  acknowledgement.sender = AgencyId(message.sender());
  acknowledgement.disclosure = DisclosureId(message.disclosure_id());
  acknowledgement.sequence = message.sequence();
  acknowledgement.envelope_digest = digest;
  acknowledgement.status = message.status();
  acknowledgement.reason = message.reason_code();
  acknowledgement.origin = message.origin();
  acknowledgement.entry = EntryId(message.entry_id());
  acknowledgement.commitment = commitment;
  acknowledgement.time = time;
  acknowledgement.signature = message.signature();
  return acknowledgement;
}

void write(const Acknowledgement& acknowledgement, v1::Acknowledgement& message) {
  message.set_federation(acknowledgement.federation);
  message.set_acknowledger(acknowledgement.acknowledger.text());
  message.set_sender(acknowledgement.sender.text());
  message.set_disclosure_id(acknowledgement.disclosure.text());
  message.set_sequence(acknowledgement.sequence);
  message.set_envelope_digest(std::string(view(acknowledgement.envelope_digest)));
  message.set_status(acknowledgement.status);
  message.set_reason_code(acknowledgement.reason);
  message.set_origin(acknowledgement.origin);
  message.set_entry_id(acknowledgement.entry.text());
  message.set_commitment(std::string(view(acknowledgement.commitment)));
  message.set_time_ms(static_cast<uint64_t>(unix_ms(acknowledgement.time)));
  message.set_signature(acknowledgement.signature);
}

Result<ledger::WitnessReply> read(const v1::AddCheckpointResponse& message) {
  constexpr size_t kMostNote = kMostCheckpointBytes;
  RELAIS_TRY_VOID(check_bytes("lines", message.lines(), 0, kMostNote));
  RELAIS_TRY_VOID(check_bytes("held", message.held(), 0, kMostNote));
  if (message.status() < 200 || message.status() > 599) {
    return fail(FaultKind::invalid, "not a witness's status", "status");
  }
  return ledger::WitnessReply{static_cast<uint16_t>(message.status()), message.lines(),
                              message.known_size(), message.held()};
}

void write(const ledger::WitnessReply& reply, v1::AddCheckpointResponse& message) {
  message.set_status(reply.status);
  message.set_lines(reply.lines);
  message.set_known_size(reply.known);
  message.set_held(reply.held.value_or(Bytes{}));
}

}  // namespace relais::transport
