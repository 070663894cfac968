// SPDX-License-Identifier: Apache-2.0
// The record of docs/ledger-format.md against vectors/record.txt, and what a decoder must refuse.
#include "node/ledger/record.h"

#include "node/ledger/crypto.h"
#include "node/ledger/encoding.h"
#include "node/ledger/tree.h"
#include "tests/unit/ledger/vectors.h"

namespace relais::ledger {
namespace {

SharedPart full_shared() {
  SharedPart part;
  part.event = Event::disclosed;
  part.entry_id = "01930000-0000-7000-8000-000000000001";
  part.origin = "ccas-lyon.example/disclosures/2026";
  part.disclosure_id = "01930000-0000-7000-8000-000000000002";
  part.trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
  for (int i = 0; i < 32; ++i) part.handle += "5f";
  part.sender_agency = "ccas-lyon";
  part.sender_unit = "polyvalence";
  part.recipient_agency = "siao-69";
  part.recipient_name = "SIAO du Rhône";
  part.recipient_service = "orientation";
  part.recipient_service_name = "Orientation hébergement";
  part.recipient_address = "1 rue de la Paix, 69003 Lyon";
  part.purpose = "housing_orientation";
  part.categories_released = {"identity.name", "need.code"};
  part.payload_digest = sha256("payload");
  part.grounds = {{"fr.casf.345-2-10", "CASF, art. L345-2-10", {"A6-1-e", "A9-2-b"}}};
  part.data_protection_basis = {"A6-1-e", "A9-2-b"};
  part.secrecy_ground = "fr.casf.345-2-10@2015-12-30";
  part.consent_ref = "c0ffee";
  part.notices = {"fr-2026-1"};
  part.attachments = {"inform_before"};
  part.origin_labels = {"child_protection"};
  part.time_claimed_ms = 1793534400123;
  part.status = "recorded";
  part.represented_by = "guardian";
  part.counterpart_origin = "siao-69.example/disclosures/2026";
  part.counterpart_entry_id = "01930000-0000-7000-8000-000000000003";
  part.reason = "other";
  return part;
}

PrivatePart full_private() {
  PrivatePart part;
  part.person_seq = 7;
  part.previous_commitment = sha256("previous");
  part.span_id = "00f067aa0ba902b7";
  part.consent_id = "01930000-0000-7000-8000-000000000004";
  part.consent_version = 2;
  part.waiver_reason = "danger";
  part.information_given = {{"subject", "before", "oral"}};
  part.mandate_reference = "TJ-Lyon-26/001";
  part.categories_withheld = {
      {"health.clinical", "silence", "fr.cp.226-13", "Code pénal, art. 226-13"},
      {"financial.detail", "need", "", ""}};
  part.sentence_fr = "Votre nom a été transmis.";
  part.sentence_en = "Your name was passed on.";
  part.packs = {{"eu", "2026.11.1", sha256("eu")}, {"fr", "2026.11.1", sha256("fr")}};
  part.packs_digest = sha256("packs");
  part.law_date = "2026-11-01";
  part.engine_version = "0.1.0";
  part.facts_digest = sha256("facts");
  part.facts = "facts";
  part.acknowledgement = Bytes("\x00\x01\xfe\xff", 4);
  part.retention_until = "2028-11-01";
  part.deletion_receipt = Bytes("\xde\x00", 2);
  part.visibility = Visibility::withheld;
  part.withheld_until = "2027-05-01";
  part.withheld_basis = "GDPR art. 23";
  part.asking_role = "social_worker";
  part.details = {{"duty", "fr.casf.226-2-1"},
                  {"replaces", "01930000-0000-7000-8000-000000000005"}};
  return part;
}

SharedPart minimal_shared() {
  SharedPart part;
  part.event = Event::refused;
  part.entry_id = "e";
  part.origin = "o";
  return part;
}

void expect_vector(const std::string& name, const SharedPart& shared, const PrivatePart& secret) {
  const auto vectors = read_vectors("record.txt");
  const auto get = [&](const char* what) { return vectors.at(name + "." + what); };
  EXPECT_EQ(to_hex(encode(shared).value()), to_hex(get("shared_bytes")));
  EXPECT_EQ(to_hex(encode(secret).value()), to_hex(get("private_bytes")));
  EXPECT_EQ(encode(decode_shared(get("shared_bytes")).value()).value(), get("shared_bytes"));
  EXPECT_TRUE(decode_private(get("private_bytes")).value() == secret);
  const Opening opening_s = digest_of(get("opening_s")).value();
  const Opening opening_p = digest_of(get("opening_p")).value();
  const Commitment whole = commit(get("shared_bytes"), opening_s, get("private_bytes"), opening_p);
  EXPECT_EQ(view(whole.c_s), get("c_s"));
  EXPECT_EQ(view(whole.c_p), get("c_p"));
  EXPECT_EQ(view(whole.commitment), get("commitment"));
  EXPECT_EQ(whole.leaf_data(), get("leaf_data"));
  EXPECT_EQ(view(leaf_hash(whole.leaf_data())), get("leaf_hash"));
  EXPECT_TRUE(commitment_from(get("shared_bytes"), opening_s, whole.c_p) == whole);
}

TEST(Record, with_every_field_has_the_published_bytes_and_commitment) {
  expect_vector("full", full_shared(), full_private());
}
TEST(Record, with_the_required_fields_only_has_the_published_bytes_and_commitment) {
  expect_vector("minimal", minimal_shared(), PrivatePart{});
}

TEST(Record, every_event_has_one_code) {
  for (uint8_t i = 0; i <= static_cast<uint8_t>(Event::cover); ++i) {
    const auto event = static_cast<Event>(i);
    EXPECT_EQ(event_of(code_of(event)), event);
  }
  EXPECT_FALSE(event_of("something_else").has_value());
}

Bytes flipped(Bytes bytes, size_t i, int bits) {
  if (i < bytes.size()) bytes[i] = static_cast<char>(bytes[i] ^ bits);
  return bytes;
}

// A decoder that took two texts for one record would let an agency show either.
TEST(Record, what_decodes_encodes_to_the_same_bytes_whatever_byte_is_changed) {
  const Bytes good = encode(full_shared()).value();
  const Bytes secret = encode(full_private()).value();
  for (size_t i = 0; i < std::max(good.size(), secret.size()); ++i) {
    for (const int flip : {0x01, 0x04, 0x40, 0xff}) {
      const auto shared = decode_shared(flipped(good, i, flip));
      EXPECT_TRUE(!shared || encode(*shared).value() == flipped(good, i, flip)) << i;
      const auto part = decode_private(flipped(secret, i, flip));
      EXPECT_TRUE(!part || encode(*part).value() == flipped(secret, i, flip)) << i;
    }
  }
}

TEST(Record, every_cut_and_every_trailing_byte_is_refused) {
  const Bytes good = encode(minimal_shared()).value();
  for (size_t i = 0; i < good.size(); ++i) {
    EXPECT_FALSE(decode_shared(good.substr(0, i)).has_value()) << i;
  }
  EXPECT_FALSE(decode_shared(good + '\0').has_value());
  EXPECT_FALSE(decode_private(good).has_value());
}

Bytes field(uint16_t number, std::string_view bytes) {
  Bytes out;
  put_u16(out, number);
  put_u32(out, static_cast<uint32_t>(bytes.size()));
  return out.append(bytes);
}

TEST(Record, fields_out_of_order_repeated_unknown_or_empty_are_refused) {
  const Bytes head = "RLS1" + field(1, "refused") + field(2, "e") + field(3, "o");
  EXPECT_TRUE(decode_shared(head).has_value());
  EXPECT_FALSE(decode_shared("RLS1" + field(1, "refused") + field(3, "o") + field(2, "e")));
  EXPECT_FALSE(decode_shared(head + field(3, "o")).has_value());
  EXPECT_FALSE(decode_shared(head + field(30, "x")).has_value());
  EXPECT_FALSE(decode_shared(head + field(4, "")).has_value());
  EXPECT_FALSE(decode_shared("RLS1" + field(1, "exploded") + field(2, "e") + field(3, "o")));
  EXPECT_FALSE(decode_shared("RLS1" + field(2, "e") + field(3, "o")).has_value());
  EXPECT_FALSE(decode_shared(head + field(4, "\xff")).has_value());
  EXPECT_FALSE(decode_shared(head + field(24, Bytes(8, '\0'))).has_value());
  EXPECT_FALSE(decode_shared(head + field(16, Bytes(31, 'x'))).has_value());
}

TEST(Record, a_fault_names_the_field_and_not_its_value) {
  SharedPart part = minimal_shared();
  part.recipient_name = "\xff";
  const auto bytes = encode(part);
  ASSERT_FALSE(bytes.has_value());
  EXPECT_EQ(bytes.error().where, "recipient_name");
}

TEST(Record, an_entry_is_withheld_only_with_a_date_and_a_basis) {
  PrivatePart part;
  part.visibility = Visibility::withheld;
  EXPECT_FALSE(encode(part).has_value());
  part.withheld_until = "2027-05-01";
  EXPECT_FALSE(encode(part).has_value());
  part.withheld_basis = "GDPR art. 23";
  EXPECT_TRUE(encode(part).has_value());
  part.withheld_until = "2027-02-30";
  EXPECT_FALSE(encode(part).has_value());
  part.visibility = Visibility::open;
  part.withheld_until = "2027-05-01";
  EXPECT_FALSE(encode(part).has_value());
}

TEST(Record, what_cannot_be_read_again_is_not_written) {
  SharedPart shared = minimal_shared();
  shared.entry_id.clear();
  EXPECT_FALSE(encode(shared).has_value());
  shared = minimal_shared();
  shared.notices = {""};
  EXPECT_FALSE(encode(shared).has_value());
  shared = minimal_shared();
  shared.recipient_address = std::string(kMaxPartBytes, 'x');
  EXPECT_FALSE(encode(shared).has_value());
  PrivatePart secret;
  secret.details = {{"b", "1"}, {"a", "2"}};
  EXPECT_FALSE(encode(secret).has_value());
  secret.details = {{"a", "1"}, {"a", "2"}};
  EXPECT_FALSE(encode(secret).has_value());
}

TEST(Record, another_opening_hides_the_same_record_under_another_commitment) {
  const Bytes shared = encode(minimal_shared()).value();
  const Bytes secret = encode(PrivatePart{}).value();
  const Commitment one = commit(shared, sha256("1"), secret, sha256("2"));
  EXPECT_NE(one.commitment, commit(shared, sha256("3"), secret, sha256("2")).commitment);
  EXPECT_NE(one.commitment, commit(shared, sha256("1"), secret, sha256("3")).commitment);
  EXPECT_NE(one.c_s, one.c_p);
  EXPECT_NE(commit(shared, sha256("1"), shared, sha256("1")).c_s,
            commit(shared, sha256("1"), shared, sha256("1")).c_p);
}

}  // namespace
}  // namespace relais::ledger
