// SPDX-License-Identifier: Apache-2.0
#include "node/flow/acknowledge.h"

#include <algorithm>

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

bool signed_by_one_of(const std::vector<std::string>& keys, const Bytes& bytes,
                      const Bytes& signature) {
  return std::any_of(keys.begin(), keys.end(), [&](const std::string& text) {
    const auto key = ledger::VerifierKey::parse(text);
    return key && key->key().verify(bytes, signature);
  });
}

bool is_word_of_recipient(const Acknowledgement& acknowledgement, const Envelope& envelope,
                          const std::vector<std::string>& signing_keys) {
  const Digest digest = ledger::sha256(ledger::signed_bytes(signed_part(envelope)));
  return acknowledgement.federation == envelope.federation &&
         acknowledgement.acknowledger == envelope.recipient &&
         acknowledgement.sender == envelope.sender &&
         acknowledgement.disclosure == envelope.disclosure &&
         acknowledgement.sequence == envelope.sequence &&
         acknowledgement.envelope_digest == digest &&
         (acknowledgement.status == "filed" || acknowledgement.status == "refused") &&
         signed_by_one_of(signing_keys, ledger::signed_bytes(signed_part(acknowledgement)),
                          acknowledgement.signature);
}

}  // namespace relais::flow
