// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/policy/laws.h"

namespace relais::policy {
namespace {

using ::testing::HasSubstr;

constexpr const char* kHead =
    "[pack]\nid = \"t\"\nversion = \"1\"\njurisdictions = [\"FR\"]\n";  // lines 1 to 4

// The complaints about a pack whose rules begin on line 5; "" when it loads.
std::string complaints(const std::string& rules, const Parameters& parameters = {}) {
  const auto law = Law::parse(words(), {{"t.toml", kHead + rules}}, parameters);
  return law ? "" : law.error().where;
}

// A lift with one line more, which is line 6; in good order without it.
std::string lift_with(const std::string& line) {
  return "[[lift]]\n" + line +
         "\nid = \"t.a\"\nallow = [\"identity.*\"]\ncite = \"Art. 1\"\n"
         "in_force = { from = 2000-01-01 }\n";
}

TEST(Loader, a_pack_in_good_order_loads) {
  EXPECT_EQ(complaints(lift_with("")), "");
  EXPECT_EQ(complaints(""), "");
}

TEST(Loader, an_unknown_key_is_refused_with_its_place_and_a_suggestion) {
  EXPECT_THAT(complaints(lift_with("purpose = [\"research\"]")),
              HasSubstr("t.toml:6:1: unknown key \"purpose\"; did you mean \"purposes\"?"));
  EXPECT_THAT(complaints("[[lft]]\nid = \"x\"\n"), HasSubstr("unknown key \"lft\""));
}

TEST(Loader, an_unknown_fact_is_refused) {
  EXPECT_THAT(complaints(lift_with("when = { \"sender.secresy\" = \"none\" }")),
              HasSubstr("t.toml:6:10: unknown fact \"sender.secresy\"; did you mean "
                        "\"sender.secrecy\"?"));
}

TEST(Loader, an_unknown_value_is_refused) {
  EXPECT_THAT(complaints(lift_with("when = { \"sender.secrecy\" = [\"none\", \"stat\"] }")),
              HasSubstr("t.toml:6:38: \"stat\" is not a value of fact \"sender.secrecy\"; did you "
                        "mean \"state\"?"));
  EXPECT_THAT(complaints(lift_with("when = { objection = \"yes\" }")),
              HasSubstr("not a value of fact \"objection\""));
  EXPECT_THAT(complaints(lift_with("when = { \"sender.mission\" = [] }")),
              HasSubstr("an empty list of values is never met"));
}

TEST(Loader, an_unknown_category_is_refused) {
  EXPECT_THAT(complaints("[[duty]]\nid = \"t.a\"\nowe = [\"identity.nam\"]\ncite = \"c\"\n"
                         "in_force = \"unverified\"\n"),
              HasSubstr("t.toml:7:8: unknown category \"identity.nam\"; did you mean "
                        "\"identity.name\"?"));
}

TEST(Loader, an_unknown_parameter_is_refused) {
  EXPECT_THAT(complaints("[parameters]\nstrict = true\n" +
                         lift_with("when = { \"param.strickt\" = true }")),
              HasSubstr("unknown parameter \"strickt\"; did you mean \"strict\"?"));
  EXPECT_THAT(
      complaints("[parameters]\nstrict = true\n" + lift_with("when = { \"param.strict\" = 1 }")),
      HasSubstr("not a value of parameter \"strict\""));
  EXPECT_THAT(complaints(lift_with(""), {{"strict", Parameter(true)}}),
              HasSubstr("no pack has a parameter \"strict\""));
}

TEST(Loader, an_unknown_rule_id_is_refused) {
  EXPECT_THAT(complaints(lift_with("") + "[[bar]]\nid = \"t.b\"\ndefeats = [\"t.aa\"]\n"
                                         "cite = \"c\"\nin_force = \"unverified\"\n"),
              HasSubstr("t.toml:13:12: no lift or duty is called \"t.aa\"; did you mean \"t.a\"?"));
  EXPECT_THAT(complaints(lift_with("") + "[[bar]]\nid = \"t.b\"\ndefeats = [\"t.a\"]\n"
                                         "overridden_by = [\"t.z\"]\ncite = \"c\"\n"
                                         "in_force = \"unverified\"\n"),
              HasSubstr("no lift or duty is called \"t.z\""));
}

TEST(Loader, a_missing_citation_id_or_date_is_refused) {
  const std::string none = complaints("[[lift]]\nallow = [\"*\"]\n");
  EXPECT_THAT(none, HasSubstr("t.toml:5:1: \"id\" is missing"));
  EXPECT_THAT(none, HasSubstr("\"cite\" is missing"));
  EXPECT_THAT(none, HasSubstr("\"in_force\" is missing"));
  EXPECT_THAT(complaints("[[lift]]\nid = \"t.a\"\nallow = [\"*\"]\ncite = \"\"\n"
                         "in_force = \"unverified\"\n"),
              HasSubstr("\"cite\" must be a text that is not empty"));
}

TEST(Loader, an_empty_mask_is_refused) {
  EXPECT_THAT(complaints("[[lift]]\nid = \"t.a\"\nallow = []\ncite = \"c\"\n"
                         "in_force = \"unverified\"\n"),
              HasSubstr("t.toml:7:9: \"allow\" is empty"));
  EXPECT_THAT(complaints("[[lift]]\nid = \"t.a\"\ncite = \"c\"\nin_force = \"unverified\"\n"),
              HasSubstr("\"allow\" is missing"));
  EXPECT_THAT(complaints("[[lift]]\nid = \"t.a\"\nallow = [\"routing.*\"]\ncite = \"c\"\n"
                         "in_force = \"unverified\"\n"),
              HasSubstr("\"routing.*\" is never decided"));
}

TEST(Loader, tier_four_in_a_mask_is_refused) {
  EXPECT_THAT(complaints("[[silence]]\nid = \"t.a\"\ncategories = [\"religion\"]\ncite = \"c\"\n"
                         "in_force = \"unverified\"\n"),
              HasSubstr("t.toml:7:15: \"religion\" is of tier 4"));
}

TEST(Loader, a_rule_defined_twice_is_refused) {
  EXPECT_THAT(complaints(lift_with("") + lift_with("")),
              HasSubstr("t.toml:11:1: rule \"t.a\" is already defined at t.toml:5"));
}

TEST(Loader, a_pack_loaded_twice_is_refused) {
  const auto law = Law::parse(words(), {pack("t", ""), pack("t", "")});
  ASSERT_FALSE(law);
  EXPECT_THAT(law.error().where, HasSubstr("pack \"t\" is loaded twice"));
}

TEST(Loader, every_complaint_is_told_at_once) {
  Problems problems;
  const auto law = Law::parse(
      words(),
      {{"t.toml", std::string(kHead) + "[[lift]]\nid = \"t.a\"\nallow = [\"x\"]\nwhy = 1\n"}}, {},
      &problems);
  EXPECT_FALSE(law);
  EXPECT_EQ(problems.size(), 4u);  // the category, the key, the citation, the date
}

TEST(Loader, a_type_error_in_a_bar_stops_the_pack) {
  EXPECT_THAT(complaints("[[bar]]\nid = \"t.b\"\ndefeats = \"*\"\ncite = \"c\"\n"
                         "in_force = \"unverified\"\n"),
              HasSubstr("t.toml:7:11: \"defeats\" must be a list of texts"));
  EXPECT_THAT(complaints("[[bar]]\nid = \"t.b\"\nwhen = \"always\"\ndefeats = [\"*\"]\n"
                         "cite = \"c\"\nin_force = \"unverified\"\n"),
              HasSubstr("expected a table of facts"));
}

TEST(Loader, text_that_is_not_toml_has_a_place_too) {
  EXPECT_THAT(complaints("[[lift]\n"), HasSubstr("t.toml:5:"));
}

TEST(Loader, letters_outside_ascii_belong_in_strings_and_comments) {
  EXPECT_EQ(complaints("# é\n[parameters]\n\"é\" = 'é'\nb = \"\"\"\né \\\n  e\"\"\"\"\n"), "");
  EXPECT_THAT(complaints("[parameters]\na =\n é"),
              HasSubstr("t.toml:7:2: a character outside ASCII"));
  EXPECT_THAT(complaints("[parameters]\na = \"\"\"\\\n é\"\"\""),
              HasSubstr("t.toml:7:2: a character outside ASCII"));
  EXPECT_THAT(complaints("[parameters]\na = \"b\n é"), HasSubstr("t.toml:7:2: a character"));
  // A quote inside a value that is no string opens none.
  for (const char* glued :
       {"2||[\"é\"", "2=\"é\"", "b[\"é\"]", "2.\"é\"", "|{c=\"é\"}", "[1, 2=\"é\"]"}) {
    EXPECT_THAT(complaints("[parameters]\na = " + std::string(glued) + "\n"),
                HasSubstr("a character outside ASCII"))
        << glued;
  }
  for (const char* apart :
       {"[\"é\", \"è\"]", "{c=\"é\", d = 'è'}", "[[\"é\"],\n [\n'è'\n]]", "[{c=[\"é\"]}]"}) {
    EXPECT_THAT(complaints("[parameters]\na = " + std::string(apart) + "\n"),
                Not(HasSubstr("outside ASCII")))
        << apart;
  }
}

TEST(Loader, nesting_is_bounded) {
  std::string deep = "{ objection = true }";
  for (int i = 0; i < 12; ++i) deep = "{ not = " + deep + " }";
  EXPECT_THAT(complaints(lift_with("when = " + deep)), HasSubstr("deeper than 8 levels"));
}

TEST(Loader, dates_must_be_real_and_in_order) {
  const std::string head = "[[lift]]\nid = \"t.a\"\nallow = [\"*\"]\ncite = \"c\"\n";
  EXPECT_THAT(complaints(head + "in_force = { from = 2020-01-01, to = 2019-01-01 }\n"),
              HasSubstr("ends before it begins"));
  EXPECT_THAT(complaints(head + "in_force = \"soon\"\n"), HasSubstr("\"in_force\" must be"));
  EXPECT_THAT(complaints(head + "in_force = {}\n"), HasSubstr("\"in_force\" must be"));
}

TEST(Loader, min_goes_with_numbers_and_dates) {
  EXPECT_EQ(complaints(lift_with("when = { \"aggregate.min_count\" = { min = 5 } }")), "");
  EXPECT_EQ(complaints(lift_with("when = { date = { min = 2025-12-01 } }")), "");
  EXPECT_THAT(complaints(lift_with("when = { \"sender.secrecy\" = { min = 5 } }")),
              HasSubstr("\"min\" goes with"));
}

TEST(Loader, keys_without_quotes_say_the_same) {
  EXPECT_EQ(complaints(lift_with("when = { sender.secrecy = \"none\", need.required = [\"*\"] }")),
            "");
}

TEST(Loader, an_unverified_rule_is_an_interpretation) {
  const auto law = law_of(
      "[[lift]]\nid = \"t.a\"\nallow = [\"*\"]\ncite = \"c\"\n"
      "certainty = \"settled\"\nin_force = \"unverified\"\n");
  EXPECT_EQ(law->find("t.a")->certainty, Certainty::interpretation);
}

TEST(Loader, the_digest_names_texts_and_parameters) {
  const std::string rules = "[parameters]\nstrict = true\n";
  const auto one = law_of({pack("a", rules), pack("b", "")});
  const auto turned = law_of({pack("b", ""), pack("a", rules)});
  const auto other = law_of({pack("a", rules), pack("b", "")}, {{"strict", Parameter(false)}});
  EXPECT_EQ(one->digest(), turned->digest());
  EXPECT_NE(one->digest(), other->digest());
  EXPECT_EQ(text_of(other->parameters().at("a.strict")), "false");
}

}  // namespace
}  // namespace relais::policy
