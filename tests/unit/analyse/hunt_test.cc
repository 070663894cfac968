// SPDX-License-Identifier: Apache-2.0
#include "policy/analyse/hunt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/policy/laws.h"

namespace relais::policy {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kRules =
    "[[silence]]\nid = \"t.s\"\ncite = \"Art. 1\"\nin_force = \"unverified\"\n"
    "[[lift]]\nid = \"t.l\"\nallow = [\"need.*\"]\nwhen.objection = false\nwhen.any = [ { "
    "\"recipient.named\" = true }, { \"facts.minor\" = [\"in_danger\"] } ]\n"
    "cite = \"Art. 2\"\nin_force = \"unverified\"\n";

std::vector<std::string> names(const std::string& rules) {
  Problems problems;
  const auto root = parse_toml(rules, "t", problems);
  RELAIS_CHECK(root.has_value());
  std::vector<std::string> all;
  for (const Mutant& one : mutants_of(words(), *root)) {
    if (one.mutation != Mutation::widen) all.push_back(one.name());
  }
  return all;
}

TEST(Mutants, are_one_for_each_condition_bar_silence_and_citation) {
  EXPECT_THAT(names(kRules),
              ElementsAre("drop t.s", "uncite t.s", "flip t.l when/objection",
                          "flip t.l when/any[0]/recipient.named",
                          "flip t.l when/any[1]/facts.minor", "flip t.l consent", "uncite t.l"));
}

TEST(Mutants, widen_a_mask_by_each_category_outside_it) {
  Problems problems;
  const auto root = parse_toml(kRules, "t", problems);
  size_t widened = 0;
  for (const Mutant& one : mutants_of(words(), *root)) {
    widened += one.mutation == Mutation::widen ? 1 : 0;
  }
  const auto outside = words().decidable().minus(*words().mask("need.*"));
  EXPECT_EQ(widened, static_cast<size_t>(outside.count()));
}

TEST(Mutants, mean_the_opposite_of_what_they_flip) {
  Problems problems;
  auto root = parse_toml(pack("t", kRules).text, "t", problems);
  ASSERT_TRUE(root.has_value());
  const std::string given = "data = [\"need.code\"]\nneed = [\"need.code\"]\nobjection = false\n";
  const Facts named = facts_of(given + "\"recipient.named\" = true\n");
  const Facts not_named = facts_of(given + "\"recipient.named\" = false\n");
  for (const Mutant& one : mutants_of(words(), *root)) {
    if (one.name() != "flip t.l when/any[0]/recipient.named") continue;
    PackTree tree{"t", *root};
    one.change(tree.root);
    const auto law = Law::build(words(), {&tree});
    ASSERT_TRUE(law.has_value()) << law.error().where;
    EXPECT_EQ(evaluate(**law, named).outcome, Outcome::deny);
    EXPECT_EQ(evaluate(**law, not_named).outcome, Outcome::permit);
    return;
  }
  FAIL() << "no such mutant";
}

// A folder with one pack and its cases, gone when the test ends.
class Shelf {
 public:
  Shelf() : path_(fs::temp_directory_path() / ("relais-hunt-" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
    std::ofstream(path_ / "t.toml") << pack("t", kRules).text;
  }
  ~Shelf() { fs::remove_all(path_); }
  Shelf(const Shelf&) = delete;
  Shelf& operator=(const Shelf&) = delete;

  Result<Hunt> prepare(const std::string& cases) const {
    std::ofstream(path_ / "t.cases.toml")
        << "packs = [\"t\"]\n[defaults]\ndate = 2026-11-01\n\"sender.jurisdiction\" = \"FR\"\n"
           "data = [\"need.code\"]\nneed = [\"need.code\"]\nobjection = false\n" +
               cases;
    return Hunt::prepare(words(), path_.string());
  }
  HuntResult hunt(const std::string& cases) const {
    const auto hunt = prepare(cases);
    RELAIS_CHECK(hunt.has_value());
    return hunt->run("t", [](size_t, size_t) {});
  }

 private:
  fs::path path_;
};

std::string one_case(const std::string& id, const std::string& given, const std::string& rest) {
  return "[[case]]\nid = \"" + id + "\"\ngiven = { " + given + " }\n" + rest;
}
const std::string kPermit = "expect = \"permit\"\nsurvive = [\"need.code\"]\ncite = [\"t.l\"]\n";
const std::string kDeny = "expect = \"deny\"\nsurvive = []\ncite = [\"t.s\"]\n";

TEST(Hunt, a_case_that_shows_a_condition_kills_its_mutant_and_no_other) {
  const Shelf shelf;
  const HuntResult one = shelf.hunt(one_case("A", "\"recipient.named\" = true", kPermit));
  EXPECT_THAT(one.survivors, Not(Contains("flip t.l when/objection")));
  EXPECT_THAT(one.survivors, Not(Contains("flip t.l when/any[0]/recipient.named")));
  EXPECT_THAT(one.survivors, Contains("flip t.l when/any[1]/facts.minor"));
  EXPECT_THAT(one.survivors, Contains("drop t.s"));
  EXPECT_THAT(one.survivors, Not(Contains("uncite t.l")));  // the loader refuses it
}

TEST(Hunt, cases_that_ask_for_everything_kill_what_is_left) {
  const Shelf shelf;
  const HuntResult all = shelf.hunt(
      one_case("A", "\"recipient.named\" = true, \"facts.minor\" = \"none\"", kPermit) +
      one_case("B", "\"recipient.named\" = false, \"facts.minor\" = \"in_danger\"", kPermit) +
      one_case("C", "\"recipient.named\" = false, \"facts.minor\" = \"none\"", kDeny) +
      one_case("D", "\"recipient.named\" = true, data = [\"*\"], need = [\"*\"]",
               "expect = \"permit\"\nsurvive = [\"routing.*\", \"need.*\"]\ncite = [\"t.l\"]\n"));
  EXPECT_THAT(all.survivors, IsEmpty());
  EXPECT_EQ(all.all(), all.all_killed());
}

TEST(Hunt, does_not_begin_when_a_case_fails_before_anything_was_changed) {
  const Shelf shelf;
  const auto hunt = shelf.prepare(one_case("A", "objection = true", kPermit));
  ASSERT_FALSE(hunt.has_value());
  EXPECT_EQ(hunt.error().where, "A");
}

}  // namespace
}  // namespace relais::policy
