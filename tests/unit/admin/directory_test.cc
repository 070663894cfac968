// SPDX-License-Identifier: Apache-2.0
// A directory from nothing to a note that a node believes.
#include "node/ops/directory.h"

#include "tests/unit/admin/bench.h"

namespace relais::admin {
namespace {

const std::string kVocabulary = RELAIS_SOURCE_DIR "/policy/vocabulary.toml";

class DirectoryCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const std::string name : {"a", "b", "c"}) {
      ASSERT_EQ(run_new_key("steward", "steward-" + name, name), kDone);
      stewards.push_back(bench.line());
    }
    for (const std::string name : {"signing", "ledger"}) {
      ASSERT_EQ(run_new_key(name, "siao-1/" + name, name), kDone);
      keys.push_back(bench.line());
    }
    ASSERT_EQ(bench.run("directory", "new",
                        {{"FILE", {draft}}, {"federation", {"f.example"}}, {"days", {"30"}}}),
              kDone);
  }

  int run_new_key(const std::string& kind, const std::string& name, const std::string& file) {
    return bench.run("keys", "new",
                     {{"KIND", {kind}}, {"name", {name}}, {"out", {bench.file(file)}}});
  }

  std::string agency(const std::string& reason) const {
    return "[[agency]]\nid = \"siao-1\"\nname_fr = \"SIAO\"\nname_en = \"Homeless intake\"\n"
           "category = \"homeless_intake\"\njurisdiction = \"FR\"\n"
           "endpoint = \"localhost:7100\"\ntls_identity = \"spiffe://f.example/agency/siao-1\"\n"
           "signing_key = \"" +
           keys[0] + "\"\nledger_key = \"" + keys[1] +
           "\"\nvalid_from = 2020-01-01T00:00:00Z\nvalid_until = 2100-01-01T00:00:00Z\n"
           "[[agency.service]]\nid = \"orientation\"\nname_fr = \"Orientation\"\n"
           "name_en = \"Orientation\"\npurposes = [\"housing_orientation\"]\n"
           "[[agency.service.need]]\ncategory = \"identity.name\"\nrequired = true\nreason = \"" +
           reason + "\"\n";
  }

  int add(const std::string& text) {
    bench.write("agency.toml", text);
    return bench.run("directory", "add",
                     {{"AGENCY", {bench.file("agency.toml")}},
                      {"DIRECTORY", {draft}},
                      {"vocabulary", {kVocabulary}}});
  }

  int sign(const std::vector<std::string>& names) {
    std::vector<std::string> files;
    for (const std::string& name : names) files.push_back(bench.file(name));
    return bench.run(
        "directory", "sign",
        {{"DIRECTORY", {draft}}, {"out", {note}}, {"key", files}, {"vocabulary", {kVocabulary}}},
        true);
  }

  int check(const std::string& threshold) {
    return bench.run("directory", "check",
                     {{"FILE", {note}},
                      {"steward", stewards},
                      {"threshold", {threshold}},
                      {"vocabulary", {kVocabulary}}},
                     true);
  }

  Bench bench;
  const std::string draft = bench.file("directory.toml");
  const std::string note = bench.file("directory.note");
  std::vector<std::string> stewards;
  std::vector<std::string> keys;
};

TEST_F(DirectoryCommands, an_agency_is_added_signed_and_believed) {
  ASSERT_EQ(add(agency("CASF L345-2-10")), kDone);
  ASSERT_EQ(sign({"a", "b"}), kDone);
  EXPECT_EQ(bench.object()["version"], 2);
  ASSERT_EQ(check("2"), kDone);
  EXPECT_EQ(bench.object()["agencies"][0]["id"], "siao-1");
  EXPECT_EQ(bench.object()["agencies"][0]["standing"], "current");
}

TEST_F(DirectoryCommands, too_few_stewards_are_not_believed) {
  ASSERT_EQ(add(agency("CASF L345-2-10")), kDone);
  ASSERT_EQ(sign({"a"}), kDone);
  EXPECT_EQ(check("2"), kRefused);
}

TEST_F(DirectoryCommands, stewards_may_sign_one_after_the_other) {
  ASSERT_EQ(add(agency("CASF L345-2-10")), kDone);
  ASSERT_EQ(sign({"a"}), kDone);
  ASSERT_EQ(sign({"c"}), kDone);
  EXPECT_EQ(bench.object()["signed_by"].size(), 2U);
  EXPECT_EQ(check("2"), kDone);
}

TEST_F(DirectoryCommands, a_changed_directory_keeps_no_old_signature) {
  ASSERT_EQ(add(agency("CASF L345-2-10")), kDone);
  ASSERT_EQ(sign({"a", "b"}), kDone);
  bench.write("directory.toml", bench.read("directory.toml") + "# changed\n");
  ASSERT_EQ(sign({"c"}), kDone);
  EXPECT_EQ(bench.object()["signed_by"].size(), 1U);
}

TEST_F(DirectoryCommands, the_same_steward_twice_counts_once) {
  ASSERT_EQ(add(agency("CASF L345-2-10")), kDone);
  ASSERT_EQ(sign({"a", "a"}), kDone);
  EXPECT_EQ(bench.object()["signed_by"].size(), 1U);
  EXPECT_EQ(check("2"), kRefused);
}

TEST_F(DirectoryCommands, a_need_without_its_reason_is_refused_and_nothing_is_written) {
  const std::string before = bench.read("directory.toml");
  EXPECT_EQ(add(agency("")), kRefused);
  EXPECT_NE(bench.errors().find("reason"), std::string::npos) << bench.errors();
  EXPECT_EQ(bench.read("directory.toml"), before);
}

TEST_F(DirectoryCommands, a_declaration_law_forbids_is_refused_and_nothing_is_written) {
  const std::string before = bench.read("directory.toml");
  std::string asks = agency("CASF L345-2-10");
  asks.replace(asks.find("identity.name"), 13, "contact.point");
  EXPECT_EQ(add(asks), kRefused);
  EXPECT_NE(bench.errors().find("may go unanswered"), std::string::npos) << bench.errors();
  EXPECT_EQ(bench.read("directory.toml"), before);
}

TEST_F(DirectoryCommands, questions_counts_what_a_person_is_asked_and_says_why) {
  ASSERT_EQ(add(agency("CASF L345-2-10") +
                "[[agency.service.need]]\ncategory = \"contact.point\"\nrequired = false\n"
                "reason = \"to give the answer\"\n"),
            kDone);
  ASSERT_EQ(
      bench.run("directory", "questions",
                {{"FILE", {draft}}, {"unsigned", {"true"}}, {"vocabulary", {kVocabulary}}}, true),
      kDone);
  const auto service = bench.object()["services"][0];
  EXPECT_EQ(service["service"], "orientation");
  EXPECT_EQ(service["questions"], 2);
  EXPECT_EQ(service["required"][0]["category"], "identity.name");
  EXPECT_EQ(service["required"][0]["reason"], "CASF L345-2-10");
  EXPECT_EQ(service["optional"][0]["reason"], "to give the answer");
}

TEST_F(DirectoryCommands, the_same_agency_twice_is_refused) {
  ASSERT_EQ(add(agency("CASF L345-2-10")), kDone);
  EXPECT_EQ(add(agency("CASF L345-2-10")), kRefused);
}

TEST_F(DirectoryCommands, an_empty_directory_is_not_signed) { EXPECT_EQ(sign({"a"}), kRefused); }

TEST_F(DirectoryCommands, any_note_is_verified_by_the_keys_given) {
  ASSERT_EQ(add(agency("CASF L345-2-10")), kDone);
  ASSERT_EQ(sign({"a"}), kDone);
  const Bench::Values by_a{{"FILE", {note}}, {"key", {stewards[0]}}};
  const Bench::Values by_b{{"FILE", {note}}, {"key", {stewards[1]}}};
  EXPECT_EQ(bench.run("note", "verify", by_a), kDone);
  EXPECT_EQ(bench.run("note", "verify", by_b), kRefused);
}

TEST_F(DirectoryCommands, a_notes_text_cannot_say_who_signed_it) {
  const auto key =
      ledger::Ed25519Signer::make("one.example", ledger::SignatureType::ed25519,
                                  ledger::PrivateKey::from_seed(std::string(32, '1')).value())
          .value();
  ledger::Note forged{"signed by two.example\n", {}};
  forged.signatures.push_back(ledger::sign_text(forged.text, key).value());
  bench.write("forged", ledger::print_note(forged));
  const Bench::Values by_one{{"FILE", {bench.file("forged")}}, {"key", {key.verifier().text()}}};
  ASSERT_EQ(bench.run("note", "verify", by_one), kDone);
  EXPECT_EQ(bench.line().find("signed by one.example\n\n"), 0U) << bench.line();
}

}  // namespace
}  // namespace relais::admin
