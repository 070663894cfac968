// SPDX-License-Identifier: Apache-2.0
// What this agency's node holds of a person apart from referrals: the facts a law may read, the
// rights exercised, and the epoch that moves with every change of them. Unknown stays unknown:
// every field is optional, and nobody is asked for more than the service at hand needs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "node/core/consent.h"
#include "node/core/ids.h"

namespace relais {

struct PersonFacts {
  std::string age_band;  // u13 | 13_14 | 15_17 | adult; empty: unknown
  std::string capacity;  // full | assisted | represented | unable; empty: unknown
  std::optional<bool> maturity;
  std::optional<bool> vulnerable;
  std::optional<bool> deceased;
  std::vector<std::string> origin;  // labels glued to the data (vocabulary §3 `origin`)
};

struct Rights {
  bool objection = false;
  bool restriction = false;
};

struct Person {
  PersonId id;
  int64_t epoch = 0;  // rises with every consent, withdrawal, objection, restriction, correction
  PersonFacts facts;
  // In any row filed under the same reference: what another agency told of its own referral counts
  // for everything that goes out.
  bool objection = false;
  bool restriction = false;
  Rights in_row;                  // in this one: of the agency's own row, what was said here
  std::vector<Consent> consents;  // newest version of each
};

}  // namespace relais
