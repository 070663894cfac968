// SPDX-License-Identifier: Apache-2.0
// Packs that are large, deep, broken or circular are refused with file, line and column, in bounded
// time. (Bounded memory follows from the sizes: 4 MiB a file, 10240 rules, a hundred complaints.)
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>

#include "policy/case_file.h"
#include "tests/support/large_law.h"
#include "tests/unit/policy/small_rules.h"

namespace relais::policy {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

// What a text of packs is refused for; "" when it loads. A minute is a failure, sanitized and on a
// busy machine too.
std::string refusal_of(const std::vector<PackText>& packs) {
  const auto begun = std::chrono::steady_clock::now();
  const auto law = Law::parse(words(), packs);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(60));
  if (law) return "";
  EXPECT_THAT(law.error().where, ContainsRegex("^t\\.toml:[0-9]+:[0-9]+: "));
  EXPECT_LE(law.error().where.size(), 100'000U);
  return law.error().where;
}
std::string refusal_of(const std::string& rules) { return refusal_of({pack("t", rules)}); }

std::string many(size_t count, const std::string& text) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += replace_all(text, "#", std::to_string(i));
  return all;
}
std::string deep(size_t levels, const std::string& open, const std::string& inner,
                 const std::string& close) {
  return many(levels, open) + inner + many(levels, close);
}

TEST(BadPack, of_ten_megabytes_is_refused_for_its_size) {
  EXPECT_THAT(refusal_of(many(10 * 1024 * 1024 / 8, "# lorem\n")), HasSubstr("larger than 4 MiB"));
  const std::string path = ::testing::TempDir() + "/t.toml";
  std::ofstream(path) << many(2'000'000, "# lorem\n");
  const auto law = Law::load(words(), {::testing::TempDir(), {"t"}, {}});
  ASSERT_FALSE(law.has_value());
  EXPECT_THAT(law.error().where, HasSubstr("t.toml:1:1: the file is larger than 4 MiB"));
}

TEST(BadPack, of_more_rules_than_a_node_takes_is_refused_and_ten_thousand_load) {
  const std::string rule = lift("t.#", "allow = [\"identity.*\"]\n");
  EXPECT_EQ(refusal_of(many(10'000, rule)), "");
  EXPECT_EQ(refusal_of(many(10'240, rule)), "");
  EXPECT_THAT(refusal_of(many(10'241, rule)), HasSubstr("more than 10240 rules"));
  const auto both = Law::parse(
      words(), {pack("t", many(9'000, rule)), pack("u", many(9'000, lift("u.#", kAllowAll)))});
  ASSERT_FALSE(both.has_value());
  EXPECT_THAT(both.error().where, HasSubstr("more than 10240 rules"));
}

TEST(BadPack, nested_a_thousand_deep_is_refused_however_it_nests) {
  const std::string nested[] = {
      "x = " + deep(1000, "[", "1", "]"), "x = " + deep(1000, "{ a = ", "1", " }"),
      "x" + many(1000, ".x") + " = 1",    "x" + many(500'000, ".x") + " = 1",
      "[x" + many(1000, ".x") + "]",      "x = { a" + many(1000, ".a") + " = 1 }",
      "x = " + deep(40, "[", "1", "]"),
  };
  for (const std::string& text : nested) {
    EXPECT_THAT(refusal_of(text + "\n"), ContainsRegex("[Nn]est|exceeded|levels"))
        << text.substr(0, 40);
  }
  const std::string conditions = deep(20, "not = { ", "objection = true", " }");
  EXPECT_THAT(refusal_of(lift("t.a", kAllowAll + "when = { " + conditions + " }\n")),
              HasSubstr("nested deeper than 8 levels"));
}

TEST(BadPack, that_is_not_utf8_is_refused_wherever_that_is) {
  for (const char* bad : {"\xff", "\xc3", "\xed\xa0\x80", "\xc0\xaf", "\xf8\x88\x80\x80\x80"}) {
    EXPECT_NE(refusal_of("# " + std::string(bad) + "\n"), "") << "in a comment";
    EXPECT_NE(refusal_of("x = \"" + std::string(bad) + "\"\n"), "") << "in a string";
    EXPECT_NE(refusal_of(std::string(bad) + " = 1\n"), "") << "in a key";
  }
}

TEST(BadPack, that_defines_an_id_twice_is_refused_at_the_second) {
  EXPECT_THAT(refusal_of(lift("t.a", kAllowAll) + lift("t.a", kAllowAll)),
              HasSubstr("t.toml:11:1: rule \"t.a\" is already defined at t.toml:6"));
  EXPECT_THAT(refusal_of(many(5'000, lift("t.a", kAllowAll))), HasSubstr("and there may be more"));
}

TEST(BadPack, whose_overrides_turn_in_a_circle_is_refused) {
  const auto over = [](const std::string& id, const std::string& loser, const std::string& winner) {
    return bar(id, "defeats = [\"" + loser + "\"]\noverridden_by = [\"" + winner + "\"]\n");
  };
  const std::string lifts = many(100, lift("t.l#", kAllowAll));
  EXPECT_EQ(refusal_of(lifts + over("t.a", "t.l0", "t.l1") + over("t.b", "t.l1", "t.l2")), "");
  EXPECT_THAT(refusal_of(lifts + over("t.a", "t.l0", "t.l0")), HasSubstr("turn in a circle"));
  EXPECT_THAT(refusal_of(lifts + over("t.a", "t.l0", "t.l1") + over("t.b", "t.l1", "t.l0")),
              HasSubstr("bar \"t.b\" turn in a circle"));
  std::string long_way = lifts;
  for (int i = 0; i < 100; ++i) {
    long_way += over("t.b" + std::to_string(i), "t.l" + std::to_string(i),
                     "t.l" + std::to_string((i + 1) % 100));
  }
  EXPECT_THAT(refusal_of(long_way), HasSubstr("turn in a circle"));
  EXPECT_EQ(refusal_of(lifts + over("t.a", "*", "t.l0")), "") << "a pattern names no one rule";
}

TEST(BadPack, of_nothing_but_mistakes_is_refused_after_the_first_hundred) {
  const std::string texts[] = {
      many(100'000, "[[lft]]\nid = \"x\"\n"),
      many(20'000, "[[lift]]\nid = \"t.#\"\nallwo = 1\n"),
      lift("t.a", kAllowAll + "when = { " + many(60'000, "\"facts.x#\" = true, ") + " }\n"),
      lift("t.a", "allow = [" + many(60'000, "\"identity.nam#\", ") + "]\n"),
      many(100'000, "x# = 1\n"),
      many(3'000, bar("t.#", "defeats = [\"t.nobody#\"]\n")),
  };
  for (const std::string& text : texts) {
    EXPECT_NE(refusal_of(text), "") << text.substr(0, 60);
  }
}

TEST(BadPack, with_more_patterns_than_can_be_looked_up_is_refused) {
  const std::string rules =
      many(1'100, lift("t.a#", kAllowAll) + bar("t.b#", "defeats = [\"*.a#\"]\n"));
  EXPECT_THAT(refusal_of(rules), HasSubstr("more patterns than a law may have"));
  EXPECT_THAT(
      refusal_of(many(2, lift("t.a#", kAllowAll + "basis = [" + many(900, "\"B@-#\", ") + "]\n"))),
      HasSubstr("is not a legal basis"));
}

TEST(BadCases, are_refused_as_packs_are) {
  const auto refused = [](const std::string& text) {
    const auto file = CaseFile::parse(words(), text, "t.cases.toml");
    if (file) return std::string();
    EXPECT_THAT(file.error().where, ContainsRegex("^t\\.cases\\.toml:[0-9]+:[0-9]+: "));
    return file.error().where;
  };
  EXPECT_NE(refused("packs = [\"fr\"]\nx" + many(1000, ".x") + " = 1\n"), "");
  EXPECT_NE(refused(many(1'200'000, "# lorem\n")), "");
  EXPECT_NE(refused("packs = [\"\xff\"]\n"), "");
  EXPECT_THAT(refused("packs = [\"fr\"]\n" + many(50'000, "[[case]]\nid = \"#\"\nx = 1\n")),
              HasSubstr("too many mistakes before this"));
}

TEST(BadFacts, are_refused_with_their_place) {
  Problems problems;
  const auto root = parse_toml("a" + many(1000, ".a") + " = 1\n", "facts.toml", problems);
  EXPECT_FALSE(root.has_value());
  EXPECT_THAT(problems.sentences(), HasSubstr("facts.toml:1:"));
  Problems deep_json;
  EXPECT_FALSE(parse_json(deep(100'000, "[", "", "]"), "facts.json", deep_json).has_value());
  EXPECT_FALSE(parse_json("{\"a\":" + deep(1000, "[", "", "]") + "}", "facts.json", deep_json));
  EXPECT_THAT(deep_json.sentences(), HasSubstr("facts.json:1:"));
}

}  // namespace
}  // namespace relais::policy
