// SPDX-License-Identifier: Apache-2.0
// Every record can be read again, one after another, and only what its entry commits to.
#include "node/storage/records.h"

#include <algorithm>

#include "tests/support/stored_agency.h"

namespace relais::test {
namespace {

struct Records : testing::Test {
  PrivatePostgres& postgres = PrivatePostgres::instance();
  Agency agency{postgres.migrated_database()};
  std::vector<std::string> entries;

  void SetUp() override {
    ASSERT_NE(agency.appender, nullptr) << agency.fault.message.view();
    const PersonId one = agency.person("one");
    const PersonId two = agency.person("two");
    for (int i = 0; i < 5; ++i) {
      const auto outcome = agency.appender->append(agency.draft(i % 2 == 0 ? one : two));
      ASSERT_TRUE(outcome.has_value());
      entries.push_back(std::get<flow::Appended>(*outcome).entry.text());
    }
    std::sort(entries.begin(), entries.end());
  }
  Result<storage::RecordsRead> read(const std::optional<EntryId>& only,
                                    std::vector<std::string>& seen) {
    return storage::read_records(agency.pool, agency.keyring, only,
                                 [&](const auto& shared, const auto& kept) {
                                   EXPECT_EQ(kept.law_date, "2026-11-23");
                                   seen.push_back(shared.entry_id);
                                 });
  }
};

TEST_F(Records, are_all_visited_once_in_the_order_of_their_ids) {
  std::vector<std::string> seen;
  const auto done = read(std::nullopt, seen);
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(done->opened, 5u);
  EXPECT_EQ(done->closed, 0u);
  EXPECT_EQ(seen, entries);
}

TEST_F(Records, one_is_found_by_its_entry_and_none_by_another_id) {
  std::vector<std::string> seen;
  ASSERT_TRUE(read(EntryId(entries[2]), seen).has_value());
  EXPECT_EQ(seen, std::vector<std::string>{entries[2]});
  const auto none = read(EntryId(agency.uuid()), seen);
  ASSERT_FALSE(none.has_value());
  EXPECT_EQ(none.error().kind, FaultKind::not_found);
}

TEST_F(Records, what_was_changed_in_the_database_is_counted_and_not_visited) {
  postgres.sql(agency.database,
               "UPDATE relais.body SET sealed = set_byte(sealed, 20, 255 - get_byte(sealed, 20))"
               " WHERE entry = '" +
                   entries[1] + "'");
  std::vector<std::string> seen;
  const auto done = read(std::nullopt, seen);
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(done->opened, 4u);
  EXPECT_EQ(done->closed, 1u);
}

}  // namespace
}  // namespace relais::test
