// SPDX-License-Identifier: Apache-2.0
#include "node/storage/migrate.h"

#include "tests/support/stored_agency.h"

namespace relais::test {
namespace {

struct Migrate : testing::Test {
  PrivatePostgres& postgres = PrivatePostgres::instance();
  std::string database = postgres.empty_database();
  storage::Pool owner{settings("relais_owner")};
  storage::Pool node{settings("relais_node")};
  storage::PoolSettings settings(const std::string& user) {
    storage::PoolSettings made;
    made.connection = postgres.connection(database, user);
    made.size = 1;
    return made;
  }
};

TEST_F(Migrate, an_empty_database_is_refused_by_the_node_and_filled_by_the_steward) {
  EXPECT_EQ(storage::check_migrations(node).error().kind, FaultKind::precondition);
  const auto first = storage::migrate(owner);
  ASSERT_TRUE(first.has_value()) << first.error().message.view() << first.error().where;
  EXPECT_EQ(first->applied, static_cast<int>(storage::migrations().size()));
  EXPECT_TRUE(first->granted);
  EXPECT_TRUE(storage::check_migrations(node));
  const auto again = storage::migrate(owner);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->applied, 0);
}

TEST_F(Migrate, a_file_that_changed_after_it_was_applied_is_refused) {
  ASSERT_TRUE(storage::migrate(owner));
  auto files = storage::migrations();
  files[0].sql = "SELECT 1";
  const auto refused = storage::migrate(owner, "relais_node", files);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, FaultKind::precondition);
  EXPECT_EQ(refused.error().where, "0001_ledger.sql");
  postgres.sql(database, "UPDATE relais.migration SET sha256 = 'other' WHERE number = 2");
  EXPECT_EQ(storage::check_migrations(node).error().kind, FaultKind::precondition);
}

TEST_F(Migrate, a_database_behind_or_ahead_of_the_binary_is_refused) {
  auto files = storage::migrations();
  files.pop_back();
  ASSERT_TRUE(storage::migrate(owner, "nobody_here", files));
  postgres.sql(database,
               "GRANT USAGE ON SCHEMA relais TO relais_node;"
               "GRANT SELECT ON relais.migration TO relais_node");
  EXPECT_EQ(storage::check_migrations(node).error().kind, FaultKind::precondition);
  ASSERT_TRUE(storage::migrate(owner));
  EXPECT_TRUE(storage::check_migrations(node));
  postgres.sql(database, "INSERT INTO relais.migration VALUES (99, '0099_later.sql', 'x')");
  EXPECT_EQ(storage::check_migrations(node).error().kind, FaultKind::precondition);
  EXPECT_EQ(storage::migrate(owner).error().kind, FaultKind::precondition);
}

TEST_F(Migrate, a_file_that_fails_leaves_none_of_them) {
  auto files = storage::migrations();
  files.push_back({static_cast<int>(files.size()) + 1, "0099_bad.sql", "CREATE TABLE a (); SELEC"});
  EXPECT_FALSE(storage::migrate(owner, "relais_node", files).has_value());
  EXPECT_EQ(postgres.sql(database, "SELECT count(*) FROM pg_namespace WHERE nspname = 'relais'"),
            "0");
}

TEST_F(Migrate, the_built_in_files_are_numbered_without_a_gap) {
  int expected = 0;
  for (const auto& file : storage::migrations()) EXPECT_EQ(file.number, ++expected);
}

TEST(Log, cannot_be_changed_by_the_node_nor_by_its_owner) {
  PrivatePostgres& postgres = PrivatePostgres::instance();
  Agency agency(postgres.migrated_database());
  ASSERT_NE(appended(agency.appender->append(agency.draft(agency.person("dossier")))), nullptr);
  for (const char* user : {"relais_node", "relais_owner", "postgres"}) {
    for (const char* table : {"ledger", "entry", "checkpoint"}) {
      const std::string name = std::string("relais.") + table;
      EXPECT_FALSE(postgres.allows(agency.database, user, "DELETE FROM " + name)) << user << name;
      EXPECT_FALSE(postgres.allows(agency.database, user, "TRUNCATE " + name)) << user << name;
    }
    EXPECT_FALSE(postgres.allows(agency.database, user, "UPDATE relais.entry SET index = 5"));
    EXPECT_FALSE(postgres.allows(agency.database, user,
                                 "SET session_replication_role = replica;"
                                 "UPDATE relais.checkpoint SET note = ''"));
  }
  EXPECT_TRUE(postgres.allows(agency.database, "relais_node", "SELECT * FROM relais.entry"));
  EXPECT_FALSE(postgres.allows(agency.database, "relais_node", "CREATE TABLE relais.mine ()"));
  EXPECT_FALSE(postgres.allows(agency.database, "relais_node", "DELETE FROM relais.filed"));
  EXPECT_FALSE(
      postgres.allows(agency.database, "relais_node", "UPDATE relais.consent SET state = 'given'"));
  EXPECT_TRUE(agency.verified().sound());
}

}  // namespace
}  // namespace relais::test
