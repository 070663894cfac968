// SPDX-License-Identifier: Apache-2.0
// Permit: the proof that policy::decide said which categories may go to one recipient for one
// purpose, by which rules, under which version of the consent. Only policy::decide can make one; it
// is move-only and is spent by minimise(). It is stamped with the person's epoch and the
// directory's version it was decided under: the appender refuses a permit whose stamps are no
// longer current.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "node/core/categories.h"
#include "node/core/ids.h"

namespace relais {

namespace policy {
class Facts;
class Law;
struct Ruling;
}  // namespace policy

struct ConsentVersion {
  ConsentId id;
  int32_t version = 0;
  friend bool operator==(const ConsentVersion&, const ConsentVersion&) = default;
};

// To whom and under what the question is asked. What the facts do not carry, because it is no fact.
struct PermitScope {
  AgencyId sender;
  AgencyId recipient;
  ServiceId service;
  std::optional<ConsentVersion> consent;
  int64_t person_epoch = 0;
  int64_t directory_version = 0;
  bool confirmed_by_human = false;  // a duty's Permit exists only when a named human confirmed it
};

}  // namespace relais

namespace relais::policy {
Ruling decide(const Law& law, const Facts& facts, const PermitScope& scope);
}  // namespace relais::policy

namespace relais {

// One rule behind a release: what the record and the person are told.
struct Ground {
  std::string rule;                // "fr.csp.1110-4.II"
  std::string citation;            // "Code de la santé publique, art. L1110-4 II"
  std::vector<std::string> bases;  // "A6-1-e", "A9-2-h"
};

class Permit {
 public:
  Permit(Permit&&) noexcept = default;
  Permit& operator=(Permit&&) noexcept = default;
  Permit(const Permit&) = delete;
  Permit& operator=(const Permit&) = delete;

  const PermitScope& scope() const { return scope_; }
  const std::string& purpose() const { return purpose_; }
  CategorySet released() const { return released_; }
  const std::vector<Ground>& grounds() const { return grounds_; }
  const std::vector<std::string>& attachments() const { return attachments_; }

 private:
  friend policy::Ruling policy::decide(const policy::Law&, const policy::Facts&,
                                       const PermitScope&);
  Permit(PermitScope scope, std::string purpose, CategorySet released, std::vector<Ground> grounds,
         std::vector<std::string> attachments)
      : scope_(std::move(scope)),
        purpose_(std::move(purpose)),
        released_(released),
        grounds_(std::move(grounds)),
        attachments_(std::move(attachments)) {}

  PermitScope scope_;
  std::string purpose_;
  CategorySet released_;
  std::vector<Ground> grounds_;
  std::vector<std::string> attachments_;
};

}  // namespace relais
