// SPDX-License-Identifier: Apache-2.0
// Many callers, two appenders, and a database that goes away at the worst moments.
#include <atomic>
#include <future>
#include <random>
#include <set>
#include <thread>

#include "tests/support/at_step.h"
#include "tests/support/stored_agency.h"

namespace relais::test {
namespace {

using std::chrono::milliseconds;

PrivatePostgres& postgres() { return PrivatePostgres::instance(); }

void end_backends(const std::string& database) {
  postgres().sql("postgres",
                 "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" +
                     database + "' AND usename = 'relais_node'");
}

// Appends from many threads; returns the indexes that were answered.
std::multiset<uint64_t> append_from(std::vector<Agency*> agencies, int threads, int each) {
  std::mutex mutex;
  std::multiset<uint64_t> indexes;
  std::vector<std::thread> callers;
  for (int t = 0; t < threads; ++t) {
    callers.emplace_back([&, t] {
      Agency& agency = *agencies[static_cast<size_t>(t) % agencies.size()];
      const PersonId person = agency.person("person " + std::to_string(t % 7));
      for (int i = 0; i < each; ++i) {
        const auto outcome = agency.appender->append(
            agency.referral_draft(person, std::to_string(t) + "." + std::to_string(i)));
        const flow::Appended* entry = appended(outcome);
        const std::scoped_lock lock(mutex);
        if (entry != nullptr) indexes.insert(entry->index);
      }
    });
  }
  for (auto& caller : callers) caller.join();
  return indexes;
}

void expect_contiguous(const std::multiset<uint64_t>& indexes, uint64_t count) {
  EXPECT_EQ(indexes.size(), count);
  uint64_t expected = 0;
  for (const uint64_t index : indexes) EXPECT_EQ(index, expected++);
}

TEST(GroupCommit, sixty_four_callers_get_one_contiguous_ledger_in_few_commits) {
  Agency agency(postgres().migrated_database());
  ASSERT_NE(agency.appender, nullptr) << agency.fault.message.view();
  expect_contiguous(append_from({&agency}, 64, 10), 640);
  const auto report = agency.verified();
  EXPECT_TRUE(report.sound());
  EXPECT_EQ(report.entries, 640u);
  EXPECT_LT(report.checkpoints, 320u);
}

TEST(GroupCommit, two_appenders_on_one_database_write_one_chain) {
  const std::string database = postgres().migrated_database();
  Agency one(database);
  Agency two(database);
  ASSERT_NE(one.appender, nullptr);
  ASSERT_NE(two.appender, nullptr);
  expect_contiguous(append_from({&one, &two}, 16, 15), 240);
  const auto report = one.verified();
  EXPECT_TRUE(report.sound());
  EXPECT_EQ(report.entries, 240u);
}

TEST(GroupCommit, a_bad_draft_does_not_spoil_the_batch_it_is_in) {
  Agency agency(postgres().migrated_database());
  const PersonId person = agency.person("dossier");
  const flow::Draft before = agency.draft(person);
  ASSERT_NE(appended(agency.appender->append(before)), nullptr);
  std::atomic<int> written{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> callers;
  const AtStep gather("append.before_begin",
                      [] { std::this_thread::sleep_for(milliseconds{100}); });
  for (int i = 0; i < 20; ++i) {
    callers.emplace_back([&, i] {
      flow::Draft draft = agency.draft(person);
      if (i % 5 == 0) draft.shared.entry_id = before.shared.entry_id;
      agency.appender->append(draft) ? ++written : ++refused;
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(written, 16);
  EXPECT_EQ(refused, 4);
  EXPECT_TRUE(agency.verified().sound());
  EXPECT_EQ(agency.verified().entries, 17u);
}

TEST(GroupCommit, a_full_queue_refuses_at_once_and_the_rest_is_written) {
  storage::AppenderSettings settings;
  settings.max_queue = 4;
  settings.max_batch = 2;
  Agency agency(postgres().migrated_database(), settings);
  const PersonId person = agency.person("dossier");
  std::atomic<int> written{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> callers;
  const AtStep slow("append.before_begin", [] { std::this_thread::sleep_for(milliseconds{300}); });
  for (int i = 0; i < 30; ++i) {
    callers.emplace_back([&] {
      const auto outcome = agency.appender->append(agency.draft(person));
      if (outcome) ++written;
      if (!outcome && outcome.error().kind == FaultKind::exhausted) ++refused;
    });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(written + refused, 30);
  EXPECT_GT(refused, 0);
  EXPECT_EQ(agency.verified().entries, static_cast<uint64_t>(written));
}

struct AtStepName : testing::TestWithParam<const char*> {};

TEST_P(AtStepName, a_backend_killed_there_leaves_exactly_one_entry) {
  Agency agency(postgres().migrated_database());
  const PersonId person = agency.person("dossier");
  const AtStep kill(GetParam(), [&] { end_backends(agency.database); });
  const auto outcome = agency.appender->append(agency.referral_draft(person, "key"));
  EXPECT_NE(appended(outcome), nullptr);
  const auto report = agency.verified();
  EXPECT_EQ(report.entries, 1u);
  EXPECT_EQ(report.messages, 1u);
  EXPECT_TRUE(report.sound());
}
INSTANTIATE_TEST_SUITE_P(Steps, AtStepName,
                         testing::Values("append.before_begin", "append.before_commit",
                                         "append.after_commit", "append.before_answer"));

// Commits wait for a standby that is not there, until it is dropped.
struct Standby {
  Standby() {
    postgres().sql("postgres", "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    postgres().sql("postgres", "SELECT pg_reload_conf()");
    std::this_thread::sleep_for(milliseconds{500});  // until every process has read it
  }
  ~Standby() { drop(); }
  void drop() {
    postgres().sql("postgres", "ALTER SYSTEM RESET synchronous_standby_names");
    postgres().sql("postgres", "SELECT pg_reload_conf()");
  }
  // Does that to the backend whose COMMIT waits; false when none came to wait.
  bool interrupt(const std::string& database, const std::string& function) {
    const std::string statement = "SELECT count(" + function +
                                  "(pid)) FROM pg_stat_activity WHERE datname = '" + database +
                                  "' AND wait_event = 'SyncRep'";
    for (int tried = 0; tried < 200; ++tried) {
      if (postgres().sql("postgres", statement) != "0") return true;
      std::this_thread::sleep_for(milliseconds{10});
    }
    return false;
  }
};

void expect_one_of_everything(Agency& agency) {
  const auto report = agency.verified();
  EXPECT_EQ(report.entries, 1u);
  EXPECT_EQ(report.messages, 1u);
  EXPECT_TRUE(report.sound());
}

TEST(InDoubt, a_commit_that_stood_although_its_answer_was_lost_is_found_and_answered_once) {
  Agency agency(postgres().migrated_database());
  const PersonId person = agency.person("dossier");
  Standby standby;
  std::thread meanwhile([&] {
    EXPECT_TRUE(standby.interrupt(agency.database, "pg_terminate_backend"));
    standby.drop();
  });
  const auto outcome = agency.appender->append(agency.referral_draft(person, "key"));
  meanwhile.join();
  EXPECT_NE(appended(outcome), nullptr);
  expect_one_of_everything(agency);
}

TEST(InDoubt, a_commit_that_stopped_waiting_for_the_standby_is_not_answered_until_it_is_durable) {
  Agency agency(postgres().migrated_database());
  const PersonId person = agency.person("dossier");
  Standby standby;
  std::atomic<bool> dropped{false};
  std::thread meanwhile([&] {
    EXPECT_TRUE(standby.interrupt(agency.database, "pg_cancel_backend"));
    std::this_thread::sleep_for(milliseconds{600});
    dropped = true;
    standby.drop();
  });
  const auto outcome = agency.appender->append(agency.referral_draft(person, "key"));
  EXPECT_TRUE(dropped);
  meanwhile.join();
  EXPECT_NE(appended(outcome), nullptr);
  expect_one_of_everything(agency);
}

TEST(InDoubt, while_the_standby_is_away_nobody_is_told_that_it_is_recorded) {
  storage::AppenderSettings settings;
  settings.answer_within = milliseconds{700};
  Agency agency(postgres().migrated_database(), settings);
  const PersonId person = agency.person("dossier");
  Standby standby;
  const flow::Draft draft = agency.referral_draft(person, "key");
  EXPECT_EQ(agency.appender->append(draft).error().kind, FaultKind::unavailable);
  EXPECT_TRUE(agency.outbox.claim(1, milliseconds{1}, {})->messages.empty());
  standby.drop();
  const flow::Draft again = agency.referral_draft(person, "key");
  const auto outcome = agency.appender->append(again);
  const auto* existing = outcome_as<flow::Existing>(outcome);
  ASSERT_NE(existing, nullptr);
  EXPECT_EQ(existing->referral, draft.referral->id);
  expect_one_of_everything(agency);
}

TEST(Away, a_database_that_is_away_is_unavailable_and_found_again_by_itself) {
  Agency agency(postgres().migrated_database());
  const PersonId person = agency.person("dossier");
  ASSERT_NE(appended(agency.appender->append(agency.draft(person))), nullptr);
  postgres().stop();
  EXPECT_EQ(agency.appender->append(agency.draft(person)).error().kind, FaultKind::unavailable);
  EXPECT_EQ(agency.people.get(person).error().kind, FaultKind::unavailable);
  EXPECT_EQ(agency.outbox.claim(1, milliseconds{1000}, {}).error().kind, FaultKind::unavailable);
  postgres().start();
  EXPECT_NE(appended(agency.appender->append(agency.draft(person))), nullptr);
  EXPECT_TRUE(agency.people.get(person).has_value());
  EXPECT_TRUE(agency.verified().sound());
  EXPECT_EQ(agency.verified().entries, 2u);
}

TEST(Away, a_power_cut_in_the_middle_of_a_batch_loses_nothing_that_was_answered) {
  Agency agency(postgres().migrated_database());
  const PersonId person = agency.person("dossier");
  std::promise<void> reached, cut;
  const AtStep there("append.before_commit", [&] {
    reached.set_value();
    cut.get_future().wait();
  });
  std::thread caller(
      [&] { EXPECT_NE(appended(agency.appender->append(agency.draft(person))), nullptr); });
  reached.get_future().wait();
  postgres().stop();
  postgres().start();
  cut.set_value();
  caller.join();
  EXPECT_EQ(agency.verified().entries, 1u);
}

TEST(Away, the_search_path_is_there_after_a_connection_came_back) {
  Agency agency(postgres().migrated_database());
  const PersonId person = agency.person("dossier");
  end_backends(agency.database);
  EXPECT_TRUE(agency.people.get(person).has_value());
  EXPECT_NE(appended(agency.appender->append(agency.draft(person))), nullptr);
}

TEST(Away, connections_killed_at_random_under_load_leave_one_sound_chain) {
  const uint32_t seed = std::random_device{}();
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  const std::string database = postgres().migrated_database();
  Agency one(database);
  Agency two(database);
  std::atomic<bool> done{false};
  std::thread killer([&] {
    std::uniform_int_distribution<int> pause(20, 120);
    while (!done) {
      std::this_thread::sleep_for(milliseconds{pause(random)});
      end_backends(database);
    }
  });
  std::atomic<uint64_t> answered{0};
  std::vector<std::thread> callers;
  for (int t = 0; t < 12; ++t) {
    callers.emplace_back([&, t] {
      Agency& agency = t % 2 == 0 ? one : two;
      const auto person = agency.people.open(PersonReference("p" + std::to_string(t % 3)));
      for (int i = 0; person && i < 30; ++i) {
        const auto outcome = agency.appender->append(agency.draft(person->id));
        if (outcome) ++answered;
      }
    });
  }
  for (auto& caller : callers) caller.join();
  done = true;
  killer.join();
  const auto report = one.verified();
  EXPECT_TRUE(report.sound()) << report.findings[0].what.view() << " " << report.findings[0].where;
  EXPECT_GE(report.entries, answered);
  EXPECT_GT(answered, 0u);
  EXPECT_FALSE(one.appender->halted());
}

TEST(Closing, an_appender_that_ends_writes_what_is_queued) {
  Agency agency(postgres().migrated_database());
  const PersonId person = agency.person("dossier");
  std::atomic<int> written{0};
  std::promise<void> reached;
  const AtStep slow("append.before_begin", [&] {
    reached.set_value();
    std::this_thread::sleep_for(milliseconds{500});
  });
  std::vector<std::thread> callers;
  const auto call = [&] {
    if (agency.appender->append(agency.draft(person))) ++written;
  };
  callers.emplace_back(call);
  reached.get_future().wait();
  for (int i = 0; i < 9; ++i) callers.emplace_back(call);
  for (int tried = 0; agency.appender->queued() < 9 && tried < 400; ++tried) {
    std::this_thread::sleep_for(milliseconds{1});
  }
  agency.appender.reset();
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(written, 10);
  EXPECT_EQ(agency.verified().entries, 10u);
}

}  // namespace
}  // namespace relais::test
