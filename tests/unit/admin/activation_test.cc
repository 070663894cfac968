// SPDX-License-Identifier: Apache-2.0
// From packs in a folder to a note two stewards signed. That a node takes it, and gives it back
// when it does not, is told end to end.
#include "policy/activation.h"

#include <filesystem>

#include "node/ledger/note.h"
#include "tests/unit/admin/bench.h"

namespace relais::admin {
namespace {

const std::string kVocabulary = RELAIS_SOURCE_DIR "/policy/vocabulary.toml";

class ActivationCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(bench.file("law"));
    put_pack("1");
    for (const std::string name : {"a", "b"}) {
      ASSERT_EQ(
          bench.run(
              "keys", "new",
              {{"KIND", {"steward"}}, {"name", {"steward-" + name}}, {"out", {bench.file(name)}}}),
          kDone);
    }
  }
  void put_pack(const std::string& version) {
    bench.write("law/fr.toml", "[pack]\nid = \"fr\"\nversion = \"" + version +
                                   "\"\njurisdictions = [\"FR\"]\nreviewed_by = \"\"\n"
                                   "[parameters]\nstrict = true\nreading = \"7\"\n");
  }
  int propose(Bench::Values more = {}) {
    more.insert({{"out", {text}},
                 {"law", {bench.file("law")}},
                 {"packs", {"fr"}},
                 {"federation", {"f.example"}},
                 {"version", {"3"}},
                 {"vocabulary", {kVocabulary}}});
    return bench.run("policy", "propose", more);
  }
  int sign(const std::string& key) {
    return bench.run("policy", "sign",
                     {{"ACTIVATION", {text}},
                      {"out", {note}},
                      {"law", {bench.file("law")}},
                      {"key", {bench.file(key)}},
                      {"vocabulary", {kVocabulary}}},
                     true);
  }
  policy::Activation proposed() {
    return policy::parse_activation(bench.read("law.txt"), "law.txt").value();
  }

  Bench bench;
  const std::string text = bench.file("law.txt");
  const std::string note = bench.file("law.note");
};

TEST_F(ActivationCommands, what_is_proposed_says_exactly_which_law) {
  ASSERT_EQ(propose({{"set", {"strict=false", "reading=8"}}, {"not-before", {"2027-01-01"}}}),
            kDone)
      << bench.errors();
  const auto activation = proposed();
  EXPECT_EQ(activation.version, 3);
  EXPECT_EQ(activation.federation, "f.example");
  EXPECT_EQ(activation.not_before, Date::parse("2027-01-01"));
  EXPECT_EQ(activation.edition.packs.at(0).parameters.at("strict"), "false");
  EXPECT_EQ(activation.edition.packs.at(0).parameters.at("reading"), "8");
}

TEST_F(ActivationCommands, stewards_sign_one_after_the_other) {
  ASSERT_EQ(propose(), kDone);
  ASSERT_EQ(sign("a"), kDone);
  ASSERT_EQ(sign("b"), kDone);
  EXPECT_EQ(bench.object()["signed_by"].size(), 2U);
  EXPECT_EQ(ledger::parse_note(bench.read("law.note")).value().text, bench.read("law.txt"));
}

TEST_F(ActivationCommands, the_same_steward_twice_signs_once) {
  ASSERT_EQ(propose(), kDone);
  ASSERT_EQ(sign("a"), kDone);
  ASSERT_EQ(sign("a"), kDone);
  EXPECT_EQ(bench.object()["signed_by"].size(), 1U);
}

TEST_F(ActivationCommands, nobody_signs_packs_other_than_those_in_front_of_them) {
  ASSERT_EQ(propose(), kDone);
  put_pack("2");
  EXPECT_EQ(sign("a"), kRefused);
  EXPECT_NE(bench.errors().find("not the one that was proposed"), std::string::npos);
  EXPECT_EQ(bench.read("law.note"), "");
}

TEST_F(ActivationCommands, what_does_not_load_or_has_no_place_in_a_line_is_not_proposed) {
  EXPECT_EQ(propose({{"set", {"strikt=false"}}}), kRefused);
  EXPECT_EQ(propose({{"set", {"strict=perhaps"}}}), kRefused);
  EXPECT_EQ(propose({{"set", {"strict"}}}), kRefused);
  EXPECT_EQ(propose({{"not-before", {"soon"}}}), kUsage);
  put_pack("two words");
  EXPECT_EQ(propose(), kRefused);
  EXPECT_EQ(bench.read("law.txt"), "");
}

}  // namespace
}  // namespace relais::admin
