// SPDX-License-Identifier: Apache-2.0
// Minimal: what is left of a Referral once a Permit was spent on it. Only minimise() makes one, so
// what reaches the ledger and the wire was permitted, needed and consented, by construction.
#pragma once

#include <utility>
#include <vector>

#include "node/core/permit.h"
#include "node/core/referral.h"
#include "node/core/result.h"

namespace relais {

class Minimal;
Minimal minimise(Referral referral, Permit permit);

class Minimal {
 public:
  Minimal(Minimal&&) noexcept = default;
  Minimal& operator=(Minimal&&) noexcept = default;
  Minimal(const Minimal&) = delete;
  Minimal& operator=(const Minimal&) = delete;

  // The referral, holding permitted items only.
  const Referral& referral() const { return referral_; }
  const Permit& permit() const { return permit_; }

 private:
  friend Minimal minimise(Referral, Permit);
  Minimal(Referral referral, Permit permit)
      : referral_(std::move(referral)), permit_(std::move(permit)) {}
  Referral referral_;
  Permit permit_;
};

// Keeps the items whose category the permit releases. A permit for another recipient or service
// than the referral's is a bug, not an outcome: it ends the process.
inline Minimal minimise(Referral referral, Permit permit) {
  RELAIS_CHECK(permit.scope().recipient == referral.recipient);
  RELAIS_CHECK(permit.scope().service == referral.service);
  RELAIS_CHECK(permit.purpose() == referral.purpose);
  std::vector<Item> kept;
  for (Item& item : referral.items) {
    if (permit.released().has(item.category)) kept.push_back(std::move(item));
  }
  referral.items = std::move(kept);
  return Minimal{std::move(referral), std::move(permit)};
}

}  // namespace relais
