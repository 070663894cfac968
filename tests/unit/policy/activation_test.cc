// SPDX-License-Identifier: Apache-2.0
// What stewards sign: one canonical text, and the law's digest in it.
#include "policy/activation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/policy/laws.h"

namespace relais::policy {
namespace {

using testing::HasSubstr;

constexpr const char* kRules =
    "[parameters]\nstrict = true\nlimit = 3\nreading = \"narrow\"\n"
    "[[lift]]\nid = \"t.l\"\npurposes = [\"service_referral\"]\nallow = [\"need.code\"]\n"
    "cite = \"c\"\nin_force = { from = 2020-01-01 }\n";

Activation some() {
  const auto law = law_of({pack("b", ""), pack("t", kRules)});
  return {"example.org", 3, Date::parse("2027-01-01"), edition_of(*law)};
}

std::string refusal(const std::string& text) {
  const auto parsed = parse_activation(text, "a");
  return parsed ? "" : parsed.error().where;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  RELAIS_CHECK(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST(LawEdition, its_digest_is_the_digest_of_the_law) {
  const auto law = law_of({pack("t", kRules), pack("b", "")});
  EXPECT_EQ(edition_of(*law).digest(), law->digest());
  EXPECT_EQ(edition_of(*law).packs.at(0).id, "b");
}

TEST(LawEdition, a_parameter_a_version_or_a_byte_makes_another_one) {
  const auto law = law_of({pack("t", kRules)});
  const auto set = law_of({pack("t", kRules)}, {{"limit", int64_t{4}}});
  const auto changed = law_of({pack("t", std::string(kRules) + "# a remark\n")});
  EXPECT_NE(edition_of(*law), edition_of(*set));
  EXPECT_NE(law->digest(), set->digest());
  EXPECT_NE(law->digest(), changed->digest());
}

TEST(LawActivation, what_is_printed_is_read_back) {
  const Activation told = some();
  const auto read = parse_activation(told.text(), "a");
  ASSERT_TRUE(read.has_value()) << read.error().where;
  EXPECT_EQ(*read, told);
  EXPECT_THAT(told.text(), HasSubstr("parameter t.reading = narrow\nparameter t.strict = true\n"));
}

TEST(LawActivation, the_day_may_be_left_out) {
  Activation told = some();
  told.not_before.reset();
  EXPECT_EQ(parse_activation(told.text(), "a").value(), told);
}

TEST(LawActivation, every_other_form_is_refused_with_its_line) {
  const std::string good = some().text();
  const std::string first_pack =
      good.substr(good.find("pack b"), good.find("pack t") - good.find("pack b"));
  const std::pair<std::string, std::string> wrong[] = {
      {"", "a:1:1:"},
      {replaced(good, "law-activation/v1", "law-activation/v2"), "a:1:1: expected: relais/law"},
      {replaced(good, "federation example.org", "federation "), "a:2:1: expected: federation"},
      {replaced(good, "federation example.org", "federation two words"), "a:2:1:"},
      {replaced(good, "version 3", "version 0"), "a:3:1: expected: version"},
      {replaced(good, "version 3", "version 03"), "a:3:1:"},
      {replaced(good, "version 3", "version -3"), "a:3:1:"},
      {replaced(good, "version 3", "version 99999999999999999999"), "a:3:1:"},
      {replaced(good, "2027-01-01", "2027-02-30"), "a:4:1: expected: not-before"},
      {replaced(good, "pack b 1 ", "pack b 1"), "a:5:1: expected: pack"},
      {replaced(good, "pack t 1", "pack a 1"), "expected: parameter a."},
      {replaced(good, first_pack, first_pack + first_pack), "packs ascend by id"},
      {replaced(good, "t.strict = true", "u.strict = true"), "expected: parameter t."},
      {replaced(good, "t.strict = true", "t.strict=true"), "expected: parameter t."},
      {replaced(good, "t.strict", "t.limit"), "each once"},
      {replaced(good, "t.strict", "t.aaa"), "parameters ascend"},
      {replaced(good, "true", "false"), "expected: digest"},
      {replaced(good, "narrow", "na\trow"), "expected: parameter t."},
      {replaced(good, "\ndigest", "\n\ndigest"), "expected a line of a pack"},
      {good + "more\n", "nothing after the digest"},
      {good.substr(0, good.size() - 1), "expected: digest"},
      {good + std::string(kMostActivationBytes, '\n'), "at most 64 KiB"},
  };
  for (const auto& [text, expected] : wrong)
    EXPECT_THAT(refusal(text), HasSubstr(expected)) << text;
}

}  // namespace
}  // namespace relais::policy
