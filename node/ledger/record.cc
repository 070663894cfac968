// SPDX-License-Identifier: Apache-2.0
// One list of fields per part, walked once to write and once to read, so that the two cannot
// disagree. Field numbers are for ever: a new field gets a new number, an old number is never used
// again.
#include "node/ledger/record.h"

#include <array>

#include "node/core/time.h"
#include "node/ledger/encoding.h"
#include "node/ledger/record_fields.h"

namespace relais::ledger {
namespace {

constexpr std::string_view kSharedMagic = "RLS1";
constexpr std::string_view kPrivateMagic = "RLP1";

constexpr std::array<std::string_view, 14> kEvents = {
    "disclosed", "received",    "refused",       "obliged",
    "outcome",   "access_read", "consent_given", "consent_withdrawn",
    "objection", "corrected",   "restricted",    "erased",
    "merged",    "cover"};

constexpr std::string_view kOpen = "open";
constexpr std::string_view kWithheld = "withheld";

// `fields` is a FieldWriter or a FieldReader; see record_fields.h.
template <class Fields>
void walk(Fields& fields, SharedPart& part) {
  fields.text(2, "entry_id", part.entry_id);
  fields.text(3, "origin", part.origin);
  fields.text(4, "disclosure_id", part.disclosure_id);
  fields.text(5, "trace_id", part.trace_id);
  fields.text(6, "handle", part.handle);
  fields.text(7, "sender_agency", part.sender_agency);
  fields.text(8, "sender_unit", part.sender_unit);
  fields.text(9, "recipient_agency", part.recipient_agency);
  fields.text(10, "recipient_name", part.recipient_name);
  fields.text(11, "recipient_service", part.recipient_service);
  fields.text(12, "recipient_service_name", part.recipient_service_name);
  fields.text(13, "recipient_address", part.recipient_address);
  fields.text(14, "purpose", part.purpose);
  fields.texts(15, "categories_released", part.categories_released);
  fields.digest(16, "payload_digest", part.payload_digest);
  fields.groups(17, "grounds", part.grounds);
  fields.texts(18, "data_protection_basis", part.data_protection_basis);
  fields.text(19, "secrecy_ground", part.secrecy_ground);
  fields.text(20, "consent_ref", part.consent_ref);
  fields.texts(21, "notices", part.notices);
  fields.texts(22, "attachments", part.attachments);
  fields.texts(23, "origin_labels", part.origin_labels);
  fields.number(24, "time_claimed_ms", part.time_claimed_ms);
  fields.text(25, "status", part.status);
  fields.text(26, "represented_by", part.represented_by);
  fields.text(27, "counterpart_origin", part.counterpart_origin);
  fields.text(28, "counterpart_entry_id", part.counterpart_entry_id);
  fields.text(29, "reason", part.reason);
}

template <class Fields>
void walk(Fields& fields, PrivatePart& part) {
  fields.number(2, "person_seq", part.person_seq);
  fields.digest(3, "previous_commitment", part.previous_commitment);
  fields.text(4, "span_id", part.span_id);
  fields.text(5, "consent_id", part.consent_id);
  fields.number(6, "consent_version", part.consent_version);
  fields.text(7, "waiver_reason", part.waiver_reason);
  fields.groups(8, "information_given", part.information_given);
  fields.text(9, "mandate_reference", part.mandate_reference);
  fields.groups(10, "categories_withheld", part.categories_withheld);
  fields.text(11, "sentence_fr", part.sentence_fr);
  fields.text(12, "sentence_en", part.sentence_en);
  fields.groups(13, "packs", part.packs);
  fields.digest(14, "packs_digest", part.packs_digest);
  fields.text(15, "law_date", part.law_date);
  fields.text(16, "engine_version", part.engine_version);
  fields.digest(17, "facts_digest", part.facts_digest);
  fields.blob(18, "facts", part.facts);
  fields.blob(19, "acknowledgement", part.acknowledgement);
  fields.text(20, "retention_until", part.retention_until);
  fields.blob(21, "deletion_receipt", part.deletion_receipt);
  fields.text(22, "withheld_until", part.withheld_until);
  fields.text(23, "withheld_basis", part.withheld_basis);
  fields.text(24, "asking_role", part.asking_role);
  fields.groups(25, "details", part.details);
}

// Looks at every text of a part; the third to walk its fields.
class TextsArePlain {
 public:
  bool holds = true;
  void text(uint16_t, const char*, const std::string& value) {
    holds = holds && is_plain_line(value);
  }
  void texts(uint16_t, const char*, const std::vector<std::string>& values) {
    for (const std::string& value : values) text(0, "", value);
  }
  template <class Group>
  void groups(uint16_t, const char*, std::vector<Group>& values) {
    for (Group& value : values) ledger::walk(*this, value);
  }
  void number(uint16_t, const char*, uint64_t) {}
  void digest(uint16_t, const char*, const std::optional<Digest>&) {}
};

Fault missing(const char* field) {
  return {FaultKind::invalid, "a ledger record without a field it must have", field};
}

Result<void> check(const SharedPart& part) {
  if (part.entry_id.empty()) return tl::unexpected<Fault>(missing("entry_id"));
  if (part.origin.empty()) return tl::unexpected<Fault>(missing("origin"));
  return {};
}

bool is_date_or_absent(const std::string& text) { return text.empty() || Date::parse(text); }

Result<void> check(const PrivatePart& part) {
  const bool withheld = part.visibility == Visibility::withheld;
  if (withheld == part.withheld_until.empty() || withheld == part.withheld_basis.empty()) {
    return fail(FaultKind::invalid,
                "a date and a basis belong to a withheld entry, and only to one", "visibility");
  }
  for (const std::string* date : {&part.law_date, &part.retention_until, &part.withheld_until}) {
    if (!is_date_or_absent(*date)) return fail(FaultKind::invalid, "not a date", "private part");
  }
  std::string_view last;  // no key is empty, so the first one is greater too
  for (const auto& [key, value] : part.details) {
    const bool ascending = last < std::string_view(key);
    last = key;
    if (ascending) continue;
    return fail(FaultKind::invalid, "details go by key in ascending order, each once", "details");
  }
  return {};
}

// Field 1 is the kind of thing the part says: the event, or the visibility.
std::string kind_of(const SharedPart& part) { return std::string(code_of(part.event)); }
std::string kind_of(const PrivatePart& part) {
  return std::string(part.visibility == Visibility::open ? kOpen : kWithheld);
}
bool set_kind(SharedPart& part, const std::string& code) {
  const auto event = event_of(code);
  if (event) part.event = *event;
  return event.has_value();
}
bool set_kind(PrivatePart& part, const std::string& code) {
  part.visibility = code == kOpen ? Visibility::open : Visibility::withheld;
  return code == kOpen || code == kWithheld;
}

template <class Part>
Result<Bytes> encode_part(std::string_view magic, Part part) {
  RELAIS_TRY_VOID(check(part));
  FieldWriter writer{Bytes(magic)};
  std::string kind = kind_of(part);
  writer.text(1, "kind", kind);
  walk(writer, part);
  RELAIS_TRY(bytes, std::move(writer).finish());
  if (bytes.size() > kMaxPartBytes) {
    return fail(FaultKind::invalid, "a ledger record that is too large", "record");
  }
  return bytes;
}

template <class Part>
Result<Part> decode_part(std::string_view magic, std::string_view bytes) {
  if (bytes.size() > kMaxPartBytes || !bytes.starts_with(magic)) {
    return fail(FaultKind::invalid, "not a ledger record of this kind and version", "record");
  }
  Part part;
  FieldReader reader(bytes.substr(magic.size()));
  std::string kind;
  reader.text(1, "kind", kind);
  walk(reader, part);
  RELAIS_TRY_VOID(std::move(reader).finish());
  if (!set_kind(part, kind)) return fail(FaultKind::invalid, "an unknown kind of entry", "kind");
  RELAIS_TRY_VOID(check(part));
  return part;
}

}  // namespace

bool is_plain(const SharedPart& part) {
  TextsArePlain texts;
  SharedPart walked = part;
  walk(texts, walked);
  return texts.holds;
}

std::string_view code_of(Event event) { return kEvents[static_cast<size_t>(event)]; }

std::optional<Event> event_of(std::string_view code) {
  for (size_t i = 0; i < kEvents.size(); ++i) {
    if (kEvents[i] == code) return static_cast<Event>(i);
  }
  return std::nullopt;
}

Result<Bytes> encode(const SharedPart& part) { return encode_part(kSharedMagic, part); }
Result<Bytes> encode(const PrivatePart& part) { return encode_part(kPrivateMagic, part); }
Result<SharedPart> decode_shared(std::string_view bytes) {
  return decode_part<SharedPart>(kSharedMagic, bytes);
}
Result<PrivatePart> decode_private(std::string_view bytes) {
  return decode_part<PrivatePart>(kPrivateMagic, bytes);
}

}  // namespace relais::ledger
