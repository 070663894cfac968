// SPDX-License-Identifier: Apache-2.0
// A slip in a pack, a case or a facts file: its place, what was expected, and what was meant.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/case_file.h"
#include "tests/unit/policy/laws.h"

namespace relais::policy {
namespace {

using ::testing::HasSubstr;

struct Slip {
  std::string text;
  std::string complaint;
};

// A lift on lines 6 to 8 of the pack, `line` on line 9.
std::string complaint_of_pack(const std::string& line) {
  const std::string rule = "[[lift]]\nid = \"t.lift\"\ncite = \"c\"\n";
  const auto law = Law::parse(words(),
                              {pack("t", rule + line +
                                             "\nin_force = \"unverified\"\nallow = [\"need.*\"]\n"
                                             "[parameters]\nopen_door = false\n")},
                              {});
  return law ? "it loads" : law.error().where;
}

TEST(Misspelling, in_a_pack_has_its_place_and_a_suggestion) {
  const std::vector<Slip> slips{
      {"purpose = [\"food_aid\"]", "9:1: unknown key \"purpose\"; did you mean \"purposes\"?"},
      {"purposes = [\"food_ad\"]", "9:13: unknown purpose \"food_ad\"; did you mean \"food_aid\"?"},
      {"when = { objektion = true }",
       "9:10: unknown fact \"objektion\"; did you mean \"objection\"?"},
      {"when = { ani = [ { objection = true } ] }",
       "9:10: unknown fact \"ani\"; did you mean \"any\"?"},
      {"when = { objection = \"true\" }",
       "9:22: not a value of fact \"objection\": expected true or false"},
      {"when = { \"aggregate.min_count\" = { mim = 5 } }",
       "not a value of fact \"aggregate.min_count\": expected a number or { min = … }"},
      {"when = { \"facts.minor\" = [\"at_rsik\"] }",
       "9:27: \"at_rsik\" is not a value of fact \"facts.minor\"; did you mean \"at_risk\"?"},
      {"when = { \"param.open_dor\" = true }",
       "9:10: unknown parameter \"open_dor\"; did you mean \"open_door\"?"},
      {"attach = [\"inform_befor\"]",
       "9:11: unknown attachment \"inform_befor\"; did you mean \"inform_before\"?"},
      {"certainty = \"setled\"",
       "9:13: \"setled\" is not a value of \"certainty\"; did you mean \"settled\"?"},
      {"consent = \"requird\"",
       "9:11: \"requird\" is not a value of \"consent\"; did you mean \"required\"?"}};
  for (const Slip& slip : slips) {
    EXPECT_THAT(complaint_of_pack(slip.text), HasSubstr(slip.complaint)) << slip.text;
  }
}

std::string complaints_of_case(const std::string& given, const std::string& lines) {
  const std::string text = "packs = [\"t\"]\n[[case]]\nid = \"A\"\ngiven = { date = 2026-11-01, " +
                           given + " }\n" + lines;
  const auto file = CaseFile::parse(words(), text, "t.cases.toml");
  if (!file) return file.error().where;
  std::string all;
  const auto law = law_of("[[silence]]\nid = \"t.s\"\ncite = \"c\"\nin_force = \"unverified\"\n");
  for (const std::string& line :
       differences(*law, file->cases[0], evaluate(*law, file->cases[0].facts))) {
    all += line + "\n";
  }
  return all;
}

TEST(Misspelling, in_a_case_has_its_place_and_a_suggestion) {
  const std::string rest = "survive = []\nexpect = \"deny\"\n";
  EXPECT_THAT(complaints_of_case("data = [\"need.code\", \"ned.code\"]", rest),
              HasSubstr("4:51: \"ned.code\" is not a value of fact \"data\"; did you mean "
                        "\"need.code\"?"));
  EXPECT_THAT(complaints_of_case("state = \"requestd\"", rest),
              HasSubstr("did you mean \"requested\"?"));
  EXPECT_THAT(complaints_of_case("purpose = [\"food_aid\", \"audit\"]", rest),
              HasSubstr("fact \"purpose\" takes exactly one value"));
  EXPECT_THAT(complaints_of_case("\"sender.jurisdiction\" = \"France\"", rest),
              HasSubstr("expected an ISO 3166 code"));
  EXPECT_THAT(complaints_of_case("data = []", "survive = []\nexpect = \"dney\"\n"),
              HasSubstr("6:10: unknown outcome \"dney\"; did you mean \"deny\"?"));
  EXPECT_THAT(
      complaints_of_case("data = []", rest + "attach = [\"self_caried\"]\n"),
      HasSubstr("7:11: unknown attachment \"self_caried\"; did you mean \"self_carried\"?"));
  EXPECT_THAT(complaints_of_case("data = []", rest + "cite = [\"t.ss\"]\n"),
              HasSubstr("no rule of these packs; did you mean \"t.s\"?"));
}

std::string complaint_of_json(const std::string& text) {
  Problems problems;
  Facts facts;
  Parameters parameters;
  const auto root = parse_json(text, "facts.json", problems);
  if (root) read_facts(words(), *root, "facts.json", facts, parameters, problems);
  return problems.sentences();
}

TEST(Misspelling, in_a_facts_file_has_its_place_and_a_suggestion) {
  const std::vector<Slip> slips{
      {"{\n  \"sender.categry\": \"health\"\n}",
       "facts.json:2:3: unknown fact \"sender.categry\"; did you mean \"sender.category\"?"},
      {"{\n  \"sender.category\": \"helth\"\n}",
       "facts.json:2:22: \"helth\" is not a value of fact \"sender.category\"; did you mean "
       "\"health\"?"},
      {"{ \"data\": [\"need.code\",\n  \"need.cod\"] }",
       "facts.json:2:3: \"need.cod\" is not a value of fact \"data\"; did you mean \"need.code\"?"},
      {"{ \"objection\": \"no\" }",
       "facts.json:1:16: not a value of fact \"objection\": expected true or false"},
      {"{ \"objection\": 1 }", "facts.json:1:3: not a value of fact \"objection\""},
      {"{ \"objection\": true, \"objection\": false }",
       "facts.json:1:22: key \"objection\" a second time"},
      {"{ \"objection\": true,\n  oops }", "facts.json:2:3: not JSON from here on"},
      {"[]", "facts.json:1:1: not a JSON object"},
      {"", "facts.json:1:1: not JSON from here on"},
      {std::string(40, '[') + std::string(40, ']'), "nested deeper than 32 levels"}};
  for (const Slip& slip : slips) {
    EXPECT_THAT(complaint_of_json(slip.text), HasSubstr(slip.complaint)) << slip.text;
  }
}

TEST(Json, reads_every_kind_of_value_and_nothing_after_the_end) {
  EXPECT_EQ(complaint_of_json("{\"date\":\"2026-11-01\",\"objection\":false,\"data\":[],"
                              "\"aggregate.min_count\":7,\"param.x\":{},\"sender\":{\"secrecy\":"
                              "\"none\"}}"),
            "facts.json:1:74: a parameter is true, false, a number or a text");
  EXPECT_THAT(complaint_of_json("{} {}"), HasSubstr("not JSON"));
  EXPECT_THAT(complaint_of_json("{\"aggregate.min_count\":18446744073709551615}"),
              HasSubstr("expected a number"));
}

}  // namespace
}  // namespace relais::policy
