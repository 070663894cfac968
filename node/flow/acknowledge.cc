// SPDX-License-Identifier: Apache-2.0
#include "node/flow/acknowledge.h"

#include "node/flow/record.h"
#include "node/ledger/encoding.h"

namespace relais::flow {

ledger::SignedAcknowledgement signed_part(const Acknowledgement& acknowledgement) {
  return {acknowledgement.federation,    acknowledgement.acknowledger.text(),
          acknowledgement.sender.text(), acknowledgement.disclosure.text(),
          acknowledgement.sequence,      acknowledgement.envelope_digest,
          acknowledgement.status,        acknowledgement.reason,
          acknowledgement.origin,        acknowledgement.entry.text(),
          acknowledgement.commitment,    static_cast<uint64_t>(unix_ms(acknowledgement.time))};
}

Bytes encode_acknowledgement(const Acknowledgement& acknowledgement) {
  const Bytes signed_text = ledger::signed_bytes(signed_part(acknowledgement));
  Bytes out;
  ledger::put_u32(out, static_cast<uint32_t>(signed_text.size()));
  out += signed_text;
  out += acknowledgement.signature;
  return out;
}

Acknowledgement acknowledge(const Line& line, const Envelope& envelope, const AlreadyFiled& filed,
                            const std::string& origin) {
  Acknowledgement word;
  word.federation = line.settings.federation;
  word.acknowledger = line.settings.agency;
  word.sender = envelope.sender;
  word.disclosure = envelope.disclosure;
  word.sequence = envelope.sequence;
  word.envelope_digest = filed.envelope_digest;
  word.status = filed.status;
  word.reason = filed.reason;
  word.origin = origin;
  word.entry = filed.entry;
  word.commitment = filed.commitment;
  word.time = filed.time;
  word.signature = line.signer.sign(ledger::signed_bytes(signed_part(word)));
  return word;
}

bool is_word_of_recipient(const Acknowledgement& acknowledgement, const Envelope& envelope,
                          const std::string& signing_key) {
  const auto key = ledger::VerifierKey::parse(signing_key);
  if (!key) return false;
  const Digest digest = ledger::sha256(ledger::signed_bytes(signed_part(envelope)));
  return acknowledgement.federation == envelope.federation &&
         acknowledgement.acknowledger == envelope.recipient &&
         acknowledgement.sender == envelope.sender &&
         acknowledgement.disclosure == envelope.disclosure &&
         acknowledgement.sequence == envelope.sequence &&
         acknowledgement.envelope_digest == digest &&
         (acknowledgement.status == "filed" || acknowledgement.status == "refused") &&
         key->key().verify(ledger::signed_bytes(signed_part(acknowledgement)),
                           acknowledgement.signature);
}

}  // namespace relais::flow
