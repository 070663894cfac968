// SPDX-License-Identifier: Apache-2.0
// What the receiving side makes of a verified message, between verify and append: entries about
// what was filed, refused or moved. Inside flow, for receive.cc; pure apart from reads, any thread.
#pragma once

#include <string>

#include "node/flow/line.h"
#include "node/ledger/record.h"

namespace relais::flow {

// An envelope whose signature and proof hold: really the peer's, really recorded before it was
// sent.
struct Verified {
  const Agency& sender;
  const Agency& self;
  ledger::SharedPart shared;
  Digest digest;  // of the signed bytes
  Bytes shown;    // the sender's checkpoint, as its log signed it
};

// No items, and a record that names none.
bool brings_nothing(const Envelope& envelope, const Verified& verified);

// The entry of a message that came, `filed` for now; what it says is the caller's to fill in.
Draft draft_reception(const Line& line, ledger::Event event, const PersonId& person,
                      const Envelope& envelope, const Verified& verified);

// The row of what was filed by such an entry.
StoredReferral received_referral(const Line& line, const Draft& draft, const Envelope& envelope,
                                 const Verified& verified, const char* state);

// A refusal keeps who, when and why: nothing of what was sent.
Draft draft_refusal(const Line& line, const Envelope& envelope, const Verified& verified,
                    const std::string& reason);

// A move of a referral the two agencies share. One this agency does not know, or not with this
// peer, gets the refusal that anything out of place gets: the peer learns nothing.
Result<Draft> draft_moved(const Line& line, const Envelope& envelope, const Verified& verified);

}  // namespace relais::flow
