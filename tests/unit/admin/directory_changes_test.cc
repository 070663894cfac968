// SPDX-License-Identifier: Apache-2.0
// What stewards change in a directory, verb by verb: what the text is afterwards, byte for byte,
// and that whatever is refused writes nothing. And what a check says as the end comes near.
#include "admin/directory_draft.h"
#include "node/core/rfc3339.h"
#include "tests/unit/admin/bench.h"
#include "tests/unit/ops/directory_texts.h"

namespace relais::admin {
namespace {

using ops::replaced;

const std::string kVocabulary = RELAIS_SOURCE_DIR "/policy/vocabulary.toml";

std::string in_days(int days) {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return rfc3339(Date::of(now).plus_days(days).start());
}

class DirectoryChanges : public ::testing::Test {
 protected:
  void SetUp() override { bench.write("directory.toml", text); }

  int run(const std::string& verb, Bench::Values values) {
    values["DIRECTORY"] = {draft};
    values["vocabulary"] = {kVocabulary};
    return bench.run("directory", verb, values, true);
  }
  int of(const std::string& verb, const std::string& agency) {
    return run(verb, {{"AGENCY", {agency}}});
  }
  // Of the draft in the file.
  int check(const std::string& file = "directory.toml") {
    return bench.run(
        "directory", "check",
        {{"FILE", {bench.file(file)}}, {"unsigned", {"true"}}, {"vocabulary", {kVocabulary}}},
        true);
  }
  std::string standing(size_t number) {
    check();
    return bench.object()["agencies"][number]["standing"];
  }
  std::string now_in_file() const { return bench.read("directory.toml"); }

  Bench bench;
  const std::string draft = bench.file("directory.toml");
  const std::string first = "# first: came with the pilot\n" + ops::agency("a", 'a');
  const std::string second = "\n# second\n# and a half\n\n" + ops::agency("b", 'c');
  const std::string head =
      "# Signed on Mondays.\nfederation = \"test\"\nversion = 9 # raised by hand no more\n"
      "expires = 2099-12-31T12:30:00Z  # far away\n\n";
  const std::string head_after = replaced(head, "version = 9", "version = 10");
  const std::string text = head + first + second;
};

TEST_F(DirectoryChanges, a_suspension_is_one_line_more_and_the_next_version) {
  ASSERT_EQ(of("suspend", "b"), kDone);
  EXPECT_EQ(bench.object()["version"], 10);
  EXPECT_EQ(bench.object()["agency"], "b");
  EXPECT_EQ(bench.object()["suspended"], true);
  EXPECT_EQ(now_in_file(), head_after + first +
                               replaced(second, "[[agency]]\n", "[[agency]]\nsuspended = true\n"));
  EXPECT_NE(standing(0), "suspended");
  EXPECT_EQ(standing(1), "suspended");
}

TEST_F(DirectoryChanges, a_suspension_is_lifted_and_said_again_in_its_place) {
  ASSERT_EQ(of("suspend", "b"), kDone);
  const std::string suspended = now_in_file();
  ASSERT_EQ(of("resume", "b"), kDone);
  EXPECT_EQ(bench.object()["suspended"], false);
  EXPECT_EQ(now_in_file(), replaced(replaced(suspended, "suspended = true", "suspended = false"),
                                    "version = 10", "version = 11"));
  EXPECT_NE(standing(1), "suspended");
  ASSERT_EQ(of("suspend", "b"), kDone);
  EXPECT_EQ(now_in_file(), replaced(suspended, "version = 10", "version = 12"));
}

TEST_F(DirectoryChanges, who_leaves_takes_its_remarks_along_and_nobody_elses) {
  ASSERT_EQ(of("leave", "a"), kDone);
  EXPECT_EQ(bench.object()["agencies"], 1);
  // The line between the head and the first entry was above the first, so it was the first's.
  EXPECT_EQ(now_in_file(), head_after.substr(0, head_after.size() - 1) + second);
  bench.write("directory.toml", text);
  ASSERT_EQ(of("leave", "b"), kDone);
  EXPECT_EQ(now_in_file(), head_after + first);
}

TEST_F(DirectoryChanges, who_left_may_join_again) {
  ASSERT_EQ(of("leave", "b"), kDone);
  bench.write("b.toml", second);
  ASSERT_EQ(of("add", bench.file("b.toml")), kDone);
  EXPECT_EQ(bench.object()["version"], 11);
  EXPECT_EQ(bench.object()["agencies"], 2);
  EXPECT_NE(standing(1), "suspended");
}

TEST_F(DirectoryChanges, a_renewal_is_another_expiry_in_its_place_and_the_next_version) {
  const std::string ending = replaced(text, "2099-12-31T12:30:00Z", in_days(10));
  bench.write("directory.toml", ending);
  ASSERT_EQ(run("renew", {{"days", {"30"}}}), kDone);
  EXPECT_EQ(bench.object()["version"], 10);
  EXPECT_EQ(bench.object()["expires"], in_days(30));
  EXPECT_EQ(now_in_file(),
            replaced(replaced(ending, in_days(10), in_days(30)), "version = 9", "version = 10"));
  ASSERT_EQ(run("renew", {}), kDone);
  EXPECT_EQ(bench.object()["expires"], in_days(365));
}

TEST_F(DirectoryChanges, what_is_refused_writes_nothing) {
  const auto refused = [this](const std::string& verb, const Bench::Values& values) {
    EXPECT_EQ(run(verb, values), kRefused) << verb;
    EXPECT_FALSE(bench.errors().empty()) << verb;
    EXPECT_EQ(now_in_file(), text) << verb;
  };
  refused("resume", {{"AGENCY", {"a"}}});
  refused("renew", {{"days", {"30"}}});
  for (const std::string verb : {"suspend", "resume", "leave"}) {
    refused(verb, {{"AGENCY", {"nobody-here"}}});
  }
  ASSERT_EQ(of("suspend", "a"), kDone);
  const std::string suspended = now_in_file();
  EXPECT_EQ(of("suspend", "a"), kRefused);
  EXPECT_EQ(now_in_file(), suspended);
}

TEST_F(DirectoryChanges, a_misspelt_agency_is_told_the_right_one) {
  bench.write("directory.toml", "federation = \"test\"\nversion = 1\nexpires = " + in_days(9) +
                                    "\n" + ops::agency("siao-69", 'a'));
  EXPECT_EQ(of("suspend", "siao-96"), kRefused);
  EXPECT_NE(bench.errors().find("did you mean 'siao-69'?"), std::string::npos) << bench.errors();
}

TEST_F(DirectoryChanges, a_misspelt_verb_is_told_the_right_one) {
  for (const auto& [misspelt, right] : {std::pair{"suspned", "suspend"},
                                        {"resum", "resume"},
                                        {"laeve", "leave"},
                                        {"renw", "renew"}}) {
    EXPECT_EQ(complaint_about({"directory", misspelt}, commands()),
              std::string("no command 'directory ") + misspelt + "'; did you mean 'directory " +
                  right + "'?");
  }
}

TEST_F(DirectoryChanges, days_that_are_none_are_not_understood) {
  for (const std::string days : {"0", "3651", "-1", "soon"}) {
    EXPECT_EQ(run("renew", {{"days", {days}}}), kUsage) << days;
  }
  EXPECT_EQ(now_in_file(), text);
}

TEST_F(DirectoryChanges, a_draft_that_no_node_would_read_or_that_is_not_there_stays_as_it_is) {
  const std::string unread = text + "unknown = 1\n";
  bench.write("directory.toml", unread);
  EXPECT_EQ(of("leave", "a"), kRefused);
  EXPECT_EQ(now_in_file(), unread);
  ASSERT_TRUE(remove_text(draft));
  EXPECT_EQ(of("leave", "a"), kRefused);
  EXPECT_EQ(now_in_file(), "");
}

// An entry may stand in one line, too: this is not what the verbs write in, and they say so.
TEST_F(DirectoryChanges, an_entry_in_another_form_is_not_half_changed) {
  std::string entry = ops::agency("a", 'a');
  entry = entry.substr(entry.find("id = "), entry.find("[[agency.service]]") - entry.find("id = "));
  for (size_t at = entry.find('\n'); at != std::string::npos; at = entry.find('\n', at + 2)) {
    entry.replace(at, 1, ", ");
  }
  const std::string inlined =
      head + "agency = [\n  {" + entry.substr(0, entry.size() - 2) + "}\n]\n";
  bench.write("directory.toml", inlined);
  ASSERT_EQ(check(), kDone) << bench.errors();
  for (const std::string verb : {"suspend", "leave"}) {
    EXPECT_EQ(of(verb, "a"), kRefused) << verb;
    EXPECT_EQ(now_in_file(), inlined) << verb;
  }
}

TEST_F(DirectoryChanges, the_next_version_is_signed_and_believed_like_the_first) {
  for (const std::string name : {"x", "y"}) {
    ASSERT_EQ(bench.run("keys", "new",
                        {{"KIND", {"steward"}}, {"name", {name}}, {"out", {bench.file(name)}}}),
              kDone);
  }
  ASSERT_EQ(of("suspend", "a"), kDone);
  ASSERT_EQ(run("sign", {{"out", {bench.file("note")}}, {"key", {bench.file("x")}}}), kDone);
  ASSERT_EQ(run("sign", {{"out", {bench.file("note")}}, {"key", {bench.file("y")}}}), kDone);
  EXPECT_EQ(bench.object()["signed_by"].size(), 2U);
  EXPECT_EQ(bench.object()["version"], 10);
  ASSERT_EQ(of("resume", "a"), kDone);
  ASSERT_EQ(run("sign", {{"out", {bench.file("note")}}, {"key", {bench.file("y")}}}), kDone);
  EXPECT_EQ(bench.object()["signed_by"].size(), 1U);  // whoever signed the last has to sign again
}

TEST_F(DirectoryChanges, a_check_warns_before_the_end_and_refuses_after_it) {
  const auto ending = [this](const std::string& expires) {
    bench.write("directory.toml", replaced(text, "2099-12-31T12:30:00Z", expires));
  };
  ASSERT_EQ(check(), kDone);
  EXPECT_EQ(bench.object()["expires"], "2099-12-31T12:30:00Z");
  EXPECT_EQ(bench.object()["ends_soon"], false);
  ending(in_days(15));  // the grace is 14 days where no node.toml says otherwise
  ASSERT_EQ(check(), kDone);
  EXPECT_EQ(bench.object()["ends_soon"], false);
  ending(in_days(14));
  ASSERT_EQ(check(), kDone);
  EXPECT_EQ(bench.object()["ends_soon"], true);
  EXPECT_EQ(bench.object()["expired"], false);
  ending(in_days(0));
  EXPECT_EQ(check(), kRefused);
  EXPECT_EQ(bench.object()["expired"], true);
}

TEST_F(DirectoryChanges, a_person_reads_that_the_end_is_near) {
  const auto told = [this](int days) {
    bench.write("directory.toml", replaced(text, "2099-12-31T12:30:00Z", in_days(days)));
    bench.run("directory", "check",
              {{"FILE", {draft}}, {"unsigned", {"true"}}, {"vocabulary", {kVocabulary}}});
    return bench.line().substr(0, bench.line().find('\n'));
  };
  EXPECT_EQ(told(30), "test version 9, expires " + in_days(30));
  EXPECT_EQ(told(3), "test version 9, ENDS SOON " + in_days(3));
  EXPECT_EQ(told(0), "test version 9, EXPIRED " + in_days(0));
}

}  // namespace
}  // namespace relais::admin
