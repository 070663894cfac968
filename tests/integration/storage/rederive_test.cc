// SPDX-License-Identifier: Apache-2.0
// A living ledger derived again beside the appends: one flipped bit anywhere in it is found, and
// nothing is signed on top of it.
#include "node/storage/rederive.h"

#include "tests/support/stored_agency.h"

namespace relais::test {
namespace {

struct Rederived : testing::Test {
  PrivatePostgres& postgres = PrivatePostgres::instance();
  Agency agency{postgres.migrated_database()};
  storage::Rederiver rederiver{agency.pool, agency.signer.verifier().name()};

  void SetUp() override { ASSERT_NE(agency.appender, nullptr) << agency.fault.message.view(); }
  void as_superuser(const std::string& statement) const {
    postgres.sql(agency.database,
                 "SET search_path = relais; ALTER TABLE entry DISABLE TRIGGER only_grows;"
                 "ALTER TABLE tile DISABLE TRIGGER only_grows;"
                 "ALTER TABLE checkpoint DISABLE TRIGGER only_grows;" +
                     statement);
  }
  void append(int entries) { append_many(agency, entries, 10); }
  void fill() { fill_all_tiles(agency); }
};

// The bit of one commitment, in the database only.
std::string flip_leaf(int index) {
  return "UPDATE entry SET commitment = set_byte(commitment, 7, get_byte(commitment, 7) # 4)"
         " WHERE index = " +
         std::to_string(index);
}

TEST_F(Rederived, a_sound_ledger_gives_its_roots_round_after_round_while_it_grows) {
  EXPECT_TRUE(rederiver.slice().value()) << "of an empty ledger nothing is left to do";
  for (const int more : {10, 600, 300}) {
    append(more);
    fill();
    EXPECT_TRUE(rederiver.newest().has_value());
    const auto whole = rederiver.slice();
    ASSERT_TRUE(whole.has_value()) << whole.error().message.view() << whole.error().where;
    EXPECT_TRUE(*whole);
  }
}

TEST_F(Rederived, a_flipped_bit_in_one_of_the_newest_leaves_is_found_at_once) {
  append(600);
  as_superuser(flip_leaf(590));
  const auto found = rederiver.newest();
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().kind, FaultKind::corrupt);
}

TEST_F(Rederived, a_flipped_bit_in_an_old_leaf_is_found_by_the_round) {
  append(600);
  fill();
  as_superuser(flip_leaf(3));
  EXPECT_TRUE(rederiver.newest().has_value()) << "it is not one of the newest";
  const auto found = rederiver.slice();
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().kind, FaultKind::corrupt);
  EXPECT_EQ(found.error().where, "tile/0/000");
}

TEST_F(Rederived, a_flipped_bit_in_a_leaf_no_tile_was_made_of_is_found_by_the_root) {
  append(600);
  as_superuser(flip_leaf(3));
  EXPECT_EQ(rederiver.slice().error().kind, FaultKind::corrupt);
}

TEST_F(Rederived, a_flipped_bit_in_a_stored_tile_is_found_with_its_path) {
  append(600);
  fill();
  as_superuser(
      "UPDATE tile SET hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) WHERE index = 1");
  EXPECT_EQ(rederiver.slice().error().where, "tile/0/001");
}

TEST_F(Rederived, a_leaf_that_is_gone_and_a_ledger_cut_short_are_found) {
  append(300);
  ASSERT_TRUE(rederiver.slice().has_value());
  as_superuser("DELETE FROM entry WHERE index = 17");
  EXPECT_EQ(rederiver.slice().error().where, "index 17");
}

TEST_F(Rederived, an_appender_that_is_halted_signs_nothing_any_more) {
  append(10);
  agency.appender->halt();
  const auto refused = agency.appender->append(agency.draft(agency.person("one")));
  EXPECT_EQ(refused.error().kind, FaultKind::corrupt);
  EXPECT_EQ(agency.verified().entries, 10u);
}

}  // namespace
}  // namespace relais::test
