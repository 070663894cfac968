// SPDX-License-Identifier: Apache-2.0
// A directory that somebody brings: which one is taken, what is left where it is, and what a crash
// between two steps leaves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/at_step.h"
#include "tests/support/certificates.h"
#include "tests/unit/ops/directory_texts.h"

namespace relais::ops {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct BroughtDirectory : ::testing::Test {
  BroughtDirectory() {
    put(note(2));
    file = open();
  }
  static std::string note(int version) { return signed_by(text_of(version), {kFirst, kSecond}); }
  void put(const std::string& bytes) const { std::ofstream(path, std::ios::binary) << bytes; }
  std::string on_disk() const {
    std::ostringstream bytes;
    bytes << std::ifstream(path, std::ios::binary).rdbuf();
    return bytes.str();
  }
  bool left_over() const { return std::filesystem::exists(path + ".next"); }
  std::unique_ptr<DirectoryFile> open() {
    DirectorySettings settings{path, "test", AgencyId("a"), stewards(), 2};
    settings.refused = [this](Disbelief why) { refused.emplace_back(code_of(why)); };
    auto opened = DirectoryFile::open(
        std::move(settings), words(), [this](int64_t version, const Digest&) -> Result<void> {
          if (away) return fail(FaultKind::unavailable, "the database is away");
          if (version < seen) return fail(FaultKind::precondition, "a newer one was in force");
          seen = version;
          return {};
        });
    EXPECT_TRUE(opened.has_value()) << opened.error().message.c_str();
    return opened ? std::move(*opened) : nullptr;
  }
  Result<bool> offer(const std::string& bytes) { return file->offer(bytes, "siao-69", now); }
  // Refused for this reason, and everything is as it was.
  void expect_refused(const std::string& bytes, const std::string& reason) {
    refused.clear();
    EXPECT_FALSE(offer(bytes).has_value());
    EXPECT_THAT(refused, ElementsAre(reason));
    EXPECT_EQ(file->current()->version, 2);
    EXPECT_EQ(on_disk(), note(2));
    EXPECT_EQ(seen, 2);
    EXPECT_FALSE(left_over());
  }

  test::TestFolder folder;
  const std::string path = folder.file("directory.note");
  const Instant now = Date::parse("2026-11-23")->start();
  std::vector<std::string> refused;
  int64_t seen = 0;
  bool away = false;
  std::unique_ptr<DirectoryFile> file;
};

TEST_F(BroughtDirectory, a_newer_one_is_in_force_and_in_the_file) {
  EXPECT_EQ(offer(note(3)), true);
  EXPECT_EQ(file->current()->version, 3);
  EXPECT_EQ(on_disk(), note(3));
  EXPECT_EQ(*file->note(), note(3));
  EXPECT_FALSE(left_over());
  EXPECT_EQ(file->reload(), false);
  EXPECT_EQ(offer(note(3)), false);
  EXPECT_THAT(refused, IsEmpty());
  file = open();
  EXPECT_EQ(file->current()->version, 3);
}

TEST_F(BroughtDirectory, whatever_is_not_believed_is_counted_and_leaves_the_one_in_force) {
  expect_refused(note(1), "older");
  expect_refused(signed_by(replaced(text_of(2), "host:1", "host:9"), {kFirst, kSecond}), "older");
  expect_refused(signed_by(text_of(3), {kFirst}), "not_signed");
  expect_refused(signed_by(text_of(3), {kFirst, signer_of("second", 'x')}), "not_signed");
  expect_refused(replaced(note(3), "host:1", "host:9"), "not_signed");
  expect_refused("", "not_signed");
  expect_refused(signed_by(text_of(3) + "unknown = 1\n", {kFirst, kSecond}), "unusable");
  expect_refused(signed_by(replaced(text_of(3), "2026-12-31", "2026-11-22"), {kFirst, kSecond}),
                 "expired");
  std::string other = text_of(3, "other");
  for (const char* id : {"a", "b"}) {
    other = replaced(other, std::string("spiffe://test/agency/") + id,
                     std::string("spiffe://other/agency/") + id);
  }
  expect_refused(signed_by(other, {kFirst, kSecond}), "foreign");
}

TEST_F(BroughtDirectory, one_older_than_another_replica_has_seen_is_refused) {
  seen = 5;
  EXPECT_FALSE(offer(note(4)).has_value());
  EXPECT_THAT(refused, ElementsAre("older"));
  EXPECT_EQ(file->current()->version, 2);
  EXPECT_EQ(on_disk(), note(2));
  EXPECT_FALSE(left_over());
}

TEST_F(BroughtDirectory, while_the_database_is_away_nothing_is_taken_and_nothing_is_blamed) {
  away = true;
  EXPECT_EQ(offer(note(3)).error().kind, FaultKind::unavailable);
  EXPECT_THAT(refused, IsEmpty());
  EXPECT_EQ(on_disk(), note(2));
  away = false;
  EXPECT_EQ(offer(note(3)), true);
}

// What a power cut leaves is what a copy of the folder shows at that moment.
TEST_F(BroughtDirectory, a_crash_at_any_step_leaves_a_file_that_the_next_start_believes) {
  for (const std::string step : {"directory.before_see", "directory.after_see"}) {
    put(note(2));
    seen = 0;
    file = open();
    std::string disk;
    std::string beside;
    int64_t seen_then = 0;
    {
      const test::AtStep at(step, [&] {
        disk = on_disk();
        std::ostringstream bytes;
        bytes << std::ifstream(path + ".next", std::ios::binary).rdbuf();
        beside = bytes.str();
        seen_then = seen;
      });
      ASSERT_EQ(offer(note(3)), true);
    }
    put(disk);
    std::ofstream(path + ".next", std::ios::binary) << beside;
    seen = seen_then;
    file = open();
    ASSERT_NE(file, nullptr) << step;
    EXPECT_EQ(file->current()->version, 3) << step;
    EXPECT_EQ(on_disk(), note(3)) << step;
    EXPECT_FALSE(left_over()) << step;
  }
}

TEST_F(BroughtDirectory, half_of_one_left_by_a_crash_is_thrown_away) {
  std::ofstream(path + ".next", std::ios::binary) << note(3).substr(0, 100);
  file = open();
  EXPECT_EQ(file->current()->version, 2);
  EXPECT_FALSE(left_over());
}

TEST_F(BroughtDirectory, a_bad_file_is_counted_once_however_often_it_is_read) {
  put(signed_by(text_of(3), {kFirst}));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(file->reload().has_value());
  EXPECT_THAT(refused, ElementsAre("not_signed"));
  put(note(1));
  EXPECT_FALSE(file->reload().has_value());
  EXPECT_THAT(refused, ElementsAre("not_signed", "older"));
}

TEST_F(BroughtDirectory, one_without_this_agency_is_taken_by_a_running_node) {
  std::string left = text_of(3);
  const size_t first = left.find("[[agency]]");
  left.erase(first, left.find("[[agency]]", first + 1) - first);
  EXPECT_EQ(offer(signed_by(left, {kFirst, kSecond})), true);
  EXPECT_EQ(file->current()->find(AgencyId("a")), nullptr);
}

}  // namespace
}  // namespace relais::ops
