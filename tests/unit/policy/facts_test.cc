// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/policy/laws.h"

namespace relais::policy {
namespace {

using ::testing::HasSubstr;

TEST(Facts, a_new_value_knows_nothing) {
  const Facts facts;
  for (size_t i = 0; i < kFactKeys; ++i) EXPECT_FALSE(facts.is_known(static_cast<FactKey>(i)));
  EXPECT_EQ(facts.canonical(words()), "");
}

TEST(Facts, an_empty_set_is_known) {
  Facts facts;
  ASSERT_TRUE(facts.set(words(), "mandate.kind", std::span<const std::string>{}));
  EXPECT_TRUE(facts.is_known(FactKey::mandate_kind));
  EXPECT_EQ(facts.canonical(words()), "mandate.kind = \n");
}

TEST(Facts, a_misspelt_key_or_value_gets_a_suggestion) {
  Facts facts;
  EXPECT_THAT(facts.set(words(), "sender.secrecy ", "none").error().where,
              HasSubstr("did you mean \"sender.secrecy\""));
  EXPECT_THAT(facts.set(words(), "sender.secrecy", "profesion").error().where,
              HasSubstr("did you mean \"profession\""));
  EXPECT_THAT(facts.set(words(), "purpose", "service_refferal").error().where,
              HasSubstr("did you mean \"service_referral\""));
  EXPECT_THAT(facts.set(words(), "data", "identity.nme").error().where,
              HasSubstr("did you mean \"identity.name\""));
  EXPECT_EQ(facts, Facts{});
}

TEST(Facts, a_single_valued_fact_takes_one_value) {
  Facts facts;
  const std::vector<std::string> two{"none", "state"};
  EXPECT_FALSE(facts.set(words(), "sender.secrecy", std::span<const std::string>(two)));
}

TEST(Facts, masks_stand_for_their_categories) {
  Facts facts;
  ASSERT_TRUE(facts.set(words(), "consent.categories", "identity.*"));
  EXPECT_EQ(facts.categories(FactKey::consent_categories), categories({"identity.*"}));
}

TEST(Facts, jurisdictions_are_iso_codes) {
  Facts facts;
  EXPECT_TRUE(facts.set(words(), "sender.jurisdiction", "US-CA"));
  EXPECT_EQ(facts.text(words(), FactKey::sender_jurisdiction), "US-CA");
  EXPECT_FALSE(facts.set(words(), "sender.jurisdiction", "ZZ"));
  EXPECT_FALSE(facts.set(words(), "sender.jurisdiction", "France"));
  EXPECT_TRUE(lies_in(*encode_jurisdiction("US-CA"), *encode_jurisdiction("US")));
  EXPECT_FALSE(lies_in(*encode_jurisdiction("US"), *encode_jurisdiction("US-CA")));
  EXPECT_TRUE(is_eu_member(*encode_jurisdiction("SE")));
  EXPECT_FALSE(is_eu_member(*encode_jurisdiction("GB")));
}

TEST(Facts, the_canonical_text_is_sorted_and_comes_back) {
  const Facts facts = facts_of(
      "objection = false\n\"sender.mission\" = [\"care\", \"child_protection\"]\n"
      "data = [\"identity.name\", \"note.private\"]\n\"aggregate.min_count\" = 11\n"
      "state = \"requested\"\n");
  const Bytes text = facts.canonical(words());
  EXPECT_EQ(text,
            "aggregate.min_count = 11\ndata = identity.name,note.private\ndate = 2026-11-01\n"
            "objection = false\npurpose = service_referral\nrecipient.jurisdiction = FR\n"
            "sender.jurisdiction = FR\nsender.mission = child_protection,care\n"
            "state = requested\n");
  const auto again = Facts::from_canonical(text, words());
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, facts);
}

TEST(Facts, from_canonical_takes_nothing_else) {
  for (const char* bad :
       {"objection = false", "objection=false\n", "state = requested\nobjection = false\n",
        "objection = false\nobjection = false\n", "objection = maybe\n", "x = 1\n", "\n",
        "sender.mission = care,child_protection\n", "data = identity.*\n"}) {
    EXPECT_FALSE(Facts::from_canonical(bad, words())) << bad;
  }
}

TEST(Facts, every_fact_has_one_source) {
  EXPECT_EQ(source_of(FactKey::sender_category), FactSource::directory);
  EXPECT_EQ(source_of(FactKey::sender_secrecy), FactSource::staff);
  EXPECT_EQ(source_of(FactKey::consent_state), FactSource::consent);
  EXPECT_EQ(source_of(FactKey::origin), FactSource::person);
  EXPECT_EQ(source_of(FactKey::recipient_named), FactSource::attestation);
  EXPECT_EQ(source_of(FactKey::data), FactSource::engine);
}

TEST(Facts, a_date_before_1970_keeps_its_day) {
  Facts facts;
  facts.set(FactKey::date, *Date::of(1951, 3, 2));
  EXPECT_EQ(facts.text(words(), FactKey::date), "1951-03-02");
}

}  // namespace
}  // namespace relais::policy
