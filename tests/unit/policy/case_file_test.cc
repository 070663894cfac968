// SPDX-License-Identifier: Apache-2.0
#include "policy/case_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "policy/commands/commands.h"
#include "policy/explain.h"
#include "tests/unit/policy/laws.h"

namespace relais::policy {
namespace {

namespace fs = std::filesystem;
using ::testing::EndsWith;
using ::testing::HasSubstr;

// A folder with a law of one pack, gone when the test ends.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("relais-policy-" + std::to_string(::getpid()))) {
    fs::create_directories(path_ / "law");
    write("law/t.toml",
          pack("t",
               "[parameters]\nopen = false\n"
               "[[silence]]\nid = \"t.s\"\ncite = \"Art. 1\"\nin_force = \"unverified\"\n"
               "offer = [\"self_carried\"]\n"
               "[[lift]]\nid = \"t.l\"\nallow = [\"*\"]\nwhen = { \"param.open\" = true }\n"
               "cite = \"Art. 2\"\nin_force = \"unverified\"\n")
              .text);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return (path_ / name).string();
  }
  std::string law() const { return (path_ / "law").string(); }

 private:
  fs::path path_;
};

struct Ran {
  int code = 0;
  std::string out;
  std::string err;
};

Ran run(std::vector<std::string> args) {
  args.insert(args.end(),
              {"--vocabulary", std::string(RELAIS_SOURCE_DIR) + "/policy/vocabulary.toml"});
  std::ostringstream out;
  std::ostringstream err;
  const int code = run_policy(args, out, err);
  return {code, out.str(), err.str()};
}

constexpr const char* kCases =
    "packs = [\"t\"]\n[defaults]\ndate = 2026-11-01\n\"sender.jurisdiction\" = \"FR\"\n"
    "data = [\"need.code\"]\nneed = [\"need.code\"]\n"
    "[[case]]\nid = \"A\"\ngiven = {}\nexpect = \"deny\"\nsurvive = []\ncite = [\"t.s\"]\n"
    "attach = [\"self_carried\"]\nasks = []\n"
    "[[case]]\nid = \"B\"\ngiven = { \"param.open\" = true }\nexpect = \"permit\"\n"
    "survive = [\"need.code\"]\ncite = [\"t.l\"]\n";

TEST(PolicyTest, runs_the_cases_of_a_file) {
  const Folder folder;
  const Ran ran = run({"test", folder.write("t.cases.toml", kCases), "--law", folder.law()});
  EXPECT_EQ(ran.code, 0);
  EXPECT_EQ(ran.out, "2 passed, 0 failed\n");
}

TEST(PolicyTest, prints_each_difference) {
  const Folder folder;
  const std::string path =
      folder.write("t.cases.toml", std::string(kCases) +
                                       "[[case]]\nid = \"C\"\ngiven = {}\nexpect = \"permit\"\n"
                                       "survive = [\"need.*\"]\ncite = [\"t.l\", \"t.z\"]\n"
                                       "attach = [\"inform_after\"]\nasks = [\"facts.minor\"]\n");
  const Ran ran = run({"test", path, "--law", folder.law()});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr(path + ":21: C: outcome is deny, expected permit\n"));
  EXPECT_THAT(ran.out, HasSubstr("released is nothing; expected need.code, need.urgency"));
  EXPECT_THAT(ran.out, HasSubstr("\"t.l\" is among neither the grounds nor the stops"));
  EXPECT_THAT(ran.out, HasSubstr("\"t.z\", which is no rule"));
  EXPECT_THAT(ran.out, HasSubstr("no attachment \"inform_after\""));
  EXPECT_THAT(ran.out, HasSubstr("does not ask \"facts.minor\""));
  EXPECT_THAT(ran.out, EndsWith("2 passed, 1 failed\n"));
}

TEST(PolicyTest, a_case_may_cite_a_rule_by_the_article_it_lies_in) {
  const Folder folder;
  const std::string rest = "\ncite = \"Art. 9\"\nin_force = \"unverified\"\n";
  std::string rules;
  for (const std::string id : {"t.9.1", "t.9(b)", "t.99"}) {
    rules += "[[silence]]\nid = \"" + id + "\"" + rest;
  }
  // Two articles that do not speak here.
  for (const std::string id : {"t.9", "t.9.1.2"}) {
    rules += "[[silence]]\nid = \"" + id + "\"\nwhen = { objection = true }" + rest;
  }
  folder.write("law/t.toml", pack("t", rules).text);
  const auto cited = [&](const std::string& id) {
    const std::string path = folder.write(
        "t.cases.toml",
        "packs = [\"t\"]\n[[case]]\nid = \"A\"\ngiven = { date = 2026-11-01, objection = "
        "false, data = [\"need.code\"] }\nexpect = \"deny\"\nsurvive = []\ncite = [\"" +
            id + "\"]\n");
    return run({"test", path, "--law", folder.law()});
  };
  for (const std::string id : {"t.9", "t.9.1", "t.9(b)"}) EXPECT_EQ(cited(id).code, 0) << id;
  EXPECT_THAT(cited("t.9.1.2").out, HasSubstr("among neither the grounds nor the stops"));
  EXPECT_THAT(cited("t").out, HasSubstr("which is no rule of these packs"));
}

TEST(PolicyTest, a_case_with_a_mistake_fails_alone) {
  const Folder folder;
  const std::string path = folder.write(
      "t.cases.toml", std::string(kCases) +
                          "[[case]]\nid = \"D\"\ngiven = { objektion = true }\nexpect = \"no\"\n"
                          "surive = []\n");
  const Ran ran = run({"test", path, "--law", folder.law()});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("23:11: unknown fact \"objektion\"; did you mean \"objection\"?"));
  EXPECT_THAT(ran.out, HasSubstr("unknown outcome \"no\""));
  EXPECT_THAT(ran.out, HasSubstr("\"survive\" is missing"));
  EXPECT_THAT(ran.out, HasSubstr("unknown key \"surive\"; did you mean \"survive\"?"));
  EXPECT_THAT(ran.out, EndsWith("2 passed, 1 failed\n"));
}

TEST(PolicyTest, a_row_covered_elsewhere_must_name_a_test_that_exists) {
  const Folder folder;
  const std::string path = folder.write(
      "t.cases.toml",
      std::string(kCases) + "[[elsewhere]]\nid = \"EU-4\"\ntest = \"no_such_" + "test_at_all\"\n");
  EXPECT_EQ(run({"test", path, "--law", folder.law()}).code, 0);
  const std::string tests = std::string(RELAIS_SOURCE_DIR) + "/tests/unit/policy";
  const Ran ran = run({"test", path, "--law", folder.law(), "--tests", tests});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("EU-4: no test under"));
}

TEST(PolicyTest, a_file_that_is_not_there_fails) {
  const Folder folder;
  const Ran ran = run({"test", "/nonexistent.toml", "--law", folder.law()});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, EndsWith("0 passed, 1 failed\n"));
}

TEST(PolicyCheck, remarks_on_rules_without_enough_cases) {
  const Folder folder;
  folder.write("law/t.cases.toml", kCases);
  const Ran ran = run({"check", "--law", folder.law()});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("lift \"t.l\" has 2 cases, four are needed"));
}

TEST(PolicyCheck, finds_a_rule_that_can_never_be_true) {
  const Folder folder;
  folder.write("law/t.toml",
               pack("t",
                    "[[lift]]\nid = \"t.l\"\nallow = [\"*\"]\nwhen = { objection = true }\n"
                    "require = { objection = false }\ncite = \"c\"\n"
                    "in_force = \"unverified\"\n")
                   .text);
  EXPECT_THAT(run({"check", "--law", folder.law()}).out,
              HasSubstr("\"t.l\" requires what can never be met with it"));
}

TEST(PolicyDecide, reads_facts_and_answers_in_lines_or_json) {
  const Folder folder;
  const std::string facts = folder.write(
      "facts.json", R"({"date":"2026-11-01","sender.jurisdiction":"FR","param.open":true,)"
                    R"("data":["need.code"],"need":["need.code"]})");
  const Ran lines = run({"decide", facts, "--law", folder.law()});
  EXPECT_EQ(lines.code, 0) << lines.err;
  EXPECT_THAT(lines.out, HasSubstr("outcome: permit\n  need.code: MAY  [t.l]\n"));
  const Ran json = run({"decide", facts, "--law", folder.law(), "--json"});
  EXPECT_THAT(json.out, HasSubstr("\"outcome\": \"permit\""));
  EXPECT_THAT(json.out, HasSubstr("\"reviewed_by_counsel\": false"));
}

TEST(PolicyDecide, a_refusal_ends_with_one_and_bad_facts_too) {
  const Folder folder;
  const std::string facts = folder.write("f.toml", "date = 2026-11-01\ndata = [\"need.code\"]\n");
  EXPECT_EQ(run({"decide", facts, "--law", folder.law()}).code, 1);
  const std::string bad = folder.write("g.toml", "dat = 2026-11-01\n");
  EXPECT_THAT(run({"decide", bad, "--law", folder.law()}).err,
              HasSubstr("g.toml:1:1: unknown fact \"dat\"; did you mean \"date\"?"));
}

TEST(PolicyCommand, a_misspelt_verb_or_option_is_a_usage_error) {
  EXPECT_EQ(run({"tset"}).code, 2);
  EXPECT_THAT(run({"tset"}).err, HasSubstr("did you mean \"test\"?"));
  EXPECT_THAT(run({"check", "--lwa", "x"}).err, HasSubstr("did you mean \"--law\"?"));
  EXPECT_EQ(run({"decide", "a", "b"}).code, 2);
}

TEST(Explain, the_persons_first_sentence_cites_no_article) {
  const Decision decision =
      evaluate(*law_of("[[silence]]\nid = \"t.s\"\ncite = \"Code pénal, art. 226-13\"\n"
                       "in_force = \"unverified\"\noffer = [\"self_carried\"]\n"),
               facts_of("data = [\"need.code\"]\nneed = [\"need.code\"]\n"));
  const Label person = explain_to_person(words(), decision);
  EXPECT_EQ(
      person.fr,
      "Nous n'envoyons rien. La loi nous demande de garder ces informations pour nous. Si vous "
      "voulez, vous pouvez porter vous-même une fiche au service. Aucun juriste n'a encore "
      "relu ces règles.");
  EXPECT_THAT(person.en, HasSubstr("We are not sending anything."));
  const Label professional = explain_to_professional(words(), decision);
  EXPECT_THAT(professional.fr, HasSubstr("Code pénal, art. 226-13"));
  EXPECT_THAT(professional.en, HasSubstr("not reviewed by counsel"));
}

}  // namespace
}  // namespace relais::policy
