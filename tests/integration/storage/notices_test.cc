// SPDX-License-Identifier: Apache-2.0
// Notices and tombstones over PostgreSQL: written with what they follow from, and never lost.
#include "node/storage/notices.h"

#include <gmock/gmock.h>

#include "node/flow/rights.h"
#include "node/flow/tell.h"
#include "node/observers.h"
#include "node/ops/metrics.h"
#include "node/storage/gauges.h"
#include "tests/integration/storage/office.h"

namespace relais::test {
namespace {

using testing::HasSubstr;

Result<uint64_t> object(Office& office, const std::string& reference) {
  return flow::record_right(office.line, Office::caller(), PersonReference(reference),
                            flow::Right::objection, false);
}

struct ToldOnce : testing::TestWithParam<const char*> {};

TEST_P(ToldOnce, a_process_killed_there_tells_every_recipient_once) {
  const std::string database = PrivatePostgres::instance().migrated_database();
  {
    Office office(database);
    office.refer("somebody");
  }
  die_at(database, GetParam(), [](Office& office) { (void)object(office, "somebody"); });
  Office office(database);
  const PersonId person = office.agency.person("somebody");
  const auto told = flow::tell_everybody(office.line);
  ASSERT_TRUE(told) << told.error().message.view() << told.error().where;
  ASSERT_TRUE(flow::tell_everybody(office.line)) << "and again, without harm";
  const auto notices = office.notices.about(person).value();
  ASSERT_EQ(notices.size(), 2u);
  for (const flow::Notice& one : notices) EXPECT_EQ(one.status, "queued");
  EXPECT_EQ(office.count("outbox"), "4") << "two referrals, two notices";
  EXPECT_EQ(office.count("entry"), "5");
  EXPECT_TRUE(office.agency.people.get(person).value().objection);
  EXPECT_TRUE(office.agency.verified().sound());
}
INSTANTIATE_TEST_SUITE_P(notices, ToldOnce,
                         testing::Values("tell.after_record", "tell.before_notice",
                                         "tell.after_notice"),
                         [](const auto& one) {
                           std::string name = one.param;
                           for (char& c : name) c = c == '.' ? '_' : c;
                           return name;
                         });

TEST(ToldNobody, a_process_killed_before_the_record_has_changed_nothing_and_tells_nobody) {
  const std::string database = PrivatePostgres::instance().migrated_database();
  {
    Office office(database);
    office.refer("somebody");
  }
  die_at(database, "tell.before_record", [](Office& office) { (void)object(office, "somebody"); });
  Office office(database);
  const PersonId person = office.agency.person("somebody");
  ASSERT_TRUE(flow::tell_everybody(office.line));
  EXPECT_TRUE(office.notices.about(person).value().empty());
  EXPECT_EQ(office.count("outbox"), "2") << "the two referrals";
  EXPECT_FALSE(office.agency.people.get(person).value().objection);
  EXPECT_TRUE(office.agency.verified().sound());
}

struct Noticing : testing::Test {
  // A referral that came from a peer.
  flow::Draft received(const std::string& handle, uint64_t sequence) {
    flow::Draft draft = office.agency.draft(PersonId(office.agency.uuid()));
    draft.new_person = true;
    draft.shared.event = ledger::Event::received;
    draft.referral = office.received(handle, draft.person);
    draft.referral->sequence_in = sequence;
    draft.referral->body = "what came";
    return draft;
  }
  flow::Draft stop(const std::string& handle, uint64_t sequence, bool unknown) {
    flow::Draft draft = office.agency.draft(PersonId{});
    draft.stop = flow::Tombstone{AgencyId("dep-38"), Handle(handle), sequence,
                                 office.agency.clock.now() + std::chrono::hours{24}, unknown};
    return draft;
  }
  Result<flow::AppendOutcome> append(flow::Draft draft) {
    return office.agency.appender->append(std::move(draft));
  }
  Office office{PrivatePostgres::instance().migrated_database()};
};

TEST_F(Noticing, a_tombstone_beats_a_referral_of_a_lower_number_that_comes_later) {
  ASSERT_NE(appended(append(stop("h1", 2, true))), nullptr);
  EXPECT_TRUE(office.notices.stopped(AgencyId("dep-38"), Handle("h1"), 1).value());
  EXPECT_FALSE(office.notices.stopped(AgencyId("dep-38"), Handle("h1"), 2).value());
  EXPECT_FALSE(office.notices.stopped(AgencyId("dep-69"), Handle("h1"), 1).value())
      << "another pair's handle is another handle";
  EXPECT_NE(outcome_as<flow::Moved>(append(received("h1", 1))), nullptr);
  EXPECT_NE(appended(append(received("h1", 3))), nullptr);
  EXPECT_NE(appended(append(received("h2", 1))), nullptr);
}

TEST_F(Noticing, a_referral_and_its_tombstone_at_the_same_moment_never_both_stand) {
  for (int round = 0; round < 20; ++round) {
    const std::string handle = "h" + std::to_string(round);
    const auto outcomes = office.agency.appender->append_all(
        {received(handle, 1), stop(handle, 2, true), received(handle, 1)});
    int filed = 0;
    for (const size_t one : {size_t{0}, size_t{2}}) {
      filed += std::holds_alternative<flow::Appended>(outcomes[one].value()) ? 1 : 0;
    }
    const bool stopped = std::holds_alternative<flow::Appended>(outcomes[1].value());
    EXPECT_TRUE(stopped ? filed == 0 : filed > 0) << handle;
  }
  EXPECT_TRUE(office.agency.verified().sound());
}

TEST_F(Noticing, a_tombstone_never_goes_back_and_is_forgotten_when_it_has_run_out) {
  ASSERT_NE(appended(append(stop("h1", 5, false))), nullptr);
  ASSERT_NE(appended(append(stop("h1", 2, false))), nullptr);
  EXPECT_TRUE(office.notices.stopped(AgencyId("dep-38"), Handle("h1"), 4).value());
  ASSERT_TRUE(office.notices.forget(office.agency.clock.now()));
  EXPECT_EQ(office.count("tombstone"), "1");
  ASSERT_TRUE(office.notices.forget(office.agency.clock.now() + std::chrono::hours{25}));
  EXPECT_EQ(office.count("tombstone"), "0");
}

TEST_F(Noticing, a_right_whose_person_has_another_entry_meanwhile_is_decided_again) {
  office.refer("somebody");
  flow::Draft draft = office.agency.draft(office.agency.person("somebody"));
  draft.as_of_seq = 1;
  EXPECT_NE(outcome_as<flow::Stale>(append(draft)), nullptr);
  draft.as_of_seq = 2;
  EXPECT_NE(appended(append(draft)), nullptr);
}

TEST_F(Noticing, the_first_answer_stays_and_the_order_is_the_referrals_own) {
  office.refer("somebody");
  ASSERT_TRUE(object(office, "somebody"));
  const PersonId person = office.agency.person("somebody");
  const auto notices = office.notices.about(person).value();
  const auto claimed = office.agency.outbox.claim(10, std::chrono::seconds{5}, {}).value();
  EXPECT_EQ(claimed.messages.size(), 1u) << "the referral goes first, or is stopped first";
  for (const DisclosureId& id : claimed.messages) {
    for (const flow::Notice& one : notices) EXPECT_NE(id, one.id);
  }
  const flow::Notice& notice = notices[0];
  const Instant now = office.agency.clock.now();
  ASSERT_TRUE(office.notices.answered(notice.id, "stopped", "", now));
  ASSERT_TRUE(office.notices.answered(notice.id, "undeliverable", "", std::nullopt));
  EXPECT_EQ(office.notices.about(person).value()[0].status, "stopped");
  EXPECT_EQ(office.notices.about(person).value()[0].answered, now);
}

TEST_F(Noticing, what_is_corrected_is_sealed_as_the_row_is_and_read_again) {
  flow::Draft came = received("h1", 1);
  const ReferralId id = came.referral->id;
  const PersonId person = came.person;
  ASSERT_NE(appended(append(std::move(came))), nullptr);
  flow::Draft draft = office.agency.draft(person);
  flow::ReferralChange change;
  change.id = id;
  change.body = "what is right";
  draft.change = change;
  ASSERT_NE(appended(append(std::move(draft))), nullptr);
  EXPECT_EQ(office.agency.referrals.get(id).value()->body, "what is right");
  EXPECT_EQ(office.agency.referrals.get(id).value()->state, "received");
}

TEST_F(Noticing, with_the_person_go_the_notices_and_the_erasures_own_take_their_place) {
  office.refer("gone");
  ASSERT_TRUE(object(office, "gone"));
  EXPECT_EQ(office.count("notice WHERE person IS NOT NULL"), "2");
  ASSERT_TRUE(office.erase("gone"));
  EXPECT_EQ(office.count("notice WHERE person IS NOT NULL"), "0");
  EXPECT_EQ(office.count("notice WHERE erasure IS NOT NULL"), "2");
  EXPECT_EQ(office.count("outbox WHERE person IS NOT NULL"), "0");
  EXPECT_TRUE(office.agency.verified().sound());
}

// A chain of two: a first agency had it erased here; this one had passed it on.
TEST_F(Noticing, missing_deletion_receipt_raises_an_alert) {
  flow::Draft came = received("h1", 1);
  came.filed_under = PersonReference("gone");
  ASSERT_NE(appended(append(std::move(came))), nullptr);
  office.refer("gone");
  ASSERT_EQ(flow::erase_as_told(office.line, AgencyId("dep-38"), Handle("h1")).value(), "");
  ASSERT_TRUE(flow::continue_erasures(office.line));
  const auto erased = office.erase("gone").value();
  const auto& notices = std::get<flow::Erasure>(erased).notices;
  ASSERT_EQ(notices.size(), 2u);
  ASSERT_TRUE(office.notices.answered(notices[0].id, "erased", "", office.agency.clock.now()));

  const auto exposed = [&] {
    ops::Metrics metrics({}, "test");
    show(storage::read_gauges(office.agency.pool).value(), metrics);
    return metrics.expose();
  };
  EXPECT_THAT(exposed(), HasSubstr("relais_notices_unanswered 1"));
  EXPECT_THAT(exposed(), HasSubstr("relais_notices_overdue 0")) << "it still has time";
  const Instant now = office.agency.clock.now();
  EXPECT_TRUE(office.notices.overdue(now, 10).value().empty());

  PrivatePostgres::instance().sql(office.agency.database,
                                  "UPDATE relais.notice SET due_ms = relais.now_ms() - 1");
  EXPECT_THAT(exposed(), HasSubstr("relais_notices_overdue 1"));
  const auto late = office.notices.overdue(now + std::chrono::minutes{1}, 10).value();
  ASSERT_EQ(late.size(), 1u) << "and only who did not answer";
  EXPECT_EQ(late[0].peer, notices[1].peer);
  EXPECT_EQ(late[0].event, ledger::Event::erased);

  ASSERT_TRUE(office.notices.answered(notices[1].id, "erased", "", now));
  EXPECT_THAT(exposed(), HasSubstr("relais_notices_overdue 0")) << "the receipt came";
  EXPECT_TRUE(office.notices.overdue(now + std::chrono::minutes{1}, 10).value().empty());
}

TEST_F(Noticing, who_cannot_be_reached_is_an_alert_at_once) {
  office.refer("gone");
  const auto erased = office.erase("gone").value();
  const auto& notice = std::get<flow::Erasure>(erased).notices[0];
  ASSERT_TRUE(office.notices.answered(notice.id, "undeliverable", "", std::nullopt));
  EXPECT_EQ(office.notices.overdue(office.agency.clock.now(), 10).value().size(), 1u);
  EXPECT_EQ(storage::read_gauges(office.agency.pool).value().notices_overdue, 1u);
}

}  // namespace
}  // namespace relais::test
