// SPDX-License-Identifier: Apache-2.0
#include "policy/analyse/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "policy/digest.h"
#include "tests/unit/policy/laws.h"

namespace relais::policy {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kRules =
    "[parameters]\nopen = false\n"
    "[[silence]]\nid = \"t.s\"\ncite = \"Art. 1\"\nin_force = \"unverified\"\n"
    "[[lift]]\nid = \"t.l\"\nallow = [\"need.code\"]\nwhen = { \"param.open\" = true }\n"
    "basis = [\"A6-1-e\"]\ncite = \"Art. 2\"\nin_force = \"unverified\"\n";

// A folder of packs, gone when the test ends.
class Archive {
 public:
  Archive() : path_(fs::temp_directory_path() / ("relais-replay-" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
  }
  ~Archive() { fs::remove_all(path_); }
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;
  void keep(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
  }
  std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

Recorded recorded(const std::string& open) {
  const PackText text = pack("t", kRules);
  Recorded one;
  one.entry = "01930000-0000-7000-8000-000000000001";
  one.event = open == "true" ? "disclosed" : "refused";
  one.status = open == "true" ? "permitted" : "deny";
  one.facts = facts_of("data = [\"need.code\"]\nneed = [\"need.code\"]\n").canonical(words());
  one.facts_digest = to_hex(view(sha256_of(one.facts)));
  one.law_date = "2026-11-01";
  one.law_digest = std::string(64, 'a');
  one.packs = {{"t", "1", to_hex(view(sha256_of(text.text)))}};
  one.parameters = {{"t.open", open}};
  if (open == "true") {
    one.released = {"need.code"};
    one.grounds = {{"t.l", "Art. 2", {"A6-1-e"}}};
    one.secrecy_ground = "t.l@2026-11-01";
  } else {
    one.withheld = {{"need.code", "silence", "t.s"}};
  }
  return one;
}

std::vector<std::string> differences(const Recorded& one) {
  const Archive archive;
  archive.keep("any-name.toml", pack("t", kRules).text);
  archive.keep("other.toml", pack("t", "").text);
  Replay replay(words());
  replay.add_packs(archive.path());
  const auto law = replay.law_for(one);
  RELAIS_CHECK(law.has_value());
  const auto decision = replay.decide(one, **law);
  RELAIS_CHECK(decision.has_value());
  return replay.differences(one, *decision);
}

TEST(Replay, a_record_is_decided_again_as_it_was_with_the_parameters_it_keeps) {
  EXPECT_THAT(differences(recorded("true")), IsEmpty());
  EXPECT_THAT(differences(recorded("false")), IsEmpty());
}

TEST(Replay, whatever_was_changed_in_a_record_is_told) {
  Recorded more = recorded("true");
  more.released.push_back("identity.name");
  EXPECT_THAT(differences(more), ElementsAre(HasSubstr("released: the record says")));
  Recorded other = recorded("true");
  other.parameters["t.open"] = "false";
  EXPECT_THAT(differences(other), Not(IsEmpty()));
  Recorded facts = recorded("false");
  facts.facts_digest = std::string(64, '0');
  EXPECT_THAT(differences(facts), ElementsAre(HasSubstr("facts digest")));
  Recorded ground = recorded("true");
  ground.grounds[0].citation = "Art. 3";
  EXPECT_THAT(differences(ground), ElementsAre(HasSubstr("grounds")));
  Recorded stop = recorded("false");
  stop.withheld[0].stop = "need";
  EXPECT_THAT(differences(stop), ElementsAre(HasSubstr("withheld")));
}

TEST(Replay, says_when_the_pack_of_that_day_is_not_here) {
  Replay replay(words());
  const auto law = replay.law_for(recorded("true"));
  ASSERT_FALSE(law.has_value());
  EXPECT_EQ(law.error().kind, FaultKind::not_found);
  EXPECT_THAT(law.error().where, HasSubstr("SHA-256"));
}

TEST(Replay, facts_that_are_not_canonical_are_refused) {
  Recorded one = recorded("false");
  one.facts = "date = 2026-11-01";
  const auto law = law_of(kRules);
  EXPECT_FALSE(Replay(words()).decide(one, *law).has_value());
}

TEST(Replay, a_record_goes_through_json_unchanged) {
  const Recorded one = recorded("true");
  const auto read =
      recorded_from_json(to_json(one) + "\n" + to_json(recorded("false")) + "\n", "r");
  ASSERT_TRUE(read.has_value()) << read.error().where;
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ(to_json((*read)[0]), to_json(one));
  EXPECT_FALSE(recorded_from_json("{}\n", "r").has_value());
  EXPECT_THAT(recorded_from_json("nonsense\n", "r").error().where, HasSubstr("line 1"));
}

}  // namespace
}  // namespace relais::policy
