// SPDX-License-Identifier: Apache-2.0
// After each fault the whole ledger re-verifies: no gap, no duplicate, every checkpoint ever
// released consistent with every other, and whatever a peer holds covered by a checkpoint committed
// before it was sent. The same with real nodes, at random: tests/chaos.
#include <random>

#include "tests/integration/ledger/two_agencies.h"
#include "tests/support/at_step.h"

namespace relais::test {
namespace {

using std::chrono::milliseconds;

PrivatePostgres& postgres() { return PrivatePostgres::instance(); }

void end_backends(const std::string& database) {
  postgres().sql("postgres",
                 "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" +
                     database + "' AND usename = 'relais_node'");
}

// Twice: an append whose third COMMIT in a row is lost is refused, and then nothing was let go.
struct ConnectionLost : testing::TestWithParam<const char*> {};

TEST_P(ConnectionLost, under_load_leaves_nothing_wrong) {
  TwoAgencies two;
  const AtStep lose(
      GetParam(), [&] { end_backends(two.sender.database); }, 2);
  two.disclose_from({two.sender.appender.get()}, 8, 5);
  const WatchReport report = two.expect_sound();
  EXPECT_EQ(report.disclosures, 40u);
  EXPECT_LE(AtStep::left, 0) << "it was not lost twice";
}
INSTANTIATE_TEST_SUITE_P(BeforeAndAfterCommit, ConnectionLost,
                         testing::Values("append.before_begin", "append.before_commit",
                                         "append.after_commit"));

TEST(AfterFault, a_postgres_killed_under_load_leaves_nothing_wrong) {
  TwoAgencies two;
  std::atomic<bool> done{false};
  std::thread load([&] {
    two.disclose_from({two.sender.appender.get()}, 8, 60);
    done = true;
  });
  for (int i = 0; i < 3 && !done; ++i) {
    const uint64_t before = two.let_go;
    while (!done && two.let_go < before + 20) std::this_thread::sleep_for(milliseconds{1});
    postgres().kill();
    postgres().start();
  }
  load.join();
  two.expect_sound();
}

TEST(AfterFault, two_replicas_whose_connections_die_at_random_leave_nothing_wrong) {
  const uint32_t seed = std::random_device{}();
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  TwoAgencies two;
  Agency replica(two.sender.database);
  ASSERT_NE(replica.appender, nullptr);
  std::atomic<bool> done{false};
  std::thread killer([&] {
    std::uniform_int_distribution<int> pause(20, 150);
    while (!done) {
      std::this_thread::sleep_for(milliseconds{pause(random)});
      end_backends(two.sender.database);
    }
  });
  two.disclose_from({two.sender.appender.get(), replica.appender.get()}, 8, 30);
  done = true;
  killer.join();
  two.expect_sound();
  EXPECT_FALSE(two.sender.appender->halted());
  EXPECT_FALSE(replica.appender->halted());
}

TEST(AfterFault, a_clock_set_back_an_hour_changes_neither_order_nor_chain) {
  TwoAgencies two;
  const PersonId person = two.sender.person("dossier");
  for (const int hours : {0, -1, 1}) {
    flow::Draft draft = two.sender.draft(person);
    draft.shared.time_claimed_ms += static_cast<uint64_t>(hours * int64_t{3'600'000});
    const auto outcome = two.sender.appender->append(draft);
    ASSERT_NE(appended(outcome), nullptr);
    EXPECT_EQ(appended(outcome)->index, two.let_go * 2);
    EXPECT_TRUE(two.disclose());
  }
  two.expect_sound();
}

// The watch is not blind: each of its four promises, broken on purpose.
struct Broken : testing::Test {
  TwoAgencies two;

  void SetUp() override {
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(two.disclose());
    two.expect_sound();
  }
  void as_superuser(const Agency& agency, const std::string& statement) const {
    postgres().sql(agency.database,
                   "SET search_path = relais; ALTER TABLE entry DISABLE TRIGGER only_grows;"
                   "ALTER TABLE checkpoint DISABLE TRIGGER only_grows;" +
                       statement);
  }
};

TEST_F(Broken, an_entry_altered_by_the_superuser_is_named) {
  const std::string entry =
      postgres().sql(two.sender.database, "SELECT id FROM relais.entry WHERE index = 2");
  as_superuser(two.sender,
               "UPDATE entry SET commitment = set_byte(commitment, 9,"
               " get_byte(commitment, 9) # 1) WHERE index = 2");
  EXPECT_TRUE(two.finds("an entry is not what its body commits to: " + entry));
  EXPECT_TRUE(two.finds("checkpoint 3 is not the root of the entries there are"));
}

TEST_F(Broken, an_entry_that_is_gone_is_seen) {
  as_superuser(two.sender, "DELETE FROM entry WHERE index = 2");
  EXPECT_TRUE(two.finds("a gap or a duplicate before index 3"));
}

TEST_F(Broken, a_released_checkpoint_that_is_not_stored_is_seen) {
  as_superuser(two.sender, "DELETE FROM checkpoint WHERE size = 3");
  EXPECT_TRUE(two.finds("checkpoint 3 was released and is not stored"));
}

TEST_F(Broken, a_tail_that_was_released_and_cut_off_is_seen) {
  as_superuser(two.sender,
               "DELETE FROM entry WHERE index = 4; DELETE FROM checkpoint WHERE size = 5;"
               "DELETE FROM body WHERE entry NOT IN (SELECT id FROM entry)");
  EXPECT_TRUE(two.finds("checkpoint 5 is of more entries than there are"));
}

TEST_F(Broken, a_message_held_by_a_peer_and_recorded_nowhere_is_seen) {
  as_superuser(two.sender, "DELETE FROM outbox WHERE index = 3");
  EXPECT_TRUE(two.finds("is held by siao-69 and was not recorded"));
}

TEST_F(Broken, a_message_under_another_checkpoint_than_its_own_is_seen) {
  as_superuser(two.sender,
               "UPDATE outbox SET checkpoint = (SELECT note FROM checkpoint WHERE size = 2)"
               " WHERE index = 3");
  EXPECT_TRUE(two.finds("is not covered by its checkpoint"));
}

TEST_F(Broken, a_checkpoint_committed_after_its_message_arrived_is_seen) {
  as_superuser(two.sender, "UPDATE checkpoint SET at = now() WHERE size = 4");
  EXPECT_TRUE(two.finds("arrived before its checkpoint was committed"));
}

TEST_F(Broken, an_acknowledged_message_that_nobody_holds_is_seen) {
  as_superuser(two.sender, "UPDATE outbox SET status = 'delivered'");
  as_superuser(two.receiver, "DELETE FROM filed");
  EXPECT_TRUE(two.finds("was acknowledged and nobody holds it"));
}

}  // namespace
}  // namespace relais::test
