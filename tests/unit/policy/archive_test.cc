// SPDX-License-Identifier: Apache-2.0
// The archive of the law: what was in force once is found again by its digest, as it was.
#include "policy/archive.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "policy/decide.h"
#include "tests/unit/policy/laws.h"

namespace relais::policy {
namespace {

constexpr const char* kSilence =
    "[[silence]]\nid = \"t.s\"\nwhen = { \"sender.secrecy\" = [\"profession\"] }\ncite = \"c\"\n"
    "in_force = { from = 2020-01-01 }\n";
constexpr const char* kLift =
    "[[lift]]\nid = \"t.l\"\npurposes = [\"service_referral\"]\nallow = [\"need.code\"]\n"
    "cite = \"c\"\nin_force = { from = 2020-01-01 }\n";

struct ArchiveOfTheLaw : testing::Test {
  ArchiveOfTheLaw() {
    std::string made = "/tmp/relais-archive-XXXXXX";
    RELAIS_CHECK(::mkdtemp(made.data()) != nullptr);
    folder = made;
    std::filesystem::create_directories(folder + "/packs");
  }
  ~ArchiveOfTheLaw() override { std::filesystem::remove_all(folder); }

  void put(const std::string& id, const std::string& rules) const {
    std::ofstream(folder + "/packs/" + id + ".toml") << pack(id, rules).text;
  }
  std::shared_ptr<const Law> load(const std::vector<std::string>& packs,
                                  const Parameters& parameters = {}) const {
    auto law = Law::load(words(), {folder + "/packs", packs, parameters});
    RELAIS_CHECK(law.has_value());
    return *law;
  }
  std::string file_of(const Digest& digest, const std::string& suffix) const {
    return folder + "/kept/" + to_hex(view(digest)) + suffix;
  }

  std::string folder;
  LawArchive archive() const { return LawArchive(folder + "/kept"); }
};

TEST_F(ArchiveOfTheLaw, an_old_law_is_loaded_by_its_digest_when_the_packs_have_changed) {
  put("t", std::string(kSilence) + kLift);
  put("b", "");
  const auto before = load({"t", "b"});
  ASSERT_TRUE(archive().keep(*before));
  put("t", kSilence);
  const auto after = load({"t", "b"});
  ASSERT_TRUE(archive().keep(*after));
  const auto again = archive().load(words(), before->digest());
  ASSERT_TRUE(again.has_value()) << again.error().where;
  EXPECT_EQ((*again)->digest(), before->digest());
  const Facts facts = facts_of(
      "\"sender.secrecy\" = \"profession\"\ndata = [\"need.code\"]\nneed = [\"need.code\"]\n");
  EXPECT_EQ(evaluate(**again, facts).outcome, Outcome::permit);
  EXPECT_EQ(evaluate(*after, facts).outcome, Outcome::deny);
}

TEST_F(ArchiveOfTheLaw, parameter_values_of_every_type_come_back) {
  put("t", std::string("[parameters]\nstrict = true\nlimit = 3\nreading = \"7\"\n") + kLift);
  const auto law =
      load({"t"}, {{"strict", false}, {"limit", int64_t{-4}}, {"reading", std::string("true")}});
  ASSERT_TRUE(archive().keep(*law));
  const auto again = archive().load(words(), law->digest());
  ASSERT_TRUE(again.has_value()) << again.error().where;
  EXPECT_EQ((*again)->parameters(), law->parameters());
}

TEST_F(ArchiveOfTheLaw, a_rule_may_name_a_pack_that_was_not_loaded) {
  put("other", "");
  put("t", std::string(kLift) +
               "[[bar]]\nid = \"t.b\"\nwhen = { objection = true }\ndefeats = [\"other.*\"]\n"
               "cite = \"c\"\nin_force = { from = 2020-01-01 }\n");
  const auto law = load({"t"});
  ASSERT_TRUE(archive().keep(*law));
  EXPECT_TRUE(archive().load(words(), law->digest()).has_value());
}

TEST_F(ArchiveOfTheLaw, what_was_never_kept_is_not_found) {
  EXPECT_EQ(archive().load(words(), Digest{}).error().kind, FaultKind::not_found);
}

TEST_F(ArchiveOfTheLaw, a_file_that_was_changed_is_not_believed_and_is_mended_when_kept_again) {
  put("t", kLift);
  const auto law = load({"t"});
  ASSERT_TRUE(archive().keep(*law));
  for (const std::string& path :
       {file_of(law->digest(), ".law"), file_of(law->packs()[0].digest, ".toml")}) {
    std::ofstream(path, std::ios::app) << "# more\n";
    EXPECT_EQ(archive().load(words(), law->digest()).error().kind, FaultKind::corrupt);
    ASSERT_TRUE(archive().keep(*law));
    EXPECT_TRUE(archive().load(words(), law->digest()).has_value());
  }
}

TEST_F(ArchiveOfTheLaw, a_pack_that_changed_since_it_was_loaded_is_not_kept_in_its_name) {
  put("t", kLift);
  const auto law = load({"t"});
  put("t", "");
  EXPECT_EQ(archive().keep(*law).error().kind, FaultKind::precondition);
  EXPECT_FALSE(archive().load(words(), law->digest()).has_value());
}

TEST_F(ArchiveOfTheLaw, nothing_half_written_is_left_behind) {
  put("t", kLift);
  ASSERT_TRUE(archive().keep(*load({"t"})));
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder + "/kept")) {
    EXPECT_FALSE(entry.path().filename().string().starts_with("."));
    ++files;
  }
  EXPECT_EQ(files, 2U);
}

}  // namespace
}  // namespace relais::policy
