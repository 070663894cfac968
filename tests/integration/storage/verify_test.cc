// SPDX-License-Identifier: Apache-2.0
// Whoever holds the database can change anything in it, and verify names what was changed.
#include <algorithm>

#include "tests/support/stored_agency.h"

namespace relais::test {
namespace {

struct Verify : testing::Test {
  PrivatePostgres& postgres = PrivatePostgres::instance();
  Agency agency{postgres.migrated_database()};
  std::vector<flow::Appended> entries;

  void SetUp() override {
    ASSERT_NE(agency.appender, nullptr) << agency.fault.message.view();
    const PersonId one = agency.person("one");
    const PersonId two = agency.person("two");
    for (int i = 0; i < 6; ++i) {
      const auto outcome =
          agency.appender->append(agency.referral_draft(i % 2 == 0 ? one : two, std::to_string(i)));
      ASSERT_NE(appended(outcome), nullptr);
      entries.push_back(*appended(outcome));
    }
  }
  void as_superuser(const std::string& statement) {
    postgres.sql(agency.database,
                 "SET search_path = relais; ALTER TABLE entry DISABLE TRIGGER only_grows;"
                 "ALTER TABLE checkpoint DISABLE TRIGGER only_grows;" +
                     statement);
  }
  static bool names(const storage::VerifyReport& report, const std::string& where) {
    return std::any_of(report.findings.begin(), report.findings.end(),
                       [&](const storage::Finding& one) { return one.where == where; });
  }
};

TEST_F(Verify, an_untouched_ledger_is_sound_and_counted) {
  const auto report = agency.verified();
  EXPECT_TRUE(report.sound()) << report.findings[0].what.view() << " " << report.findings[0].where;
  EXPECT_EQ(report.entries, 6u);
  EXPECT_EQ(report.checkpoints, 6u);
  EXPECT_EQ(report.bodies, 6u);
  EXPECT_EQ(report.persons, 2u);
  EXPECT_EQ(report.messages, 6u);
  EXPECT_EQ(report.without_body, 0u);
  const auto without_keys = agency.verified(false);
  EXPECT_TRUE(without_keys.sound());
  EXPECT_EQ(without_keys.bodies, 0u);
}

TEST_F(Verify, an_altered_entry_is_named) {
  as_superuser("UPDATE entry SET commitment = decode(repeat('11', 32), 'hex') WHERE index = 3");
  const auto report = agency.verified();
  EXPECT_TRUE(names(report, "checkpoint 4"));
  EXPECT_TRUE(names(report, entries[3].entry.text()));
  EXPECT_FALSE(names(report, "checkpoint 5")) << "one change is one finding in the tree";
  EXPECT_TRUE(names(agency.verified(false), "checkpoint 4"));
}

TEST_F(Verify, an_entry_taken_away_is_named) {
  as_superuser("DELETE FROM entry WHERE index = 2");
  EXPECT_TRUE(names(agency.verified(), "index 2"));
}

TEST_F(Verify, a_tail_cut_off_with_its_checkpoints_is_seen_through_the_bodies) {
  as_superuser("DELETE FROM entry WHERE index = 5; DELETE FROM checkpoint WHERE size = 6");
  EXPECT_TRUE(names(agency.verified(), entries[5].entry.text()));
}

TEST_F(Verify, a_body_taken_from_a_living_person_is_seen) {
  as_superuser("DELETE FROM body WHERE entry = '" + entries[2].entry.text() + "'");
  const auto report = agency.verified();
  EXPECT_TRUE(names(report, entries[4].entry.text()));
  EXPECT_EQ(report.without_body, 1u);
}

TEST_F(Verify, the_last_body_of_a_person_taken_away_is_seen) {
  as_superuser("DELETE FROM body WHERE entry = '" + entries[4].entry.text() + "'");
  EXPECT_FALSE(agency.verified().sound());
}

TEST_F(Verify, an_altered_checkpoint_is_named) {
  as_superuser(
      "UPDATE checkpoint SET note = replace(note, 'relais', 'other') || 'x' WHERE size = 2;"
      "UPDATE checkpoint SET root = decode(repeat('22', 32), 'hex') WHERE size = 5");
  const auto report = agency.verified();
  EXPECT_TRUE(names(report, "checkpoint 2"));
  EXPECT_TRUE(names(report, "checkpoint 5"));
  EXPECT_FALSE(names(report, "checkpoint 6"));
}

TEST_F(Verify, a_message_that_names_no_entry_is_named) {
  as_superuser("UPDATE outbox SET entry = gen_random_uuid() WHERE index = 1");
  EXPECT_FALSE(agency.verified(false).sound());
}

TEST_F(Verify, the_account_refuses_what_was_altered) {
  as_superuser("UPDATE entry SET commitment = decode(repeat('11', 32), 'hex') WHERE index = 3");
  const auto two = agency.people.find(PersonReference("two"));
  EXPECT_EQ(agency.account.entries((*two)->id).error().kind, FaultKind::corrupt);
  const auto one = agency.people.find(PersonReference("one"));
  EXPECT_TRUE(agency.account.entries((*one)->id).has_value());
}

TEST_F(Verify, an_appender_does_not_go_on_from_a_head_it_cannot_derive) {
  as_superuser(
      "UPDATE checkpoint SET frontier = (SELECT frontier FROM checkpoint WHERE size = 5)"
      " WHERE size = 6");
  const PersonId person = agency.person("one");
  EXPECT_EQ(agency.appender->append(agency.draft(person)).error().kind, FaultKind::corrupt);
  EXPECT_TRUE(agency.appender->halted());
  EXPECT_EQ(agency.appender->append(agency.draft(person)).error().kind, FaultKind::corrupt);
  Agency restarted(agency.database);
  EXPECT_EQ(restarted.appender, nullptr);
  EXPECT_EQ(restarted.fault.kind, FaultKind::corrupt);
}

TEST_F(Verify, an_appender_does_not_go_on_from_another_keys_checkpoint) {
  agency.signer = signer_of('x');
  Agency stranger(agency.database);
  EXPECT_NE(stranger.appender, nullptr);
  storage::Wake wake;
  const auto refused = storage::Appender::start(agency.writers, agency.keyring, agency.signer,
                                                agency.directory, wake, {});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, FaultKind::corrupt);
}

TEST_F(Verify, an_appender_does_not_go_on_when_entries_stand_beyond_the_checkpoint) {
  as_superuser(
      "INSERT INTO entry VALUES ((SELECT max(id) FROM ledger), 6, gen_random_uuid(),"
      " decode(repeat('33', 32), 'hex'))");
  EXPECT_EQ(agency.appender->append(agency.draft(agency.person("one"))).error().kind,
            FaultKind::corrupt);
  EXPECT_TRUE(names(agency.verified(), "index 6"));
}

}  // namespace
}  // namespace relais::test
