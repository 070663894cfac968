// SPDX-License-Identifier: Apache-2.0
// Statements that are sent together: what happens to all of them when something happens to one, and
// to the connection they went over, which is the next borrower's.
#include "node/storage/pipeline.h"

#include "node/storage/transact.h"
#include "tests/support/stored_agency.h"

namespace relais::test {
namespace {

using storage::Answers;
using storage::Pipeline;
using storage::TwoTrips;
using storage::Work;

const storage::Statement kPut{"pipeline_test_put",
                              "INSERT INTO public.kept (id, body) VALUES ($1, $2)"};
const storage::Statement kChange{"pipeline_test_change",
                                 "UPDATE public.kept SET body = $2 WHERE id = $1"};
const storage::Statement kCount{"pipeline_test_count", "SELECT count(*) FROM public.kept"};
const storage::Statement kAll{"pipeline_test_all",
                              "SELECT id, body, NULL FROM public.kept ORDER BY id"};
const storage::Statement kMustChange{"pipeline_test_must_change",
                                     "SELECT relais.require_changed($1, $2, $3)"};
const storage::Statement kEndSelf{"pipeline_test_end",
                                  "UPDATE public.kept SET body = NULL"
                                  " WHERE pg_terminate_backend(pg_backend_pid())"};

struct Together : testing::Test {
  Together() {
    sql("CREATE TABLE public.kept (id int PRIMARY KEY, body bytea);"
        " GRANT ALL ON public.kept TO relais_node; INSERT INTO public.kept VALUES (0, '')");
  }
  std::string sql(const std::string& text) {
    return PrivatePostgres::instance().sql(database, text);
  }
  std::string kept() { return sql("SELECT string_agg(id::text, ' ' ORDER BY id) FROM kept"); }
  Result<void> send(const Pipeline& writes) {
    return storage::transact(pool, [&](Work& work) -> Result<void> {
      writes.send(work);
      return {};
    });
  }
  static void put(Pipeline& writes, int32_t id, const Bytes& body = "x") {
    writes.add(kPut, id, storage::bytea(body));
  }
  template <class F>
  auto begun(const Pipeline& opening, F work) {
    return storage::transact(
        pool, [&] { return opening; }, std::move(work));
  }
  // In two trips, with an opening that writes nothing.
  Result<void> commit_with(const Pipeline& writes) {
    Pipeline opening;
    opening.add(kCount);
    return begun(opening, [&](TwoTrips& work, const Answers&) -> Result<void> {
      work.commit_with(writes);
      return {};
    });
  }
  static Pipeline one_more(int32_t id) {
    Pipeline writes;
    put(writes, id);
    return writes;
  }
  // The only connection of the pool does as before, and is in no transaction.
  void expect_usable() {
    Pipeline writes;
    put(writes, 99);
    const auto sent = send(writes);
    EXPECT_TRUE(sent) << sent.error().message.c_str();
    EXPECT_NE(kept().find("99"), std::string::npos);
    EXPECT_EQ(sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                  " AND state LIKE 'idle in transaction%'"),
              "0");
  }

  const std::string database = PrivatePostgres::instance().migrated_database();
  storage::Pool pool{pool_of(database, 1)};
};

TEST_F(Together, all_are_written_and_in_their_order) {
  Pipeline writes;
  for (int32_t id = 1; id <= 20; ++id) put(writes, id);
  for (int32_t id = 1; id <= 20; ++id) {
    writes.add(kChange, id, storage::bytea(Bytes("\0y", 2)));
  }
  ASSERT_TRUE(send(writes));
  EXPECT_EQ(sql("SELECT count(*) FROM kept WHERE body = '\\x0079'"), "20");
  expect_usable();
}

TEST_F(Together, more_than_a_socket_holds_is_written) {
  Pipeline writes;
  for (int32_t id = 1; id <= 8; ++id) put(writes, id, Bytes(4'000'000, static_cast<char>(id)));
  ASSERT_TRUE(send(writes));
  EXPECT_EQ(sql("SELECT sum(length(body)) FROM kept"), "32000000");
  expect_usable();
}

TEST_F(Together, nothing_at_all_may_be_sent) {
  EXPECT_TRUE(send(Pipeline{}));
  expect_usable();
}

TEST_F(Together, each_sees_what_the_one_before_it_did_and_the_answers_are_in_their_order) {
  Pipeline opening;
  const size_t before = opening.add(kCount);
  put(opening, 1);
  const size_t after = opening.add(kCount);
  const size_t all = opening.add(kAll);
  const auto seen =
      begun(opening, [&](TwoTrips& work, const Answers& answers) -> Result<std::string> {
        EXPECT_EQ(answers[before][0][0].as<int64_t>(), 1);
        EXPECT_EQ(answers[after][0][0].as<int64_t>(), 2);
        EXPECT_EQ(answers[all].size(), 2);
        EXPECT_TRUE(answers[all][0][2].is_null());
        EXPECT_EQ(bytes_of(answers[all][1][1]), "x");
        Pipeline writes;
        put(writes, 2, Bytes("\0\\x", 3));
        writes.send(work);
        return answers[all][1][0].as<std::string>();
      });
  ASSERT_TRUE(seen);
  EXPECT_EQ(*seen, "1");
  EXPECT_EQ(kept(), "0 1 2");
  EXPECT_EQ(sql("SELECT body FROM kept WHERE id = 2"), "\\x005c78");
  expect_usable();
}

TEST_F(Together, a_transaction_whose_opening_is_refused_has_done_nothing_and_leaves_none_open) {
  Pipeline opening;
  put(opening, 1);
  put(opening, 0);  // is there
  bool worked = false;
  const auto done = begun(opening, [&](TwoTrips&, const Answers&) -> Result<void> {
    worked = true;
    return {};
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, FaultKind::already_exists);
  EXPECT_FALSE(worked);
  EXPECT_EQ(kept(), "0");
  expect_usable();
  EXPECT_EQ(sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND state LIKE 'idle in transaction%'"),
            "0");
}

TEST_F(Together, a_transaction_whose_work_fails_after_its_opening_leaves_nothing) {
  Pipeline opening;
  put(opening, 1);
  const auto done = begun(opening, [&](TwoTrips&, const Answers&) -> Result<void> {
    return fail(FaultKind::corrupt, "found");
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, FaultKind::corrupt);
  EXPECT_EQ(kept(), "0");
  expect_usable();
}

TEST_F(Together, what_is_not_what_it_is_read_as_is_a_fault) {
  Pipeline opening;
  const size_t all = opening.add(kAll);
  const auto read = [&](const auto& as) {
    return begun(opening, [&](TwoTrips&, const Answers& answers) -> Result<void> {
      as(answers[all][0]);
      return {};
    });
  };
  const std::vector<std::function<void(const storage::Row&)>> wrong{
      [](const storage::Row& row) { row[2].as<std::string>(); },
      [](const storage::Row& row) { bytes_of(row[0]); },
      [](const storage::Row& row) { row[1].as<int64_t>(); }};
  for (const auto& as : wrong) {
    const auto done = read(as);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, FaultKind::internal);
  }
  expect_usable();
}

TEST_F(Together, one_that_is_refused_leaves_nothing_and_says_why) {
  Pipeline writes;
  put(writes, 1);
  put(writes, 0);  // is there
  put(writes, 2);
  for (const auto& sent : {send(writes), commit_with(writes)}) {
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().kind, FaultKind::already_exists);
    EXPECT_EQ(sent.error().where, "23505");
  }
  EXPECT_EQ(kept(), "0");
  expect_usable();
}

TEST_F(Together, what_must_change_and_is_not_there_is_refused_with_all_that_was_sent_with_it) {
  for (const auto& [state, kind] :
       {std::pair{"RS002", FaultKind::not_found}, std::pair{"RS003", FaultKind::precondition}}) {
    Pipeline writes;
    put(writes, 1);
    writes.add(kMustChange, int64_t{0}, int64_t{1}, state);
    const auto sent = commit_with(writes);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().kind, kind);
    EXPECT_EQ(kept(), "0");
  }
  Pipeline writes;
  put(writes, 1);
  writes.add(kMustChange, int64_t{2}, int64_t{2}, "RS002");
  EXPECT_TRUE(commit_with(writes));
  EXPECT_EQ(kept(), "0 1");
  expect_usable();
}

TEST_F(Together, with_their_commit_they_stand_when_it_returns) {
  Pipeline writes;
  put(writes, 1);
  put(writes, 2);
  ASSERT_TRUE(commit_with(writes));
  EXPECT_EQ(kept(), "0 1 2");
  expect_usable();
}

// libpqxx connects again by itself: there, COMMIT would succeed and nothing stand.
TEST_F(Together, on_a_connection_that_came_back_nothing_is_committed_and_all_is_done_again) {
  for (const bool writes_something : {true, false}) {
    int tries = 0;
    Pipeline writes;
    if (writes_something) put(writes, 1);
    const auto done = begun(writes_something ? Pipeline{} : one_more(2),
                            [&](TwoTrips& work, const Answers&) -> Result<void> {
                              if (++tries == 1) work.conn().disconnect();
                              if (writes_something) work.commit_with(writes);
                              return {};
                            });
    if (writes_something) {
      EXPECT_TRUE(done);
      EXPECT_EQ(tries, 2);
    } else {
      ASSERT_FALSE(done);
      EXPECT_EQ(done.error().kind, FaultKind::in_doubt);
    }
  }
  EXPECT_EQ(kept(), "0 1");
  expect_usable();
}

TEST_F(Together, a_server_that_goes_away_before_their_commit_was_answered_leaves_it_in_doubt) {
  Pipeline writes;
  put(writes, 1);
  writes.add(kEndSelf);
  const auto sent = commit_with(writes);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, FaultKind::in_doubt);
  EXPECT_EQ(kept(), "0");
  expect_usable();
}

TEST_F(Together, a_commit_that_the_server_refuses_is_not_in_doubt) {
  sql("CREATE TABLE public.other (id int PRIMARY KEY); GRANT ALL ON public.other TO relais_node;"
      " ALTER TABLE public.kept ADD FOREIGN KEY (id) REFERENCES public.other"
      " DEFERRABLE INITIALLY DEFERRED NOT VALID");
  Pipeline writes;
  put(writes, 1);
  const auto sent = commit_with(writes);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, FaultKind::precondition);
  EXPECT_EQ(sent.error().where, "23503");
  EXPECT_EQ(kept(), "0");
}

TEST_F(Together, a_server_that_goes_away_in_between_leaves_nothing_and_is_found_again) {
  Pipeline writes;
  put(writes, 1);
  writes.add(kEndSelf);
  put(writes, 2);
  const auto sent = send(writes);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, FaultKind::unavailable);
  EXPECT_EQ(kept(), "0");
  expect_usable();
}

TEST_F(Together, a_text_with_a_nul_is_not_sent_short) {
  const auto sent = storage::transact(pool, [&](Work& work) -> Result<void> {
    Pipeline writes;
    writes.add(kChange, int32_t{0}, std::string("a\0b", 3));
    writes.send(work);
    return {};
  });
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, FaultKind::invalid);
  expect_usable();
}

TEST(AnAppend, is_two_trips_whatever_it_writes) {
  auto& postgres = PrivatePostgres::instance();
  const FarPostgres far(postgres.folder(), std::chrono::microseconds{0});
  Agency agency(postgres.migrated_database(), {}, &far);
  const PersonId person = agency.person("1");
  // The fewest of some: statements are prepared once, plans are dropped now and then.
  const auto fewest_trips = [&](const auto& draft) {
    uint64_t fewest = 100;
    for (int i = 0; i < 5; ++i) {
      const uint64_t before = far.trips();
      EXPECT_NE(appended(agency.appender->append(draft())), nullptr);
      fewest = std::min(fewest, far.trips() - before);
    }
    return fewest;
  };
  EXPECT_EQ(fewest_trips([&] { return agency.draft(person); }), 2u);
  ReferralId id;
  EXPECT_EQ(fewest_trips([&] {
              flow::Draft referral = agency.referral_draft(person, agency.uuid());
              id = referral.referral->id;
              return referral;
            }),
            2u);
  EXPECT_EQ(fewest_trips([&] {
              flow::Draft changed = agency.draft(person);
              changed.change = flow::ReferralChange{};
              changed.change->id = id;
              changed.change->state = "accepted";
              return changed;
            }),
            2u);
}

TEST(AnAppend, with_a_nul_in_a_key_is_refused_alone_and_the_appender_goes_on) {
  Agency agency(PrivatePostgres::instance().migrated_database());
  const PersonId person = agency.person("1");
  std::vector<flow::Draft> drafts;
  drafts.push_back(agency.referral_draft(person, "a"));
  drafts.push_back(agency.referral_draft(agency.person("2"), std::string("b\0c", 3)));
  const auto outcomes = agency.appender->append_all(std::move(drafts));
  EXPECT_NE(appended(outcomes[0]), nullptr);
  ASSERT_FALSE(outcomes[1]);
  EXPECT_EQ(outcomes[1].error().kind, FaultKind::invalid);
  EXPECT_NE(appended(agency.appender->append(agency.draft(person))), nullptr);
}

// Both ways of asking give it one name: libpqxx throws it without its SQLSTATE.
TEST_F(Together, what_the_role_may_not_do_is_a_defect_and_no_outage) {
  const storage::Statement change{"pipeline_test_may_not",
                                  "UPDATE relais.entry SET index = index + 1"};
  Pipeline writes;
  writes.add(change);
  const auto alone = storage::transact(pool, [&](Work& work) -> Result<void> {
    storage::run(work, change);
    return {};
  });
  for (const auto& refused : {alone, send(writes), commit_with(writes)}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, FaultKind::internal);
    EXPECT_EQ(refused.error().where, "42501");
  }
  expect_usable();
}

TEST_F(Together, what_is_not_in_the_answer_is_not_read_as_nothing) {
  Pipeline opening;
  opening.add(kAll);
  for (const auto& at : {std::pair{1, 0}, std::pair{0, 3}}) {
    const auto read = begun(opening, [&](TwoTrips&, const Answers& answers) -> Result<void> {
      EXPECT_FALSE(answers[0][at.first][at.second].is_null());
      return {};
    });
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, FaultKind::internal);
  }
  expect_usable();
}

// Signs badly from when it is told to.
class Spoilt final : public ledger::Signer {
 public:
  const ledger::VerifierKey& verifier() const override { return good_.verifier(); }
  Bytes sign(std::string_view message) const override {
    Bytes signature = good_.sign(message);
    if (spoilt) signature[5] = static_cast<char>(signature[5] ^ 1);
    return signature;
  }
  bool spoilt = false;

 private:
  ledger::Ed25519Signer good_ = signer_of('s');
};

TEST(ASignature, that_does_not_verify_is_not_committed_and_nothing_is_signed_after_it) {
  Agency agency(PrivatePostgres::instance().migrated_database());
  const PersonId person = agency.person("1");
  agency.appender.reset();
  Spoilt signer;
  auto appender = storage::Appender::start(agency.writers, agency.keyring, signer, agency.directory,
                                           agency.wake, {});
  ASSERT_TRUE(appender);
  ASSERT_TRUE((*appender)->append(agency.draft(person)));
  signer.spoilt = true;
  const auto refused = (*appender)->append(agency.draft(person));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, FaultKind::corrupt);
  signer.spoilt = false;
  EXPECT_FALSE((*appender)->append(agency.draft(person)));
  EXPECT_TRUE((*appender)->halted());
  EXPECT_EQ(
      PrivatePostgres::instance().sql(
          agency.database,
          "SELECT (SELECT count(*) FROM relais.entry), (SELECT count(*) FROM relais.checkpoint)"),
      "1|1");
}

}  // namespace
}  // namespace relais::test
