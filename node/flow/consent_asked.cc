// SPDX-License-Identifier: Apache-2.0
#include "node/flow/consent_asked.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "node/flow/fresh.h"
#include "policy/text.h"

namespace relais::flow {
namespace {

constexpr std::array<std::string_view, 4> kGivers{"subject", "parent", "guardian", "other"};
constexpr std::array<std::string_view, 3> kForms{"oral_witnessed", "paper", "electronic"};
constexpr size_t kMostInSet = 64;

// Sets are never empty: an empty set would mean nobody and nothing, and is surely a mistake.
Result<void> check_sets(const Line& line, const ConsentAsked& asked) {
  const Consent& consent = asked.consent;
  if (consent.recipients.empty() || consent.recipients.size() > kMostInSet) {
    return fail(FaultKind::invalid, "a consent names 1 to 64 recipients", "consent.recipients");
  }
  if (consent.purposes.empty() || consent.purposes.size() > kMostInSet) {
    return fail(FaultKind::invalid, "a consent names 1 to 64 purposes", "consent.purposes");
  }
  if (asked.categories.empty() || asked.categories.size() > kMostInSet) {
    return fail(FaultKind::invalid, "a consent names 1 to 64 categories", "consent.categories");
  }
  const auto directory = line.directories.current();
  for (const AgencyId& recipient : consent.recipients) {
    if (directory->find(recipient) == nullptr) {
      return fail(FaultKind::invalid, "no such agency in the directory", "consent.recipients");
    }
  }
  for (const std::string& purpose : consent.purposes) {
    if (!line.vocabulary.purpose(purpose)) {
      return fail(FaultKind::invalid, "no such purpose in the vocabulary", "consent.purposes");
    }
  }
  return {};
}

Result<void> check_form(const Line& line, const Consent& consent) {
  if (consent.state != "given" && consent.state != "refused") {
    return fail(FaultKind::invalid, "a consent is recorded as given or refused", "consent.state");
  }
  if (!policy::is_one_of(kGivers, consent.giver)) {
    return fail(FaultKind::invalid, "giver is subject, parent, guardian or other", "consent.giver");
  }
  if (!policy::is_one_of(kForms, consent.form)) {
    return fail(FaultKind::invalid, "form is oral_witnessed, paper or electronic", "consent.form");
  }
  if (consent.valid_until <= line.clock.now() || consent.valid_until <= consent.valid_from) {
    return fail(FaultKind::invalid, "a consent has an end, in the future", "consent.valid_until");
  }
  if (!consent.evidence_digest.empty() &&
      (consent.evidence_digest.size() != 64 || !from_hex(consent.evidence_digest))) {
    return fail(FaultKind::invalid, "an evidence digest is 64 hex digits",
                "consent.evidence_digest");
  }
  return {};
}

}  // namespace

Result<Consent> checked_consent(const Line& line, const Person& person, const ConsentAsked& asked) {
  RELAIS_TRY_VOID(check_form(line, asked.consent));
  RELAIS_TRY_VOID(check_sets(line, asked));
  Consent consent = asked.consent;
  consent.categories = {};
  for (const std::string& mask : asked.categories) {
    const auto set = line.vocabulary.mask(mask);
    if (!set || set->minus(line.vocabulary.tier(4)).empty()) {
      return fail(FaultKind::invalid, "no such category or mask in the vocabulary",
                  "consent.categories");
    }
    consent.categories |= *set;
  }
  consent.categories = consent.categories.minus(line.vocabulary.tier(4));
  if (consent.id.empty()) {
    consent.id = ConsentId(fresh_uuid(line.clock, line.entropy));
    consent.version = 1;
    return consent;
  }
  for (const Consent& known : person.consents) {
    if (known.id == consent.id) {
      consent.version = known.version + 1;
      return consent;
    }
  }
  return fail(FaultKind::not_found, "this person has no such consent", "consent.consent_id");
}

}  // namespace relais::flow
