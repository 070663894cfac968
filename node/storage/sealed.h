// SPDX-License-Identifier: Apache-2.0
// What is stored sealed, and how it reads inside: an entry's body, a person's facts, a consent, and
// what each is bound to (the associated data), so that a sealed value moved to another row does not
// open. Inside storage only; pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "node/core/consent.h"
#include "node/core/person.h"
#include "node/core/result.h"
#include "node/ledger/record.h"

namespace relais::storage {

// All an entry commits to, and the payload that went or came with it.
struct Body {
  Bytes shared_bytes;
  ledger::Opening shared_opening{};
  Bytes private_bytes;
  ledger::Opening private_opening{};
  Bytes payload;

  ledger::Commitment commitment() const {
    return ledger::commit(shared_bytes, shared_opening, private_bytes, private_opening);
  }
};

Bytes pack(const Body& body);
Bytes pack(const PersonFacts& facts);
Bytes pack(const Consent& consent);
// `corrupt` when the bytes are not what pack() writes.
Result<Body> unpack_body(std::string_view bytes);
Result<PersonFacts> unpack_facts(std::string_view bytes);
Result<Consent> unpack_consent(std::string_view bytes);

// Associated data. A body: entry id || commitment (docs/ledger-format.md).
Bytes body_bound_to(const EntryId& entry, const Digest& commitment);
Bytes facts_bound_to(const PersonId& person);
Bytes reference_bound_to(const PersonId& person);
Bytes consent_bound_to(const ConsentId& id, int32_t version);
Bytes referral_bound_to(const ReferralId& id);

}  // namespace relais::storage
