// SPDX-License-Identifier: Apache-2.0
// The law in force: what it takes to change it, and what cannot.
#include "node/ops/law_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "policy/archive.h"
#include "policy/decide.h"
#include "policy/facts.h"
#include "tests/support/certificates.h"

namespace relais::ops {
namespace {

using ::testing::HasSubstr;

ledger::Ed25519Signer signer_of(const std::string& name, char seed) {
  const auto key = ledger::PrivateKey::from_seed(std::string(32, seed));
  return ledger::Ed25519Signer::make(name, ledger::SignatureType::ed25519, *key).value();
}

const ledger::Ed25519Signer kFirst = signer_of("first", '1');
const ledger::Ed25519Signer kSecond = signer_of("second", '2');
const ledger::Ed25519Signer kThird = signer_of("third", '3');
const ledger::Ed25519Signer kStranger = signer_of("stranger", 'x');

const policy::Vocabulary& words() {
  static const policy::Vocabulary all =
      policy::Vocabulary::load(RELAIS_SOURCE_DIR "/policy/vocabulary.toml").value();
  return all;
}

std::string pack_text(const std::string& id, const std::string& version) {
  return "[pack]\nid = \"" + id + "\"\nversion = \"" + version +
         "\"\njurisdictions = [\"FR\"]\nreviewed_by = \"\"\n[parameters]\nstrict = true\n"
         "[[lift]]\nid = \"" +
         id +
         ".l\"\npurposes = [\"service_referral\"]\nallow = [\"need.code\"]\ncite = \"c\"\n"
         "in_force = { from = 2020-01-01 }\n";
}

class Noon final : public Clock {
 public:
  Instant now() override { return Date::parse("2026-11-23")->start() + std::chrono::hours{12}; }
};

class FollowedLaw : public ::testing::Test {
 protected:
  FollowedLaw() {
    std::filesystem::create_directories(folder_.file("law"));
    put_pack("fr", "1");
    put_pack("eu", "1");
    settings_.note = folder_.file("law.note");
    settings_.archive = folder_.file("archive");
    settings_.source = {folder_.file("law"), {"fr", "eu"}, {}};
    settings_.federation = "test";
    settings_.stewards = {kFirst.verifier(), kSecond.verifier(), kThird.verifier()};
  }

  void put_pack(const std::string& id, const std::string& version) {
    std::ofstream(folder_.file("law/" + id + ".toml"), std::ios::trunc) << pack_text(id, version);
  }
  // What the folder holds now, as an activation of this version.
  policy::Activation proposed(int64_t version, const policy::Parameters& parameters = {}) {
    policy::LawSource source = settings_.source;
    source.parameters = parameters;
    return {"test", version, std::nullopt,
            policy::edition_of(*policy::Law::load(words(), source).value())};
  }
  void sign(const std::string& text,
            const std::vector<ledger::Ed25519Signer>& signers = {kFirst, kSecond}) {
    ledger::Note note{text, {}};
    for (const auto& signer : signers) note.signatures.push_back(*ledger::sign_text(text, signer));
    std::ofstream(settings_.note, std::ios::binary | std::ios::trunc) << ledger::print_note(note);
  }
  Result<std::unique_ptr<LawFile>> open() {
    return LawFile::open(settings_, words(), clock_, [this](int64_t version, const Digest&) {
      if (version < newest_seen_) return Result<void>(fail(FaultKind::precondition, "rollback"));
      newest_seen_ = version;
      return Result<void>();
    });
  }
  // Version 1, activated.
  std::unique_ptr<LawFile> in_force() {
    sign(proposed(1).text());
    auto file = open();
    RELAIS_CHECK(file.has_value());
    return std::move(*file);
  }
  // What a reading of the note is refused with; the law in force must not move.
  std::string refusal(LawFile& file) {
    const auto before = file.current();
    const auto reloaded = file.reload();
    EXPECT_EQ(file.current().law, before.law);
    return reloaded ? "" : std::string(reloaded.error().message.view());
  }
  static std::string version_of(const LawFile& file) {
    return file.current().law->packs()[0].version;
  }

  test::TestFolder folder_;
  LawSettings settings_;
  Noon clock_;
  int64_t newest_seen_ = 0;
};

TEST_F(FollowedLaw, two_different_stewards_put_it_in_force) {
  const auto file = in_force();
  EXPECT_EQ(file->current().version, 1);
  put_pack("fr", "2");
  put_pack("eu", "2");
  sign(proposed(2).text(), {kThird, kFirst});
  EXPECT_EQ(file->reload(), true);
  EXPECT_EQ(file->current().version, 2);
  EXPECT_EQ(version_of(*file), "2");
  EXPECT_EQ(file->reload(), false);
}

TEST_F(FollowedLaw, one_steward_is_never_enough_whatever_the_directory_needs) {
  settings_.threshold = 1;
  const auto file = in_force();
  put_pack("fr", "2");
  const std::string text = proposed(2).text();
  sign(text, {kFirst});
  EXPECT_EQ(refusal(*file), "too few different stewards have signed a note");
  sign(text, {kFirst, kStranger});
  EXPECT_EQ(refusal(*file), "too few different stewards have signed a note");
  sign(text, {kStranger});
  EXPECT_EQ(refusal(*file), "a note is not signed by this federation's stewards");
}

TEST_F(FollowedLaw, the_same_steward_under_two_names_is_one) {
  const auto alias = signer_of("alias", '1');
  settings_.stewards.push_back(alias.verifier());
  const auto file = in_force();
  put_pack("fr", "2");
  sign(proposed(2).text(), {kFirst, alias});
  EXPECT_EQ(refusal(*file), "too few different stewards have signed a note");
}

TEST_F(FollowedLaw, a_threshold_above_two_counts) {
  settings_.threshold = 3;
  sign(proposed(1).text());
  EXPECT_FALSE(open().has_value());
  sign(proposed(1).text(), {kFirst, kSecond, kThird});
  EXPECT_TRUE(open().has_value());
}

TEST_F(FollowedLaw, a_pack_changed_on_disk_does_not_come_into_force_and_is_counted) {
  const auto file = in_force();
  EXPECT_EQ(file->changed_packs(), 0U);
  put_pack("fr", "2");
  EXPECT_EQ(file->reload(), false);
  EXPECT_EQ(version_of(*file), "1");
  EXPECT_EQ(file->changed_packs(), 1U);
  std::filesystem::remove(folder_.file("law/eu.toml"));
  EXPECT_EQ(file->changed_packs(), 2U);
}

TEST_F(FollowedLaw, a_node_that_starts_again_takes_the_activated_law_from_the_archive) {
  in_force();
  put_pack("fr", "2");
  const auto again = open();
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(version_of(**again), "1");
}

TEST_F(FollowedLaw, packs_that_nobody_activated_do_not_start_a_node) {
  sign(proposed(1).text());
  put_pack("fr", "2");
  const auto file = open();
  ASSERT_FALSE(file.has_value());
  EXPECT_EQ(file.error().message.view(), "a pack is not the one that was activated");
  EXPECT_THAT(file.error().where, HasSubstr("law/fr.toml"));
}

TEST_F(FollowedLaw, an_older_note_or_another_of_its_version_is_refused) {
  sign(proposed(2).text());
  auto file = open();
  ASSERT_TRUE(file.has_value());
  sign(proposed(1).text());
  EXPECT_EQ(refusal(**file), "an older activation, or another one of this version");
  put_pack("fr", "2");
  sign(proposed(2).text());
  EXPECT_EQ(refusal(**file), "an older activation, or another one of this version");
}

TEST_F(FollowedLaw, a_rollback_over_a_restart_is_refused) {
  newest_seen_ = 5;
  sign(proposed(4).text());
  const auto file = open();
  ASSERT_FALSE(file.has_value());
  EXPECT_EQ(file.error().message.view(), "rollback");
}

TEST_F(FollowedLaw, going_back_to_older_packs_is_a_newer_activation) {
  const auto file = in_force();
  const auto first = proposed(1).edition;
  put_pack("fr", "2");
  sign(proposed(2).text());
  ASSERT_EQ(file->reload(), true);
  sign(policy::Activation{"test", 3, std::nullopt, first}.text());  // its texts are in the archive
  EXPECT_EQ(file->reload(), true);
  EXPECT_EQ(version_of(*file), "1");
}

TEST_F(FollowedLaw, a_forged_note_is_refused) {
  const auto file = in_force();
  put_pack("fr", "2");
  sign(proposed(2).text());
  std::string note = policy::read_file(settings_.note).value();
  note.replace(note.find("pack fr 2"), 9, "pack fr 3");
  std::ofstream(settings_.note, std::ios::trunc) << note;
  EXPECT_EQ(refusal(*file), "a note is not signed by this federation's stewards");
  sign("federation = \"test\"\n");  // signed, but something else
  EXPECT_EQ(refusal(*file), "the activation is not in its form");
  std::ofstream(settings_.note, std::ios::trunc) << "half a not";
  EXPECT_FALSE(refusal(*file).empty());
  std::filesystem::remove(settings_.note);
  EXPECT_FALSE(refusal(*file).empty());
}

TEST_F(FollowedLaw, it_is_for_this_federation_and_these_packs) {
  const auto file = in_force();
  policy::Activation other = proposed(2);
  other.federation = "elsewhere";
  sign(other.text());
  EXPECT_EQ(refusal(*file), "the activation is another federation's");
  other = proposed(2);
  other.edition.packs.pop_back();
  sign(other.text());
  EXPECT_EQ(refusal(*file), "the activation is for other packs than law.packs");
}

TEST_F(FollowedLaw, a_version_or_a_value_that_the_packs_do_not_make_is_refused) {
  const auto file = in_force();
  policy::Activation other = proposed(2);
  other.edition.packs[1].version = "9";
  sign(other.text());
  EXPECT_EQ(refusal(*file), "the packs do not make the law of this digest");
  other = proposed(2);
  other.edition.packs[1].parameters["strict"] = "perhaps";
  sign(other.text());
  EXPECT_EQ(refusal(*file), "a law pack does not load");
}

TEST_F(FollowedLaw, it_does_not_come_before_its_day) {
  const auto file = in_force();
  policy::Activation later = proposed(2);
  later.not_before = Date::parse("2026-11-24");
  sign(later.text());
  EXPECT_EQ(refusal(*file), "the activation's day has not come");
  later.not_before = Date::parse("2026-11-23");
  sign(later.text());
  EXPECT_EQ(file->reload(), true);
}

TEST_F(FollowedLaw, the_note_says_which_parameter_values_are_in_force) {
  const auto file = in_force();
  sign(proposed(2, {{"strict", false}}).text());
  ASSERT_EQ(file->reload(), true);
  EXPECT_EQ(file->current().law->parameters().at("fr.strict"), policy::Parameter(false));
}

TEST_F(FollowedLaw, every_law_that_was_in_force_is_found_by_its_digest) {
  const auto file = in_force();
  const Digest first = file->current().law->digest();
  put_pack("fr", "2");
  sign(proposed(2).text());
  ASSERT_EQ(file->reload(), true);
  const policy::LawArchive archive(settings_.archive);
  EXPECT_EQ(archive.load(words(), first).value()->packs()[1].version, "1");
  EXPECT_TRUE(archive.load(words(), file->current().law->digest()).has_value());
}

TEST_F(FollowedLaw, without_a_note_it_is_what_the_folder_held_at_start_and_is_kept_too) {
  settings_.note.clear();
  const auto file = open();
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ((*file)->current().version, 0);
  put_pack("fr", "2");
  EXPECT_EQ((*file)->reload(), false);
  EXPECT_EQ(version_of(**file), "1");
  EXPECT_EQ((*file)->changed_packs(), 1U);
  const policy::LawArchive archive(settings_.archive);
  EXPECT_TRUE(archive.load(words(), (*file)->current().law->digest()).has_value());
}

TEST_F(FollowedLaw, after_an_activated_law_none_goes_unactivated) {
  newest_seen_ = 1;
  settings_.note.clear();
  EXPECT_FALSE(open().has_value());
}

// What is being decided keeps the law it began with; nobody ever sees half a change.
TEST_F(FollowedLaw, decisions_go_on_while_the_law_changes) {
  const auto file = in_force();
  std::atomic<bool> done{false};
  std::atomic<int> decided{0};
  std::atomic<int> wrong{0};
  std::vector<std::thread> deciders;
  for (int i = 0; i < 2; ++i) {
    deciders.emplace_back([&] {
      while (!done) {
        const auto law = file->current().law;
        policy::Facts facts;
        facts.set(policy::FactKey::date, *Date::parse("2026-11-23"));
        policy::evaluate(*law, facts);
        const bool whole = law->packs()[0].version == law->packs()[1].version;
        if (!whole) ++wrong;
        ++decided;
      }
    });
  }
  for (int version = 2; version < 12; ++version) {
    put_pack("fr", std::to_string(version));
    put_pack("eu", std::to_string(version));
    sign(proposed(version).text());
    ASSERT_EQ(file->reload(), true);
  }
  done = true;
  for (std::thread& one : deciders) one.join();
  EXPECT_GT(decided, 0);
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace relais::ops
