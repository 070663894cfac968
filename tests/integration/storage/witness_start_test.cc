// SPDX-License-Identifier: Apache-2.0
// What a node does at its start, over the database it finds: its own, an old backup, an empty one,
// another history. And cover leaves.
#include "tests/integration/storage/witnesses.h"

namespace relais::test {
namespace {

using flow::Signing;

struct AStart : Witnesses {
  Signing begin(const ledger::WitnessPolicy& believed,
                std::chrono::milliseconds patience = std::chrono::milliseconds{400}) {
    std::mutex mutex;
    std::condition_variable changed;
    Signing last = Signing::asking;
    flow::RoundSettings settings;
    settings.first_within = patience;
    settings.first_again = std::chrono::milliseconds{20};
    settings.every = std::chrono::milliseconds{20};
    const flow::WitnessRounds rounds(
        {believed, agency.signer, own, witness.logs, witness, witness, heard, witness.clock},
        settings, [&](Signing signing) {
          agency.appender->sign(signing);
          const std::scoped_lock lock(mutex);
          last = signing;
          changed.notify_all();
        });
    std::unique_lock lock(mutex);
    changed.wait_for(lock, std::chrono::seconds{10}, [&] { return last != Signing::asking; });
    return last;
  }
  // The same key over a database that lacks the newest entries: an old backup, restored.
  void restore_old_backup() {
    append(agency, person);
    restore_old_backup(witness);
  }
  void restore_old_backup(AWitness& seen_by) {
    const std::string backup = agency.database + "_old";
    auto& postgres = PrivatePostgres::instance();
    agency.appender.reset();
    postgres.sql("postgres",
                 "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                 " WHERE datname = '" +
                     agency.database + "'");
    postgres.sql("postgres", "CREATE DATABASE " + backup + " TEMPLATE " + agency.database);
    Agency again(agency.database);
    append(again, person);
    append(again, person);
    storage::OwnLog newer{again.pool};
    const auto believed = policy_of(seen_by);
    ASSERT_EQ(flow::ask_witnesses({believed, again.signer, newer, witness.logs, seen_by, seen_by,
                                   heard, witness.clock},
                                  {})
                  .answered.size(),
              1U);
    restored = std::make_unique<Agency>(backup);
  }
  std::unique_ptr<Agency> restored;
};

TEST_F(AStart, signs_nothing_until_a_witness_has_answered) {
  agency.appender->sign(Signing::asking);
  const auto refused = agency.appender->append(agency.draft(person));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, FaultKind::unavailable);
  EXPECT_EQ(begin(policy()), Signing::allowed);
  EXPECT_FALSE(heard.alone);
  append(agency, person);
}

TEST_F(AStart, goes_on_when_none_answers_in_time_says_so_and_keeps_asking) {
  witness.away = true;
  EXPECT_EQ(begin(policy()), Signing::allowed);
  EXPECT_TRUE(heard.alone);
  EXPECT_GT(heard.hindrances, 1);
  append(agency, person);
}

TEST_F(AStart, does_not_take_a_database_that_is_away_for_witnesses_that_are_silent) {
  struct Away final : flow::OwnLog {
    explicit Away(flow::OwnLog& log) : behind(log) {}
    Result<flow::LogHead> newest(const std::string& origin) override {
      ++looks;
      if (away) return fail(FaultKind::unavailable, "away");
      return behind.newest(origin);
    }
    Result<ledger::Proof> consistency(const std::string& origin, uint64_t from,
                                      uint64_t to) override {
      return behind.consistency(origin, from, to);
    }
    Result<Digest> root_at(const std::string& origin, uint64_t size) override {
      return behind.root_at(origin, size);
    }
    Result<uint64_t> cosigned(const std::string& origin, const std::string& key) override {
      return behind.cosigned(origin, key);
    }
    Result<void> keep(const flow::Cosigned& one) override { return behind.keep(one); }
    Result<void> stop(const flow::Contradiction& one) override { return behind.stop(one); }
    Result<bool> stopped(const std::string& origin) override { return behind.stopped(origin); }
    flow::OwnLog& behind;
    std::atomic<bool> away{true};
    std::atomic<int> looks{0};
  };
  restore_old_backup();
  storage::OwnLog old{restored->pool};
  Away log{old};
  std::atomic<Signing> last{Signing::asking};
  flow::RoundSettings settings;
  settings.first_within = std::chrono::milliseconds{50};
  settings.first_again = std::chrono::milliseconds{20};
  const auto believed = policy("exchange:agency-a");
  const flow::WitnessRounds rounds(
      {believed, restored->signer, log, witness.logs, witness, witness, heard, witness.clock},
      settings, [&](Signing signing) { last = signing; });
  while (log.looks < 10) std::this_thread::sleep_for(std::chrono::milliseconds{10});
  EXPECT_EQ(last.load(), Signing::asking);
  log.away = false;  // and it is the old backup
  for (int i = 0; i < 1000 && last == Signing::asking; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  EXPECT_EQ(last.load(), Signing::contradicted);
}

TEST_F(AStart, over_an_old_backup_signs_nothing_any_more_in_any_process) {
  restore_old_backup();
  storage::OwnLog old{restored->pool};
  for (const char* place : {"http://witness", "exchange:agency-a"}) {
    const auto believed = policy(place);
    const auto outcome = flow::ask_witnesses(
        {believed, restored->signer, old, witness.logs, witness, witness, heard, witness.clock},
        {});
    EXPECT_TRUE(outcome.contradicted) << place;
    EXPECT_EQ(heard.kind, std::string(place).starts_with("http") ? "ahead said" : "ahead proven");
  }
  EXPECT_TRUE(old.stopped(kOrigin).value());
  const auto refused = restored->appender->append(restored->draft(restored->person("dossier")));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, FaultKind::precondition) << "even by a process nobody told";
  EXPECT_EQ(old.newest(kOrigin)->size, 1U);
  EXPECT_THAT(alarms(), testing::HasSubstr("rollback"));
}

TEST_F(AStart, over_an_empty_database_of_a_ledger_that_was_witnessed_signs_nothing) {
  append(agency, person);
  ASSERT_EQ(round(policy()).answered.size(), 1U);
  Agency empty(PrivatePostgres::instance().migrated_database());
  storage::OwnLog nothing{empty.pool};
  const auto believed = policy("exchange:agency-a");
  EXPECT_TRUE(flow::ask_witnesses({believed, empty.signer, nothing, witness.logs, witness, witness,
                                   heard, witness.clock},
                                  {})
                  .contradicted);
  EXPECT_EQ(heard.kind, "ahead proven");
}

TEST_F(AStart, over_another_history_is_told_apart_and_a_steward_must_say_why_it_ends) {
  append(agency, person);
  ASSERT_EQ(round(policy()).answered.size(), 1U);
  const auto other = twin(4);
  storage::OwnLog others{other->pool};
  const auto believed = policy("exchange:agency-a");
  EXPECT_TRUE(flow::ask_witnesses({believed, other->signer, others, witness.logs, witness, witness,
                                   heard, witness.clock},
                                  {})
                  .contradicted);
  EXPECT_EQ(heard.kind, "different proven");
  // The next ledger is opened; the stopped one is ended with a reason, at what it has.
  const auto next = *ledger::Ed25519Signer::make(
      "agency-a.example/disclosures/2026b", ledger::SignatureType::ed25519,
      *ledger::PrivateKey::from_seed(std::string(32, 'n')));
  storage::Pool pool{pool_of(other->database, 1)};
  ASSERT_TRUE(
      storage::Appender::start(pool, other->keyring, next, other->directory, other->wake, {}));
  EXPECT_EQ(storage::seal_ledger(other->pool, other->signer.verifier()).error().where, "reason");
  EXPECT_EQ(storage::seal_ledger(other->pool, other->signer.verifier(), "restored a backup")->size,
            4U);
}

// The witness holds what this ledger was, and the leaves are not that any more: without this the
// ledger would be stopped for good, and its backup with it.
TEST_F(AStart, over_leaves_that_rot_signs_nothing_and_takes_it_for_no_other_history) {
  append(agency, person);
  ASSERT_EQ(round(policy()).answered.size(), 1U);
  append(agency, person);
  const std::string flip =
      "ALTER TABLE relais.entry DISABLE TRIGGER only_grows; UPDATE relais.entry"
      " SET commitment = set_byte(commitment, 3, get_byte(commitment, 3) # 1) WHERE index = 0;"
      " ALTER TABLE relais.entry ENABLE ALWAYS TRIGGER only_grows";
  PrivatePostgres::instance().sql(agency.database, flip);
  const std::string peer = "exchange:agency-a";
  const auto outcome = round(policy(peer));
  EXPECT_TRUE(outcome.damaged);
  EXPECT_FALSE(outcome.contradicted);
  EXPECT_EQ(begin(policy(peer)), Signing::damaged);
  EXPECT_EQ(agency.appender->append(agency.draft(person)).error().kind, FaultKind::corrupt);
  EXPECT_FALSE(own.stopped(kOrigin).value());
  PrivatePostgres::instance().sql(agency.database, flip);
  EXPECT_EQ(begin(policy(peer)), Signing::allowed) << "with the leaf as it was";
  append(agency, person);
}

TEST_F(AStart, hears_a_witness_that_came_late_though_the_backup_says_it_cosigned_all_there_is) {
  AWitness late{'v', agency.signer.verifier()};
  const auto believed =
      ledger::WitnessPolicy::parse("witness w " + witness.key.verifier().text() +
                                   " http://witness\n" + "witness v " + late.key.verifier().text() +
                                   " exchange:agency-a\n" + "group any any w v\nquorum any\n")
          .value();
  const auto ask = [&](Agency& of, const flow::WitnessNames& names) {
    storage::OwnLog log{of.pool};
    return flow::ask_witnesses(
        {believed, of.signer, log, witness.logs, late, witness, heard, witness.clock}, names);
  };
  append(agency, person);
  ASSERT_EQ(ask(agency, {}).answered.size(), 2U);
  restore_old_backup(late);  // the newest entries were seen by the second witness alone
  late.away = true;
  EXPECT_EQ(ask(*restored, {}).answered, flow::WitnessNames{"w"});
  late.away = false;
  EXPECT_TRUE(ask(*restored, {"w"}).contradicted) << "before anything is signed again";
}

TEST_F(AStart, of_a_ledger_that_was_contradicted_before_asks_nobody) {
  append(agency, person);
  ASSERT_TRUE(own.stop({kOrigin, "ahead", "w", 9, "note"}));
  EXPECT_EQ(begin(policy()), Signing::contradicted);
  EXPECT_TRUE(witness.observer.answers.empty());
  const auto refused = agency.appender->append(agency.draft(person));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, FaultKind::precondition);
}

TEST(Cover, fills_every_batch_up_and_a_beat_without_entries_too) {
  storage::AppenderSettings settings;
  settings.cover = 8;
  settings.cadence = std::chrono::milliseconds{200};
  Agency agency(PrivatePostgres::instance().migrated_database(), settings);
  const auto one = agency.appender->append(agency.draft(agency.person("dossier")));
  ASSERT_NE(appended(one), nullptr);
  const auto opened =
      ledger::open_checkpoint(appended(one)->checkpoint, agency.signer.verifier()).value();
  EXPECT_EQ(opened.checkpoint().size % 8, 0U);
  const Digest leaf = ledger::leaf_hash(ledger::commitment_from(appended(one)->shared_bytes,
                                                                appended(one)->shared_opening,
                                                                appended(one)->private_commitment)
                                            .leaf_data());
  EXPECT_TRUE(ledger::verify_inclusion(appended(one)->index, opened.checkpoint().size, leaf,
                                       appended(one)->proof, opened.checkpoint().root));
  storage::OwnLog own{agency.pool};
  const uint64_t before = own.newest(kOrigin)->size;
  for (int i = 0; i < 100 && own.newest(kOrigin)->size < before + 16; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  EXPECT_GE(own.newest(kOrigin)->size, before + 16);
  EXPECT_EQ(own.newest(kOrigin)->size % 8, 0U);
  agency.appender.reset();
  const auto report = agency.verified();
  EXPECT_TRUE(report.sound());
  EXPECT_EQ(report.bodies, 1U);
}

}  // namespace
}  // namespace relais::test
