// SPDX-License-Identifier: Apache-2.0
// The file a person takes along (GDPR 20; docs/portability.md).
#include "node/flow/portability.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/agencies.h"

namespace relais {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

struct Portability : testing::Test, test::TwoAgencies {
  void submit(const std::string& key, const flow::Request& asked) {
    ASSERT_TRUE(flow::submit(sds->line, caller(), key, asked).has_value());
  }
  json take(const std::string& requester = "subject") {
    const auto made = flow::export_person(sds->line, caller(), request().person, requester);
    return json::parse(made.value().document);
  }
  static std::vector<std::string> categories(const json& document, const char* list) {
    std::vector<std::string> codes;
    for (const auto& one : document[list]) codes.push_back(one["category"]);
    return codes;
  }
};

TEST_F(Portability, portability_gives_a_structured_file) {
  flow::Request asked = request();
  asked.consent = consent();
  submit("key-1", asked);
  const json file = take();
  std::vector<std::string> keys;
  for (const auto& [key, value] : file.items()) keys.push_back(key);
  EXPECT_THAT(
      keys, testing::UnorderedElementsAre("format", "law", "agency", "made", "requester", "person",
                                          "consents", "provided", "left_out", "ledger_index"));
  EXPECT_EQ(file["format"], "relais/portability/v1");
  EXPECT_EQ(file["agency"]["id"], "sds");
  EXPECT_EQ(file["made"], "2026-11-23T10:00:00Z");
  // What the person gave, with its value, also what the law did not let leave.
  ASSERT_EQ(file["provided"].size(), 3u);
  const json& name = file["provided"][0];
  EXPECT_EQ(name["category"], "identity.name");
  EXPECT_EQ(name["value"], "Nadia Exemple");
  EXPECT_EQ(name["label_fr"], "nom et prénom");
  EXPECT_EQ(name["purpose"], "housing_orientation");
  EXPECT_EQ(name["given"], "2026-11-23T10:00:00Z");
  EXPECT_EQ(file["provided"][2]["value"], "asthme");
  // What they agreed to.
  ASSERT_EQ(file["consents"].size(), 1u);
  EXPECT_EQ(file["consents"][0]["consent_id"], asked.consent.text());
  EXPECT_EQ(file["consents"][0]["state"], "given");
  EXPECT_EQ(file["consents"][0]["recipients"][0], "siao");
  EXPECT_EQ(file["consents"][0]["valid_until"], "2026-11-24T10:00:00Z");
  // It was handed out, and that is written.
  const auto& reading = sds->store.ledger_entries().back();
  EXPECT_EQ(reading.shared.event, ledger::Event::access_read);
  EXPECT_EQ(reading.shared.status, "exported");
  EXPECT_EQ(reading.stored.index, file["ledger_index"].get<uint64_t>());
}

TEST_F(Portability, what_a_professional_wrote_is_not_what_the_person_gave) {
  flow::Request asked = request();
  asked.items.push_back({"assessment.professional", Sensitive<std::string>("fragile")});
  submit("key-1", asked);
  const json file = take();
  EXPECT_THAT(file.dump(), Not(HasSubstr("fragile")));
  EXPECT_EQ(file["left_out"][0]["category"], "assessment.professional");
  EXPECT_EQ(file["left_out"][0]["why"], "not_provided_by_the_person");
}

TEST_F(Portability, who_asks_for_somebody_else_is_not_given_where_to_find_them) {
  flow::Request asked = request();
  asked.items.push_back({"location.protected", Sensitive<std::string>("7 rue Cachée")});
  submit("key-1", asked);
  EXPECT_THAT(take("guardian").dump(), Not(HasSubstr("Cachée")));
  EXPECT_EQ(take("guardian")["left_out"][0]["why"], "given_to_the_person_alone");
  EXPECT_THAT(take().dump(), HasSubstr("Cachée"));
}

TEST_F(Portability, a_request_whose_entry_is_withheld_is_withheld_with_it) {
  flow::Request asked = request();
  asked.purpose = "child_protection_assessment";
  asked.attestations = {{"facts.minor", {"at_risk"}}};
  submit("key-1", asked);
  EXPECT_TRUE(take("parent")["provided"].empty());
  EXPECT_EQ(take("subject")["provided"].size(), 3u);
  clock.advance(std::chrono::hours{24 * 366});
  EXPECT_EQ(take("parent")["provided"].size(), 3u) << "after its day";
}

TEST_F(Portability, what_another_agency_sent_is_not_in_it_and_nobody_is_not_found) {
  flow::Request asked = request();
  asked.consent = consent();
  submit("key-1", asked);
  deliver_all(*sds);
  const ReferralId there = flow::list_inbox(siao->line, "", 1).value().referrals[0].referral.id;
  ASSERT_TRUE(flow::accept(siao->line, caller(), there, PersonReference("S-9")).has_value());
  const auto made = flow::export_person(siao->line, caller(), PersonReference("S-9"), "subject");
  EXPECT_TRUE(json::parse(made.value().document)["provided"].empty());
  EXPECT_EQ(flow::export_person(sds->line, caller(), PersonReference("X"), "subject").error().kind,
            FaultKind::not_found);
  EXPECT_EQ(flow::export_person(sds->line, caller(), request().person, "friend").error().where,
            "requester");
}

}  // namespace
}  // namespace relais
