// SPDX-License-Identifier: Apache-2.0
#include "node/ops/epochs.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "node/ledger/crypto.h"
#include "node/ops/secret_file.h"
#include "tests/support/certificates.h"

namespace relais::ops {
namespace {

struct EpochFolder : testing::Test {
  test::TestFolder folder;
  ledger::SystemEntropy entropy;
  std::string keks = folder.file("kek");

  void SetUp() override { std::filesystem::create_directory(keks); }
  void make(int32_t epoch) { ASSERT_TRUE(create_epoch(keks, epoch, entropy)); }
};

TEST_F(EpochFolder, holds_one_file_an_epoch_and_nothing_else_is_read_as_one) {
  make(2);
  make(10);
  ASSERT_TRUE(replace_secret(keks + "/kek-3.new", "half"));
  ASSERT_TRUE(replace_secret(living_file(keks, 2), "x"));
  EXPECT_EQ(epochs_in(keks, "kek-"), (std::vector<int32_t>{2, 10}));
  const auto read = read_epochs({keks});
  ASSERT_TRUE(read.has_value()) << read.error().where;
  EXPECT_EQ(read->size(), 2u);
}

TEST_F(EpochFolder, without_a_key_is_a_fault_and_so_are_two_of_one_epoch) {
  EXPECT_EQ(read_epochs({keks}).error().kind, FaultKind::precondition);
  make(1);
  const std::string other = folder.file("other");
  ASSERT_TRUE(create_key_encryption_key(other, 1, entropy));
  EXPECT_EQ(read_epochs({keks, other}).error().kind, FaultKind::precondition);
}

TEST_F(EpochFolder, a_key_that_is_there_is_never_overwritten) {
  make(1);
  const auto before = read_epochs({keks}).value().front().key;
  EXPECT_EQ(create_epoch(keks, 1, entropy).error().kind, FaultKind::already_exists);
  EXPECT_EQ(read_epochs({keks}).value().front().key, before);
}

TEST_F(EpochFolder, what_a_crash_left_half_made_is_made_anew) {
  ASSERT_TRUE(replace_secret(kek_file(keks, 1) + ".new", "half a ke"));
  make(1);
  EXPECT_EQ(read_epochs({keks}).value().size(), 1u);
}

TEST_F(EpochFolder, a_secret_is_replaced_whole_and_only_its_owner_reads_it) {
  const std::string path = living_file(keks, 1);
  ASSERT_TRUE(replace_secret(path, "one"));
  ASSERT_TRUE(replace_secret(path, "two"));
  EXPECT_EQ(read_secret(path).value(), "two");
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  ::chmod(path.c_str(), 0644);
  EXPECT_EQ(read_secret(path).error().kind, FaultKind::precondition);
}

TEST_F(EpochFolder, what_is_destroyed_is_gone_and_destroying_it_again_is_no_fault) {
  make(1);
  EXPECT_TRUE(destroy_secret(kek_file(keks, 1)));
  EXPECT_TRUE(epochs_in(keks, "kek-").empty());
  EXPECT_TRUE(destroy_secret(kek_file(keks, 1)));
}

}  // namespace
}  // namespace relais::ops
