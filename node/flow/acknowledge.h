// SPDX-License-Identifier: Apache-2.0
// Acknowledgements: made and signed by the receiver, checked by the sender, kept as evidence in the
// sender's outcome entry. Ed25519 is deterministic, so the same filing gives the same bytes for
// ever.
#pragma once

#include "node/core/disclosure.h"
#include "node/flow/line.h"
#include "node/ledger/exchange.h"

namespace relais::flow {

// The bytes that are signed (docs/exchange-format.md).
ledger::SignedAcknowledgement signed_part(const Acknowledgement& acknowledgement);

// Length-prefixed: the signed bytes, then the signature.
Bytes encode_acknowledgement(const Acknowledgement& acknowledgement);

// The acknowledgement of a message this node filed or refused; `origin` is of the ledger in which
// that was recorded.
Acknowledgement acknowledge(const Line& line, const Envelope& envelope, const AlreadyFiled& filed,
                            const std::string& origin);

// True when the holder of one of these verifier keys signed the bytes.
bool signed_by_one_of(const std::vector<std::string>& keys, const Bytes& bytes,
                      const Bytes& signature);

// True when it is the recipient's word about exactly this envelope, under one of its signing keys.
bool is_word_of_recipient(const Acknowledgement& acknowledgement, const Envelope& envelope,
                          const std::vector<std::string>& signing_keys);

}  // namespace relais::flow
