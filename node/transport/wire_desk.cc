// SPDX-License-Identifier: Apache-2.0
#include "node/transport/wire_desk.h"

#include "node/flow/payload.h"
#include "node/transport/wire.h"

namespace relais::transport {
namespace {

using Words = google::protobuf::RepeatedPtrField<std::string>;

constexpr int kMostAttestations = 64;
constexpr int kMostInSet = 64;
constexpr size_t kMostAttested = 200;
// All items of a request together, so that its envelope always fits into a peer's largest message.
constexpr size_t kMostRequestBytes = 128 * 1024;

Result<std::vector<std::string>> read_set(Constant field, const Words& words) {
  RELAIS_TRY_VOID(check_count(field, words.size(), kMostInSet));
  std::vector<std::string> set;
  for (const std::string& word : words) {
    RELAIS_TRY_VOID(check_word(field, word, kMostCode, Presence::required));
    set.push_back(word);
  }
  return set;
}

Result<void> check_attestation(const v1::Attestation& message) {
  RELAIS_TRY_VOID(check_word("attestations.key", message.key(), kMostCode, Presence::required));
  RELAIS_TRY_VOID(check_count("attestations.values", message.values_size(), kMostInSet));
  for (const std::string& value : message.values()) {
    RELAIS_TRY_VOID(check_word("attestations.values", value, kMostAttested, Presence::required));
  }
  return {};
}

Result<void> check_forms(const v1::Consent& message) {
  if (!message.consent_id().empty()) RELAIS_TRY_VOID(read_consent_id(message.consent_id()));
  RELAIS_TRY_VOID(check_word("consent.state", message.state(), kMostCode, Presence::required));
  RELAIS_TRY_VOID(check_word("consent.giver", message.giver(), kMostCode, Presence::required));
  RELAIS_TRY_VOID(check_word("consent.assisted_by_role", message.assisted_by_role(), kMostCode,
                             Presence::optional));
  RELAIS_TRY_VOID(check_word("consent.form", message.form(), kMostCode, Presence::required));
  RELAIS_TRY_VOID(
      check_word("consent.language", message.language(), kMostCode, Presence::optional));
  RELAIS_TRY_VOID(check_word("consent.notice_version", message.notice_version(), kMostCode,
                             Presence::optional));
  return check_word("consent.evidence_digest", message.evidence_digest(), 64, Presence::optional);
}

// The preview of it asks the same.
template <class Message>
Result<flow::Supply> read_supply(const Message& message) {
  RELAIS_TRY_VOID(check_word("consent_id", message.consent_id(), kMostId, Presence::optional));
  RELAIS_TRY(items, read_items(message.items(), {"items", "items.category", "items.value"}));
  RELAIS_TRY(attestations, read(message.attestations()));
  flow::Supply supply;
  supply.consent = ConsentId(message.consent_id());
  supply.items = std::move(items);
  supply.attestations = std::move(attestations);
  return supply;
}

Result<void> read_validity(const v1::Consent& message, Instant now, Consent& consent) {
  consent.valid_from = now;
  if (message.has_valid_from()) {
    RELAIS_TRY(from, read_instant("consent.valid_from", message.valid_from()));
    consent.valid_from = from;
  }
  if (!message.has_valid_until()) {
    return fail(FaultKind::invalid, "a consent has an end", "consent.valid_until");
  }
  RELAIS_TRY(until, read_instant("consent.valid_until", message.valid_until()));
  consent.valid_until = until;
  return {};
}

Result<void> read_sets(const v1::Consent& message, flow::ConsentAsked& asked) {
  RELAIS_TRY(recipients, read_set("consent.recipients", message.recipients()));
  RELAIS_TRY(purposes, read_set("consent.purposes", message.purposes()));
  RELAIS_TRY(categories, read_set("consent.categories", message.categories()));
  for (std::string& recipient : recipients) asked.consent.recipients.emplace_back(recipient);
  asked.consent.purposes = std::move(purposes);
  asked.categories = std::move(categories);
  return {};
}

}  // namespace

Result<std::vector<flow::AskedItem>> read_items(const ItemMessages& messages,
                                                const ItemFields& fields) {
  RELAIS_TRY_VOID(check_count(fields.items, messages.size(), static_cast<int>(flow::kMostItems)));
  std::vector<flow::AskedItem> items;
  size_t bytes = 0;
  for (const v1::Item& item : messages) {
    RELAIS_TRY_VOID(check_word(fields.category, item.category(), kMostCode, Presence::required));
    RELAIS_TRY_VOID(check_text(fields.value, item.value(), kMostValue, Presence::required));
    bytes += item.category().size() + item.value().size();
    items.push_back({item.category(), Sensitive<std::string>(item.value())});
  }
  if (bytes > kMostRequestBytes) {
    return fail(FaultKind::invalid, "the items together are too long", fields.items.c_str());
  }
  return items;
}

Result<ActingProfessional> read(const v1::ActingProfessional& message) {
  RELAIS_TRY_VOID(check_word("acting.role", message.role(), kMostCode, Presence::required));
  RELAIS_TRY_VOID(check_printable("acting.staff_id", message.staff_id()));
  return ActingProfessional{message.role(), message.staff_id()};
}

Result<PersonReference> read_reference(const std::string& person_ref) {
  RELAIS_TRY_VOID(check_text("person_ref", person_ref, kMostReference, Presence::required));
  return PersonReference(person_ref);
}

Result<ReferralId> read_referral_id(const std::string& referral_id, Constant field) {
  RELAIS_TRY_VOID(check_uuid(field, referral_id));
  return ReferralId(referral_id);
}

Result<ConsentId> read_consent_id(const std::string& consent_id) {
  RELAIS_TRY_VOID(check_word("consent_id", consent_id, kMostId, Presence::required));
  return ConsentId(consent_id);
}

Result<flow::Request> read(const v1::ReferralRequest& message) {
  flow::Request request;
  RELAIS_TRY(person, read_reference(message.person_ref()));
  RELAIS_TRY_VOID(
      check_word("referral.recipient", message.recipient(), kMostId, Presence::required));
  RELAIS_TRY_VOID(check_word("referral.service", message.service(), kMostId, Presence::required));
  RELAIS_TRY_VOID(check_word("referral.purpose", message.purpose(), kMostCode, Presence::required));
  RELAIS_TRY_VOID(
      check_word("referral.consent_id", message.consent_id(), kMostId, Presence::optional));
  RELAIS_TRY(items, read_items(message.items(), {"referral.items", "referral.items.category",
                                                 "referral.items.value"}));
  RELAIS_TRY(attestations, read(message.attestations()));
  request.person = std::move(person);
  request.recipient = AgencyId(message.recipient());
  request.service = ServiceId(message.service());
  request.purpose = message.purpose();
  request.consent = ConsentId(message.consent_id());
  request.items = std::move(items);
  request.attestations = std::move(attestations);
  return request;
}

Result<flow::Request> read(const v1::SubmitReferralRequest& message) {
  RELAIS_TRY(request, read(message.referral()));
  if (!message.follows().empty()) {
    RELAIS_TRY(follows, read_referral_id(message.follows(), "follows"));
    request.follows = std::move(follows);
  }
  if (!message.replaces().empty()) {
    RELAIS_TRY(replaces, read_referral_id(message.replaces(), "replaces"));
    request.replaces = std::move(replaces);
  }
  return std::move(request);
}

Result<std::vector<Attestation>> read(const AttestationMessages& messages) {
  RELAIS_TRY_VOID(check_count("attestations", messages.size(), kMostAttestations));
  std::vector<Attestation> attestations;
  for (const v1::Attestation& message : messages) {
    RELAIS_TRY_VOID(check_attestation(message));
    attestations.push_back({message.key(), {message.values().begin(), message.values().end()}});
  }
  return attestations;
}

Result<PersonFacts> read(const v1::RecordPersonRequest& message) {
  RELAIS_TRY_VOID(check_word("age_band", message.age_band(), kMostCode, Presence::optional));
  RELAIS_TRY_VOID(check_word("capacity", message.capacity(), kMostCode, Presence::optional));
  RELAIS_TRY(origin, read_set("origin", message.origin()));
  PersonFacts facts;
  facts.age_band = message.age_band();
  facts.capacity = message.capacity();
  if (message.has_maturity()) facts.maturity = message.maturity();
  if (message.has_vulnerable()) facts.vulnerable = message.vulnerable();
  facts.origin = std::move(origin);
  return facts;
}

Result<flow::ConsentAsked> read(const v1::Consent& message, Instant now) {
  RELAIS_TRY_VOID(check_forms(message));
  flow::ConsentAsked asked;
  RELAIS_TRY_VOID(read_validity(message, now, asked.consent));
  RELAIS_TRY_VOID(read_sets(message, asked));
  Consent& consent = asked.consent;
  consent.id = ConsentId(message.consent_id());
  consent.state = message.state();
  consent.giver = message.giver();
  consent.giver_is_alleged_author = message.giver_is_alleged_author();
  consent.assisted_by_role = message.assisted_by_role();
  consent.form = message.form();
  consent.language = message.language();
  consent.notice_version = message.notice_version();
  consent.informed = message.informed();
  consent.condition_of_service = message.condition_of_service();
  consent.elements_complete = message.elements_complete();
  consent.evidence_digest = message.evidence_digest();
  return asked;
}

Result<flow::Right> read(v1::Right right) {
  if (right == v1::RIGHT_OBJECTION) return flow::Right::objection;
  if (right == v1::RIGHT_RESTRICTION) return flow::Right::restriction;
  return fail(FaultKind::invalid, "name a right: objection or restriction", "right");
}

Result<flow::Move> read(const v1::UpdateReferralRequest& message) {
  RELAIS_TRY_VOID(check_word("state", message.state(), kMostCode, Presence::required));
  RELAIS_TRY_VOID(check_word("reason_code", message.reason_code(), kMostCode, Presence::optional));
  RELAIS_TRY(asked, read_set("asked_categories", message.asked_categories()));
  RELAIS_TRY_VOID(check_word("other_agency", message.other_agency(), kMostId, Presence::optional));
  RELAIS_TRY_VOID(
      check_word("other_service", message.other_service(), kMostId, Presence::optional));
  RELAIS_TRY_VOID(
      check_text("reason_note", message.reason_note(), kMostReasonNote, Presence::optional));
  return flow::Move{message.state(),
                    message.reason_code(),
                    std::move(asked),
                    AgencyId(message.other_agency()),
                    ServiceId(message.other_service()),
                    message.reason_note()};
}

Result<flow::Supply> read(const v1::PreviewItemsRequest& message) { return read_supply(message); }

Result<flow::Supply> read(const v1::SupplyItemsRequest& message) {
  RELAIS_TRY(supply, read_supply(message));
  supply.confirmed = message.confirm_duty();
  return std::move(supply);
}

Result<int> read_page_size(int32_t asked, int usual, int most) {
  if (asked == 0) return usual;
  if (asked < 0 || asked > most) {
    return fail(FaultKind::invalid, "the page size is out of range", "page_size");
  }
  return asked;
}

Result<std::string> read_page_token(const std::string& token) {
  RELAIS_TRY_VOID(check_word("page_token", token, kMostToken, Presence::optional));
  return token;
}

Result<flow::ReceiptAsked> read(const v1::GetReceiptRequest& message) {
  RELAIS_TRY(person, read_reference(message.person_ref()));
  // An origin may hold any letter of Unicode, but no space and no '+': it is a key's name.
  RELAIS_TRY_VOID(
      check_text("ledger_origin", message.ledger_origin(), kMostToken, Presence::optional));
  RELAIS_TRY_VOID(check_word("requester", message.requester(), kMostCode, Presence::optional));
  return flow::ReceiptAsked{std::move(person), message.ledger_origin(), message.ledger_index(),
                            message.requester().empty() ? "subject" : message.requester()};
}

Result<Render> read_format(const std::string& format) {
  if (format == "text") return Render{flow::render_text};
  if (format == "html") return Render{flow::render_html};
  if (format == "json") return Render{flow::render_json};
  return fail(FaultKind::invalid, "format is text, html or json", "format");
}

Result<void> check_statement(const v1::StatementRequest& message) {
  if (message.language() != "fr" && message.language() != "en") {
    return fail(FaultKind::invalid, "language is fr or en", "language");
  }
  return check_word("requester", message.requester(), kMostCode, Presence::required);
}

}  // namespace relais::transport
