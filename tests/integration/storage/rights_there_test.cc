// SPDX-License-Identifier: Apache-2.0
// A right said at the service's counter over PostgreSQL: the referral, its notice and the entry in
// one transaction, with the database's own constraints.
#include <gtest/gtest.h>

#include "node/flow/correct.h"
#include "node/flow/payload.h"
#include "node/flow/tell.h"
#include "tests/integration/storage/office.h"

namespace relais::test {
namespace {

struct KilledWhilePuttingRight : testing::TestWithParam<const char*> {
  static void receive(Office& office) {
    flow::Draft draft = office.agency.draft(PersonId(office.agency.uuid()));
    draft.new_person = true;
    draft.filed_under = PersonReference("somebody");
    draft.shared.event = ledger::Event::received;
    draft.shared.sender_agency = "dep-38";
    draft.shared.recipient_agency = "sds";
    draft.shared.recipient_service = "orientation";
    draft.shared.handle = "h1";
    draft.shared.categories_released = {"identity.name"};
    draft.referral = office.received("h1", draft.person);
    draft.referral->state = "accepted";
    draft.referral->body = flow::encode_items({name("Nadia Exemple")});
    ASSERT_NE(appended(office.agency.appender->append(std::move(draft))), nullptr);
  }
  static flow::AskedItem name(const char* value) {
    return {"identity.name", Sensitive<std::string>(value)};
  }
  static Result<uint64_t> correct(Office& office) {
    return flow::correct(office.line, Office::caller(), PersonReference("somebody"),
                         {name("Nadia Vraie")});
  }
};

TEST_P(KilledWhilePuttingRight, a_process_killed_there_puts_it_right_and_tells_its_sender_once) {
  const std::string database = PrivatePostgres::instance().migrated_database();
  {
    Office office(database);
    office.agency.person("somebody");
    receive(office);
  }
  die_at(database, GetParam(), [](Office& office) { (void)correct(office); });
  Office office(database);
  const auto done = correct(office);  // the caller knows nothing of the first
  ASSERT_TRUE(done) << done.error().message.view() << done.error().where;
  ASSERT_TRUE(flow::tell_everybody(office.line));
  const auto found = office.agency.referrals.by_handle(AgencyId("dep-38"), Handle("h1")).value();
  EXPECT_EQ(flow::decode_items(found->body).value()[0].value.reveal(), "Nadia Vraie");
  const auto notices = office.notices.about(found->person).value();
  for (const flow::Notice& one : notices) {
    EXPECT_EQ(one.status, "queued");
  }
  EXPECT_EQ(std::to_string(found->sequence_out), office.count("outbox"));
  EXPECT_TRUE(office.agency.verified().sound());
}
INSTANTIATE_TEST_SUITE_P(notices, KilledWhilePuttingRight,
                         testing::Values("tell.before_record", "tell.after_record",
                                         "tell.before_notice", "tell.after_notice"),
                         [](const auto& one) {
                           std::string name = one.param;
                           for (char& c : name) c = c == '.' ? '_' : c;
                           return name;
                         });

TEST(RightsOfARow, are_told_from_those_of_every_row_under_the_reference) {
  Office office(PrivatePostgres::instance().migrated_database());
  const PersonReference reference("somebody");
  office.agency.person("somebody");
  KilledWhilePuttingRight::receive(office);
  const auto found = office.agency.referrals.by_handle(AgencyId("dep-38"), Handle("h1")).value();
  flow::Draft told = office.agency.draft(found->person);
  told.rights = flow::RightsChange{true, std::nullopt};
  ASSERT_NE(appended(office.agency.appender->append(std::move(told))), nullptr);
  const Person own = office.agency.people.open(reference).value();
  EXPECT_TRUE(own.objection);
  EXPECT_FALSE(own.in_row.objection);
  EXPECT_TRUE(office.agency.people.get(found->person).value().in_row.objection);
}

}  // namespace
}  // namespace relais::test
