// SPDX-License-Identifier: Apache-2.0
#include "node/storage/sealed.h"

#include <utility>

#include "node/storage/pack.h"

namespace relais::storage {
namespace {

constexpr uint8_t kVersion = 1;

Bytes labelled(std::string_view label, std::string_view id) {
  Bytes bytes(label);
  bytes += '\0';
  bytes += id;
  return bytes;
}

Fault not_ours(Constant message) { return Fault{FaultKind::corrupt, message, {}, nullptr}; }

}  // namespace

Bytes pack(const Body& body) {
  return Packing(kVersion)
      .add(body.shared_bytes)
      .add(body.shared_opening)
      .add(body.private_bytes)
      .add(body.private_opening)
      .add(body.payload)
      .done();
}

Result<Body> unpack_body(std::string_view bytes) {
  Unpacking from(bytes, kVersion);
  Body body;
  body.shared_bytes = from.text();
  body.shared_opening = from.digest();
  body.private_bytes = from.text();
  body.private_opening = from.digest();
  body.payload = from.text();
  if (!from.good()) return tl::unexpected(not_ours("a body does not unpack"));
  return body;
}

Bytes pack(const PersonFacts& facts) {
  return Packing(kVersion)
      .add(facts.age_band)
      .add(facts.capacity)
      .maybe(facts.maturity)
      .maybe(facts.vulnerable)
      .maybe(facts.deceased)
      .list(facts.origin)
      .done();
}

Result<PersonFacts> unpack_facts(std::string_view bytes) {
  Unpacking from(bytes, kVersion);
  PersonFacts facts;
  facts.age_band = from.text();
  facts.capacity = from.text();
  facts.maturity = from.maybe();
  facts.vulnerable = from.maybe();
  facts.deceased = from.maybe();
  facts.origin = from.list();
  if (!from.good()) return tl::unexpected(not_ours("a person's facts do not unpack"));
  return facts;
}

Bytes pack(const Consent& consent) {
  Packing to(kVersion);
  to.add(consent.id.text()).number(static_cast<uint64_t>(consent.version)).add(consent.state);
  to.add(consent.giver).maybe(consent.giver_is_alleged_author).add(consent.assisted_by_role);
  to.add(consent.form).add(consent.language).add(consent.notice_version);
  to.maybe(consent.informed).maybe(consent.condition_of_service).maybe(consent.elements_complete);
  to.number(consent.recipients.size());
  for (const AgencyId& recipient : consent.recipients) to.add(recipient.text());
  to.list(consent.purposes).number(consent.categories.bits());
  to.number(static_cast<uint64_t>(unix_ms(consent.valid_from)));
  to.number(static_cast<uint64_t>(unix_ms(consent.valid_until))).add(consent.evidence_digest);
  return to.done();
}

Result<Consent> unpack_consent(std::string_view bytes) {
  Unpacking from(bytes, kVersion);
  Consent consent;
  consent.id = ConsentId(from.text());
  consent.version = static_cast<int32_t>(from.number());
  consent.state = from.text();
  consent.giver = from.text();
  consent.giver_is_alleged_author = from.flag();
  consent.assisted_by_role = from.text();
  consent.form = from.text();
  consent.language = from.text();
  consent.notice_version = from.text();
  consent.informed = from.flag();
  consent.condition_of_service = from.flag();
  consent.elements_complete = from.flag();
  for (std::string& recipient : from.list()) consent.recipients.emplace_back(std::move(recipient));
  consent.purposes = from.list();
  consent.categories = CategorySet(from.number());
  consent.valid_from = from_unix_ms(static_cast<int64_t>(from.number()));
  consent.valid_until = from_unix_ms(static_cast<int64_t>(from.number()));
  consent.evidence_digest = from.text();
  if (!from.good()) return tl::unexpected(not_ours("a consent does not unpack"));
  return consent;
}

Bytes body_bound_to(const EntryId& entry, const Digest& commitment) {
  Bytes bytes = entry.text();
  bytes += view(commitment);
  return bytes;
}
Bytes facts_bound_to(const PersonId& person) {
  return labelled("relais/person-facts/v1", person.text());
}
Bytes reference_bound_to(const PersonId& person) {
  return labelled("relais/person-reference/v1", person.text());
}
Bytes consent_bound_to(const ConsentId& id, int32_t version) {
  return labelled("relais/consent/v1", id.text() + "@" + std::to_string(version));
}
Bytes referral_bound_to(const ReferralId& id) {
  return labelled("relais/referral-body/v1", id.text());
}

}  // namespace relais::storage
