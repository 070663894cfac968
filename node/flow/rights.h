// SPDX-License-Identifier: Apache-2.0
// rights: what a person says at the counter: consent, its withdrawal, objection, restriction; and
// the facts a law may need. Each is an entry of its own, written by the appender, and moves the
// person's epoch, so that everything decided before is decided again before it may leave.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "node/core/consent.h"
#include "node/core/person.h"
#include "node/flow/line.h"

namespace relais::flow {

// A consent as asked to be recorded; categories are codes or masks.
struct ConsentAsked {
  Consent consent;  // id empty: new; categories and version are filled in
  std::vector<std::string> categories;
};

struct ConsentRecorded {
  ConsentVersion key;
  uint64_t index = 0;
};

Result<uint64_t> record_person(const Line& line, const Caller& caller,
                               const PersonReference& reference, const PersonFacts& facts);
// `invalid` on any empty set, a missing or past valid_until, an unknown recipient, purpose or
// category.
Result<ConsentRecorded> record_consent(const Line& line, const Caller& caller,
                                       const PersonReference& reference, const ConsentAsked& asked);
// Ledger index of the withdrawal. `reason` is a code for the record, or empty.
Result<uint64_t> withdraw_consent(const Line& line, const Caller& caller,
                                  const PersonReference& reference, const ConsentId& id,
                                  const std::string& reason);
enum class Right { objection, restriction };
Result<uint64_t> record_right(const Line& line, const Caller& caller,
                              const PersonReference& reference, Right right, bool lifted);
Result<std::vector<Consent>> list_consents(const Line& line, const PersonReference& reference);

}  // namespace relais::flow
