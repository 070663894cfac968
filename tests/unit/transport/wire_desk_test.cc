// SPDX-License-Identifier: Apache-2.0
#include "node/transport/wire_desk.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "node/transport/wire.h"

namespace relais::transport {
namespace {

const Instant kNow = Date::parse("2026-11-23")->start();

v1::ReferralRequest good_request() {
  v1::ReferralRequest message;
  message.set_person_ref("dossier n° 1");
  message.set_recipient("siao");
  message.set_service("orientation");
  message.set_purpose("housing_orientation");
  v1::Item& item = *message.add_items();
  item.set_category("identity.name");
  item.set_value("Nadia Exemple");
  v1::Attestation& attestation = *message.add_attestations();
  attestation.set_key("relation.both_in_care");
  attestation.add_values("true");
  return message;
}

v1::Consent good_consent() {
  v1::Consent message;
  message.set_state("given");
  message.set_giver("subject");
  message.set_form("paper");
  message.set_language("fr");
  message.add_recipients("siao");
  message.add_purposes("housing_orientation");
  message.add_categories("identity.*");
  message.mutable_valid_until()->set_seconds(1'900'000'000);
  return message;
}

template <class Outcome>
std::string refused_at(const Outcome& outcome) {
  if (outcome) return "accepted";
  EXPECT_EQ(outcome.error().kind, FaultKind::invalid);
  return outcome.error().where;
}

std::string request_refused_at(const std::function<void(v1::ReferralRequest&)>& spoil) {
  v1::ReferralRequest message = good_request();
  spoil(message);
  return refused_at(read(message));
}

std::string consent_refused_at(const std::function<void(v1::Consent&)>& spoil) {
  v1::Consent message = good_consent();
  spoil(message);
  return refused_at(read(message, kNow));
}

TEST(WireDesk, a_request_is_read_as_it_was_sent) {
  const auto request = read(good_request());
  ASSERT_TRUE(request);
  EXPECT_EQ(request->person.text(), "dossier n° 1");
  EXPECT_EQ(request->items.at(0).value.reveal(), "Nadia Exemple");
  EXPECT_EQ(request->attestations.at(0).values, std::vector<std::string>{"true"});
  EXPECT_TRUE(request->consent.empty());
}

TEST(WireDesk, a_request_with_a_bad_field_is_refused_by_its_name) {
  using Message = v1::ReferralRequest;
  EXPECT_EQ(request_refused_at([](Message& m) { m.clear_person_ref(); }), "person_ref");
  EXPECT_EQ(request_refused_at([](Message& m) { m.set_person_ref("a\x01"); }), "person_ref");
  EXPECT_EQ(request_refused_at([](Message& m) { m.clear_recipient(); }), "referral.recipient");
  EXPECT_EQ(request_refused_at([](Message& m) { m.set_service("é"); }), "referral.service");
  EXPECT_EQ(request_refused_at([](Message& m) { m.clear_purpose(); }), "referral.purpose");
  EXPECT_EQ(request_refused_at([](Message& m) { m.set_consent_id("a b"); }), "referral.consent_id");
  EXPECT_EQ(request_refused_at([](Message& m) { m.mutable_items(0)->clear_category(); }),
            "referral.items.category");
  EXPECT_EQ(request_refused_at([](Message& m) { m.mutable_items(0)->clear_value(); }),
            "referral.items.value");
  EXPECT_EQ(request_refused_at([](Message& m) { m.mutable_items(0)->set_value("a\nb"); }),
            "referral.items.value");
  EXPECT_EQ(
      request_refused_at([](Message& m) { m.mutable_items(0)->set_value(std::string(5000, 'x')); }),
      "referral.items.value");
  EXPECT_EQ(request_refused_at([](Message& m) { m.mutable_attestations(0)->clear_key(); }),
            "attestations.key");
}

TEST(WireDesk, too_many_items_or_too_much_in_them_is_refused) {
  EXPECT_EQ(request_refused_at([](v1::ReferralRequest& m) {
              for (int i = 0; i < 128; ++i) *m.add_items() = m.items(0);
            }),
            "referral.items");
  EXPECT_EQ(request_refused_at([](v1::ReferralRequest& m) {
              m.mutable_items(0)->set_value(std::string(4096, 'x'));
              for (int i = 0; i < 40; ++i) *m.add_items() = m.items(0);
            }),
            "referral.items");
}

TEST(WireDesk, an_acting_professional_is_named_in_printable_ascii) {
  v1::ActingProfessional acting;
  EXPECT_EQ(refused_at(read(acting)), "acting.role");
  acting.set_role("worker");
  EXPECT_EQ(refused_at(read(acting)), "acting.staff_id");
  acting.set_staff_id(std::string(65, '7'));
  EXPECT_EQ(refused_at(read(acting)), "acting.staff_id");
  acting.set_staff_id("Zoé");
  EXPECT_EQ(refused_at(read(acting)), "acting.staff_id");
  acting.set_staff_id("staff 7");
  EXPECT_TRUE(read(acting));
}

TEST(WireDesk, a_consent_without_a_start_starts_now) {
  const auto asked = read(good_consent(), kNow);
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->consent.valid_from, kNow);
  EXPECT_EQ(asked->categories, std::vector<std::string>{"identity.*"});
}

TEST(WireDesk, a_consent_with_a_bad_field_is_refused_by_its_name) {
  using Message = v1::Consent;
  EXPECT_EQ(consent_refused_at([](Message& m) { m.clear_valid_until(); }), "consent.valid_until");
  EXPECT_EQ(consent_refused_at([](Message& m) { m.mutable_valid_until()->set_seconds(-1); }),
            "consent.valid_until");
  EXPECT_EQ(consent_refused_at([](Message& m) { m.mutable_valid_from()->set_nanos(-1); }),
            "consent.valid_from");
  EXPECT_EQ(consent_refused_at([](Message& m) { m.clear_state(); }), "consent.state");
  EXPECT_EQ(consent_refused_at([](Message& m) { m.add_recipients(""); }), "consent.recipients");
  EXPECT_EQ(consent_refused_at([](Message& m) {
              for (int i = 0; i < 64; ++i) m.add_purposes("x");
            }),
            "consent.purposes");
}

TEST(WireDesk, an_unspecified_or_unknown_right_is_refused) {
  EXPECT_EQ(refused_at(read(v1::RIGHT_UNSPECIFIED)), "right");
  EXPECT_EQ(refused_at(read(static_cast<v1::Right>(99))), "right");
  EXPECT_EQ(read(v1::RIGHT_OBJECTION).value(), flow::Right::objection);
}

TEST(WireDesk, a_page_is_bounded) {
  EXPECT_EQ(read_page_size(0, 50, 200).value(), 50);
  EXPECT_EQ(read_page_size(200, 50, 200).value(), 200);
  EXPECT_EQ(refused_at(read_page_size(201, 50, 200)), "page_size");
  EXPECT_EQ(refused_at(read_page_size(-1, 50, 200)), "page_size");
  EXPECT_EQ(refused_at(read_page_token(std::string(257, 'a'))), "page_token");
}

// What is no id never reaches the database: PostgreSQL would write it into its log.
TEST(WireDesk, an_id_that_no_node_gave_out_is_refused_by_its_field) {
  EXPECT_EQ(refused_at(read_referral_id("")), "referral_id");
  EXPECT_EQ(refused_at(read_referral_id("Nadia-Exemple")), "referral_id");
  EXPECT_TRUE(read_referral_id("00000000-0000-7000-8000-000000000000"));
  v1::SubmitReferralRequest message;
  *message.mutable_referral() = good_request();
  message.set_follows("Nadia-Exemple");
  EXPECT_EQ(refused_at(read(message)), "follows");
  message.clear_follows();
  message.set_replaces("Nadia-Exemple");
  EXPECT_EQ(refused_at(read(message)), "replaces");
}

TEST(WireDesk, no_fault_repeats_the_value_it_refuses) {
  v1::ReferralRequest message = good_request();
  message.mutable_items(0)->set_value("Nadia\tExemple");
  const auto outcome = read(message);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().where.find("Nadia"), std::string::npos);
  EXPECT_EQ(outcome.error().message.view().find("Nadia"), std::string_view::npos);
}

TEST(WireDesk, an_absent_fact_stays_unknown) {
  v1::RecordPersonRequest message;
  message.set_person_ref("1");
  EXPECT_EQ(read(message)->maturity, std::nullopt);
  message.set_maturity(false);
  EXPECT_EQ(read(message)->maturity, std::optional<bool>(false));
}

}  // namespace
}  // namespace relais::transport
