// SPDX-License-Identifier: Apache-2.0
// No space left: under the tables, where a statement fails, and under the write-ahead log, where
// PostgreSQL as a whole does. Both on a tmpfs of some megabytes; skipped where none may be mounted.
#include <functional>

#include "tests/integration/ledger/small_disk.h"
#include "tests/integration/ledger/two_agencies.h"

namespace relais::test {
namespace {

PrivatePostgres& postgres() { return PrivatePostgres::instance(); }

constexpr int kRoomy_mb = 400;

// Discloses until it does not work any more; the kind of fault then. `before_each` uses up what the
// disk had in reserve.
std::optional<FaultKind> disclose_until_it_fails(
    TwoAgencies& two, int most, const std::function<void()>& before_each = [] {}) {
  const PersonId person = two.sender.person("dossier");
  for (int i = 0; i < most; ++i) {
    before_each();
    const flow::Draft draft = two.sender.referral_draft(person, two.sender.uuid());
    const auto outcome = two.sender.appender->append(draft);
    if (!outcome) return outcome.error().kind;
    two.watch.saw(kSender, std::get<flow::Appended>(*outcome).checkpoint);
  }
  return std::nullopt;
}

TEST(DiskFull, under_the_tables_nothing_is_recorded_and_nothing_that_was_is_lost) {
  const SmallDisk disk(postgres().folder() + "/small", 40);
  if (!disk.mounted()) GTEST_SKIP() << "no tmpfs may be mounted here";
  postgres().sql("postgres", "CREATE TABLESPACE small LOCATION '" + disk.folder() + "'");
  {
    TwoAgencies two;
    ASSERT_TRUE(two.disclose());
    const std::string database = two.sender.database;
    postgres().stop();  // nobody may be connected while it moves
    postgres().start();
    postgres().sql("postgres", "ALTER DATABASE " + database + " SET TABLESPACE small");
    ASSERT_TRUE(two.disclose());
    disk.fill(64);
    EXPECT_EQ(disclose_until_it_fails(two, 20'000), FaultKind::unavailable);
    EXPECT_FALSE(two.disclose()) << "the disk is still full";
    EXPECT_FALSE(two.sender.appender->halted());
    ASSERT_TRUE(disk.grow(kRoomy_mb));
    EXPECT_TRUE(two.disclose()) << "it goes on by itself";
    two.expect_sound();
    two.sender.appender.reset();
    postgres().stop();
    postgres().start();
    postgres().sql("postgres", "DROP DATABASE " + database);
  }
  postgres().sql("postgres", "DROP TABLESPACE small");
}

// pg_wal moves to the disk while the server is down, and back.
class WalOnDisk {
 public:
  explicit WalOnDisk(const SmallDisk& disk) : real_(postgres().data() + "/pg_wal") {
    postgres().stop();
    std::filesystem::rename(real_, real_ + ".kept");
    std::filesystem::copy(real_ + ".kept", disk.folder() + "/pg_wal",
                          std::filesystem::copy_options::recursive);
    for (const auto& one :
         std::filesystem::recursive_directory_iterator(disk.folder() + "/pg_wal")) {
      hand_over(one.path().string());
    }
    hand_over(disk.folder() + "/pg_wal");
    std::filesystem::remove_all(real_ + ".kept");
    std::filesystem::create_directory_symlink(disk.folder() + "/pg_wal", real_);
    postgres().start();
  }
  ~WalOnDisk() {
    postgres().stop();
    const std::string there = std::filesystem::read_symlink(real_).string();
    std::filesystem::remove(real_);
    std::filesystem::copy(there, real_, std::filesystem::copy_options::recursive);
    for (const auto& one : std::filesystem::recursive_directory_iterator(real_)) {
      hand_over(one.path().string());
    }
    hand_over(real_);
    postgres().start();
  }
  WalOnDisk(const WalOnDisk&) = delete;
  WalOnDisk& operator=(const WalOnDisk&) = delete;

 private:
  const std::string real_;
};

TEST(DiskFull, under_the_write_ahead_log_nothing_is_recorded_and_nothing_that_was_is_lost) {
  const SmallDisk disk(postgres().folder() + "/small-wal", kRoomy_mb);
  if (!disk.mounted()) GTEST_SKIP() << "no tmpfs may be mounted here";
  TwoAgencies two;
  ASSERT_TRUE(two.disclose());
  const WalOnDisk moved(disk);
  ASSERT_TRUE(two.disclose());
  disk.fill(0);
  const auto next_segment = [] { postgres().sql("postgres", "SELECT pg_switch_wal()"); };
  EXPECT_EQ(disclose_until_it_fails(two, 200, next_segment), FaultKind::unavailable);
  EXPECT_FALSE(two.sender.appender->halted());
  ASSERT_TRUE(std::filesystem::remove(disk.folder() + "/ballast"));
  postgres().stop();  // it may have given up, or still try to recover
  postgres().start();
  EXPECT_TRUE(two.disclose()) << "it goes on by itself";
  two.expect_sound();
}

}  // namespace
}  // namespace relais::test
