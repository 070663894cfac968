// SPDX-License-Identifier: Apache-2.0
// Erasure over PostgreSQL: killed (SIGKILL) at each named step, and then gone on with.
#include "node/storage/erasure.h"

#include <thread>

#include "node/flow/erase.h"
#include "node/flow/receipts.h"
#include "node/ledger/record_file.h"
#include "tests/integration/storage/office.h"

namespace relais::test {
namespace {

struct Killed : testing::TestWithParam<const char*> {};

TEST_P(Killed, there_it_is_gone_on_with_and_the_person_is_erased_once) {
  const std::string database = PrivatePostgres::instance().migrated_database();
  PersonId gone;
  PersonId stays;
  {
    Office office(database);
    office.refer("gone");
    office.refer("stays");
    gone = office.agency.person("gone");
    stays = office.agency.person("stays");
  }
  die_at(database, GetParam(), [](Office& office) { (void)office.erase("gone"); });
  Office office(database);
  if (std::string(GetParam()) == "erase.before_request") {
    EXPECT_TRUE(office.readable(gone)) << "nothing was asked for yet";
    ASSERT_TRUE(office.erase("gone").has_value());
  } else {
    EXPECT_FALSE(office.readable(gone)) << "reads fail closed from the request on";
    ASSERT_TRUE(flow::continue_erasures(office.line));
  }
  ASSERT_TRUE(flow::continue_erasures(office.line)) << "and again, without harm";
  const auto all = office.erasures.newest(10).value();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].state, "shredded");
  ASSERT_EQ(all[0].notices.size(), 2u);
  for (const auto& notice : all[0].notices) EXPECT_EQ(notice.status, "queued");
  EXPECT_EQ(office.count("person"), "1");
  EXPECT_EQ(office.count("erasure_person"), "0");
  EXPECT_EQ(office.count("body WHERE person IS NOT NULL"), "2") << "of the one who stays";
  EXPECT_EQ(office.count("referral"), "2");
  EXPECT_EQ(office.count("submission"), "2");
  EXPECT_EQ(office.count("outbox WHERE person IS NULL"), "2") << "the notices";
  EXPECT_EQ(office.count("entry"), "7") << "4 referrals, 2 notices, 1 erased";
  EXPECT_TRUE(office.readable(stays));
  EXPECT_EQ(office.agency.people.get(gone).error().kind, FaultKind::not_found);
  EXPECT_TRUE(office.agency.verified().sound());
}
INSTANTIATE_TEST_SUITE_P(erasure, Killed,
                         testing::Values("erase.before_request", "erase.after_request",
                                         "erase.before_notice", "erase.after_notice",
                                         "erase.before_destroy", "erase.after_destroy",
                                         "erase.after_entry", "erase.after_shredded"),
                         [](const auto& one) {
                           std::string name = one.param;
                           for (char& c : name) c = c == '.' ? '_' : c;
                           return name;
                         });

struct Shredding : testing::Test {
  Office office{PrivatePostgres::instance().migrated_database()};
};

TEST_F(Shredding, the_person_is_given_a_receipt_that_holds_with_the_ledgers_key_alone) {
  office.refer("gone");
  const auto erased = office.erase("gone").value();
  const auto& erasure = std::get<flow::Erasure>(erased);
  const auto entry = office.erasures.entry(erasure.entry).value();
  const auto receipts = flow::receipts_of(office.line, {entry}).value();
  const auto receipt = ledger::parse_receipt(receipts[0].receipt).value();
  const auto record = ledger::parse_record_file(receipts[0].record).value();
  EXPECT_TRUE(ledger::verify_record(receipt, record, office.agency.signer.verifier()));
  const auto shared = ledger::decode_shared(record.shared_bytes).value();
  EXPECT_EQ(shared.event, ledger::Event::erased);
  EXPECT_EQ(shared.status, "erased");
}

TEST_F(Shredding, what_is_under_way_to_a_peer_is_waited_for_before_the_peer_is_told) {
  office.refer("gone");
  const PersonId gone = office.agency.person("gone");
  ASSERT_FALSE(
      office.agency.outbox.claim(1, std::chrono::milliseconds{700}, {}).value().messages.empty());
  const auto erased = office.erase("gone").value();
  EXPECT_EQ(std::get<flow::Erasure>(erased).state, "shred_requested");
  EXPECT_FALSE(office.readable(gone)) << "closed at once all the same";
  EXPECT_EQ(office.count("outbox"), "0");
  std::this_thread::sleep_for(std::chrono::milliseconds{800});
  ASSERT_TRUE(flow::continue_erasures(office.line));
  EXPECT_EQ(office.erasures.newest(1).value()[0].state, "shredded");
  EXPECT_EQ(office.count("outbox"), "2");
}

TEST_F(Shredding, an_entry_made_meanwhile_is_seen_and_decided_about_again) {
  office.refer("gone");
  const PersonId gone = office.agency.person("gone");
  flow::ErasureRequest request;
  request.id = ErasureId(office.agency.uuid());
  request.entry = EntryId(office.agency.uuid());
  request.reason = "objection";
  request.rows = {{gone, 1}};
  EXPECT_FALSE(office.erasures.request(request).value()) << "it has two entries";
  EXPECT_TRUE(office.readable(gone));
  request.rows = {{gone, 2}};
  EXPECT_TRUE(office.erasures.request(request).value());
  EXPECT_FALSE(office.erasures.request(request).value()) << "closed already";
}

TEST_F(Shredding, a_closed_person_is_an_error_to_every_reader_and_spoils_nobody_elses_batch) {
  office.refer("gone");
  office.refer("stays");
  const PersonId gone = office.agency.person("gone");
  const PersonId stays = office.agency.person("stays");
  flow::ErasureRequest request;
  request.id = ErasureId(office.agency.uuid());
  request.entry = EntryId(office.agency.uuid());
  request.reason = "objection";
  request.rows = {{gone, 2}};
  ASSERT_TRUE(office.erasures.request(request).value());
  EXPECT_EQ(office.agency.account.entries(gone).error().kind, FaultKind::precondition);
  EXPECT_EQ(office.agency.people.get(gone).error().kind, FaultKind::precondition);
  EXPECT_EQ(office.agency.people.find(PersonReference("gone")).error().kind,
            FaultKind::precondition);
  const auto outcomes =
      office.agency.appender->append_all({office.agency.draft(gone), office.agency.draft(stays)});
  ASSERT_FALSE(outcomes[0].has_value());
  EXPECT_EQ(outcomes[0].error().kind, FaultKind::precondition);
  EXPECT_TRUE(outcomes[1].has_value());
  EXPECT_TRUE(office.agency.referrals.inbox("", 10).has_value());
  EXPECT_TRUE(office.agency.verified().sound());
}

TEST_F(Shredding, a_notice_is_loaded_delivered_and_forgotten_when_it_was_answered) {
  office.refer("gone");
  const auto erased = office.erase("gone").value();
  const auto& notice = std::get<flow::Erasure>(erased).notices[0];
  const auto loaded = office.agency.outbox.load({notice.id}).value();
  ASSERT_EQ(loaded.size(), 1u);
  ASSERT_TRUE(loaded[0].message.has_value()) << loaded[0].message.error().message.view();
  EXPECT_TRUE(loaded[0].message->person.id.empty());
  EXPECT_EQ(loaded[0].message->queued.peer, notice.peer);
  ASSERT_TRUE(office.notices.answered(notice.id, "kept", "kept:file:2030-01-01",
                                      office.agency.clock.now()));
  flow::Draft outcome = office.agency.draft(PersonId{});
  outcome.shared.event = ledger::Event::outcome;
  outcome.settled = flow::Settled{notice.id, "refused"};
  ASSERT_NE(appended(office.agency.appender->append(outcome)), nullptr);
  ASSERT_TRUE(flow::continue_erasures(office.line));
  const auto now = office.erasures.newest(1).value()[0];
  const auto& told = now.notices[0].id == notice.id ? now.notices[0] : now.notices[1];
  EXPECT_EQ(told.status, "kept");
  EXPECT_EQ(told.answer, "kept:file:2030-01-01");
  EXPECT_TRUE(told.handle.empty());
  EXPECT_EQ(office.count("outbox WHERE status <> 'queued'"), "0");
  EXPECT_TRUE(office.agency.verified().sound());
}

TEST_F(Shredding, a_person_who_comes_again_is_somebody_new) {
  office.refer("gone");
  const PersonId before = office.agency.person("gone");
  ASSERT_TRUE(office.erase("gone").has_value());
  const PersonId after = office.agency.person("gone");
  EXPECT_NE(before, after);
  EXPECT_TRUE(office.agency.account.entries(after).value().empty());
  EXPECT_EQ(office.erasures.erasures_of(PersonReference("gone")).value().size(), 1u);
}

}  // namespace
}  // namespace relais::test
