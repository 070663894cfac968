// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/policy/laws.h"

namespace relais::policy {
namespace {

using ::testing::HasSubstr;

CategoryBit bit(const std::string& code) {
  const auto found = words().find(code);
  RELAIS_CHECK(found.has_value());
  return *found;
}

bool takes(const std::string& code, const std::string& value) {
  return words().check_value(bit(code), value).has_value();
}

TEST(Vocabulary, every_category_has_its_own_bit_and_both_labels) {
  EXPECT_EQ(words().all().count(), 46);
  words().all().each([](CategoryBit one) {
    EXPECT_EQ(words().find(words().at(one).code), one);
    EXPECT_FALSE(words().at(one).label.fr.empty());
    EXPECT_FALSE(words().at(one).label.en.empty());
  });
}

TEST(Vocabulary, bits_of_released_versions_never_move) {
  EXPECT_EQ(bit("routing.subject_handle"), 0);
  EXPECT_EQ(bit("identity.name"), 2);
  EXPECT_EQ(bit("need.code"), 12);
  EXPECT_EQ(bit("health.substance_use"), 28);
  EXPECT_EQ(bit("coordination.needed"), 37);
  EXPECT_EQ(bit("genetic"), 45);
}

TEST(Vocabulary, a_mask_covers_its_family_but_never_tier_four) {
  EXPECT_EQ(words().mask("identity.*")->count(), 4);
  EXPECT_EQ(words().mask("health.*")->count(), 4);
  EXPECT_FALSE(words().mask("note.*").has_value());
  EXPECT_TRUE((*words().mask("*") & words().tier(4)).empty());
  EXPECT_TRUE(words().mask("note.private").has_value());
}

TEST(Vocabulary, a_mask_that_is_no_family_is_unknown) {
  for (const char* pattern : {"", "ident*", "identity", "identity.", ".*", "**", "identity.na*"}) {
    EXPECT_FALSE(words().mask(pattern).has_value()) << pattern;
  }
}

TEST(Vocabulary, what_is_decided_is_neither_routing_nor_tier_four) {
  EXPECT_TRUE((words().decidable() & words().tier(0)).empty());
  EXPECT_TRUE((words().decidable() & words().tier(4)).empty());
  EXPECT_EQ(words().decidable().count(), 36);
}

TEST(Vocabulary, a_misspelt_category_has_a_neighbour) {
  EXPECT_EQ(words().nearest_category("identity.nam"), "identity.name");
  EXPECT_EQ(words().nearest_category("qqqqqqqqqq"), "");
}

TEST(Values, a_name_has_1_to_100_characters_not_bytes) {
  std::string accented;
  for (int i = 0; i < 100; ++i) accented += "é";
  EXPECT_TRUE(takes("identity.name", accented));
  EXPECT_FALSE(takes("identity.name", accented + "e"));
  EXPECT_FALSE(takes("identity.name", ""));
  EXPECT_FALSE(takes("identity.name", " Ana"));
}

TEST(Values, bytes_that_are_not_utf8_and_control_characters_are_refused) {
  for (const char* bad : {"a\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "a\nb",
                          "a\x7f", "a\xc2\x85z", "a\xe2\x80\xa8z"}) {
    EXPECT_FALSE(takes("identity.name", bad));
  }
}

TEST(Values, a_contact_point_is_an_e164_number_or_a_mail_address) {
  EXPECT_TRUE(takes("contact.point", "+33612345678"));
  EXPECT_TRUE(takes("contact.point", "ana.b+x@exemple.fr"));
  for (const char* bad : {"0612345678", "+0612345678", "+336 12", "+3361234567890123", "ana@",
                          "@b.fr", "ana@localhost", "a..b@c.fr", "ana@-b.fr", "a b@c.fr"}) {
    EXPECT_FALSE(takes("contact.point", bad)) << bad;
  }
}

TEST(Values, a_code_must_be_of_its_list) {
  EXPECT_TRUE(takes("need.urgency", "urgent"));
  EXPECT_FALSE(takes("need.urgency", "Urgent"));
  EXPECT_TRUE(takes("financial.bracket", "500-999"));
  EXPECT_TRUE(takes("identity.age_band", "75+"));
}

TEST(Values, dates_and_years_are_real) {
  EXPECT_TRUE(takes("identity.birth_date", "2004-02-29"));
  EXPECT_FALSE(takes("identity.birth_date", "2003-02-29"));
  EXPECT_FALSE(takes("identity.birth_date", "2004-2-29"));
  EXPECT_TRUE(takes("identity.birth_year", "1988"));
  EXPECT_FALSE(takes("identity.birth_year", "88"));
}

TEST(Values, a_household_is_counted_by_band_in_one_order_only) {
  EXPECT_TRUE(takes("household.composition", "0-2:1,18-24:2"));
  for (const char* bad : {"18-24:2,0-2:1", "0-2:0", "0-2:1,0-2:1", "0-2", "0-2:100", "0-9:1", ""}) {
    EXPECT_FALSE(takes("household.composition", bad)) << bad;
  }
}

TEST(Values, a_household_member_has_a_name_and_a_relation) {
  EXPECT_TRUE(takes("household.persons", "Zoé;child"));
  EXPECT_FALSE(takes("household.persons", "Zoé"));
  EXPECT_FALSE(takes("household.persons", ";child"));
  EXPECT_FALSE(takes("household.persons", "Zoé;boss"));
}

TEST(Values, languages_flags_and_references) {
  EXPECT_TRUE(takes("access_needs.language", "pt-BR"));
  EXPECT_FALSE(takes("access_needs.language", "French"));
  EXPECT_TRUE(takes("contact.safe", "false"));
  EXPECT_FALSE(takes("contact.safe", "no"));
  EXPECT_TRUE(takes("document.ref", "doc/2026-17"));
  EXPECT_FALSE(takes("document.ref", "two words"));
}

TEST(Values, a_fault_names_the_category_and_never_the_value) {
  const auto result = words().check_value(bit("contact.point"), "Secret Name");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().where, "contact.point");
  EXPECT_THAT(std::string(result.error().message.view()), HasSubstr("+33612345678"));
}

TEST(Values, tier_four_has_no_value) { EXPECT_FALSE(takes("note.private", "anything")); }

TEST(VocabularyFile, every_mistake_is_told_with_its_place) {
  const auto result = Vocabulary::parse(
      "version = \"1\"\n"
      "[[category]]\ncode = \"a\"\nbit = 70\ntier = 1\ntype = \"flag\"\nfr = \"a\"\nen = \"a\"\n"
      "[[category]]\ncode = \"b\"\nbit = 1\ntier = 1\ntype = \"flog\"\nfr = \"b\"\nen = \"b\"\n"
      "colour = \"red\"\n",
      "v.toml");
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().where, HasSubstr("v.toml:2:1: \"bit\""));
  EXPECT_THAT(result.error().where, HasSubstr("v.toml:9:1: unknown value type \"flog\""));
  EXPECT_THAT(result.error().where, HasSubstr("v.toml:16:1: unknown key \"colour\""));
}

}  // namespace
}  // namespace relais::policy
