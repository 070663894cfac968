// SPDX-License-Identifier: Apache-2.0
// Referral: what a desk asks for. It proves nothing yet. Item values are in the canonical text form
// of their category's type (policy/vocabulary.toml) and were checked against it at the door.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/core/categories.h"
#include "node/core/ids.h"
#include "node/core/permit.h"
#include "node/core/sensitive.h"
#include "node/core/time.h"

namespace relais {

// Who at the counter acts. The staff id is opaque and stays inside the agency.
struct ActingProfessional {
  std::string role;
  std::string staff_id;
};

struct Item {
  CategoryBit category = 0;
  Sensitive<std::string> value;
};

// What a named professional attests (law.md, "Where each fact comes from"): fact keys of the
// families facts.*, relation.*, information.*, mandate.*, recipient.named, recipient.profession.
struct Attestation {
  std::string key;
  std::vector<std::string> values;
};

struct Referral {
  ReferralId id;
  DisclosureId disclosure;
  Handle handle;
  PersonId person;
  AgencyId sender;
  AgencyId recipient;
  ServiceId service;
  std::string purpose;
  std::optional<ConsentVersion> consent;
  std::vector<Attestation> attestations;
  std::vector<Item> items;
  ActingProfessional acting;
  Instant submitted;
  Instant expires;  // no answer by then: expired

  CategorySet data() const {
    CategorySet set;
    for (const Item& item : items) set |= CategorySet::only(item.category);
    return set;
  }
};

}  // namespace relais
