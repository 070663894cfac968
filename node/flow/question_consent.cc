// SPDX-License-Identifier: Apache-2.0
#include "node/flow/question_consent.h"

#include <algorithm>

namespace relais::flow {
namespace {

using policy::FactKey;

std::string state_now(const Consent& consent, Instant now) {
  if (consent.state != "given" || consent.in_date(now)) return consent.state;
  return now < consent.valid_from ? "deferred" : "expired";
}

template <class T>
bool contains(const std::vector<T>& all, const T& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

}  // namespace

Result<void> put_consent_version(const Person& person, const Request& request, Question& question) {
  if (request.consent.empty()) return {};
  for (const Consent& consent : person.consents) {
    if (consent.id == request.consent) question.consent = consent;
  }
  if (!question.consent) {
    return fail(FaultKind::invalid, "this person has no such consent", "consent_id");
  }
  question.scope.consent = question.consent->key();
  return {};
}

Result<void> put_consent(const Line& line, const Request& request, Question& question) {
  policy::Facts& facts = question.facts;
  if (!question.consent) {
    return facts.set(line.vocabulary, FactKey::consent_state, std::string_view("not_asked"));
  }
  const Consent& consent = *question.consent;
  question.consent_now = state_now(consent, line.clock.now());
  RELAIS_TRY_VOID(
      facts.set(line.vocabulary, FactKey::consent_state, std::string_view(question.consent_now)));
  if (!consent.giver.empty()) {
    RELAIS_TRY_VOID(
        facts.set(line.vocabulary, FactKey::consent_giver, std::string_view(consent.giver)));
  }
  facts.set(FactKey::consent_giver_is_author, consent.giver_is_alleged_author);
  facts.set(FactKey::consent_written, consent.form == "paper" || consent.form == "electronic");
  facts.set(FactKey::consent_informed, consent.informed);
  facts.set(FactKey::consent_condition_of_service, consent.condition_of_service);
  facts.set(FactKey::consent_has_expiry, true);
  facts.set(FactKey::consent_elements_complete, consent.elements_complete);
  facts.set(FactKey::consent_covers_recipient, contains(consent.recipients, request.recipient));
  facts.set(FactKey::consent_covers_purpose, contains(consent.purposes, request.purpose));
  facts.set(FactKey::consent_categories, consent.categories);
  return {};
}

}  // namespace relais::flow
