// SPDX-License-Identifier: Apache-2.0
// Plans are kept for as long as a session lives. What is asked of a table that was empty then must
// cost no more when it is full.
#include <thread>

#include "node/storage/transact.h"
#include "tests/support/stored_agency.h"

namespace relais::test {
namespace {

using std::chrono::milliseconds;

struct Plans : testing::Test {
  Agency agency{PrivatePostgres::instance().migrated_database()};
  storage::Pool pool{pool_of(agency.database, 1)};  // one session: what it planned is seen in it

  std::string ask(const std::string& sql) {
    return storage::once(pool,
                         [&](storage::Work& work) -> Result<std::string> {
                           std::string text;
                           for (const auto& row : work.exec(sql)) {
                             text += row[0].as<std::string>() + "\n";
                           }
                           return text;
                         })
        .value();
  }
  void fill_outbox() {
    PrivatePostgres::instance().sql(
        agency.database,
        "INSERT INTO relais.outbox (disclosure, entry, person, peer, referral, sequence,"
        " expires_ms, give_up_ms, next_attempt_ms, person_epoch, directory_version, index, proof,"
        " checkpoint, recorded_ms) SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(),"
        " 'siao-69', gen_random_uuid(), 1, 0, 0, 0, 0, 0, 0, '', '', 0"
        " FROM generate_series(1, 5000)");
  }
};

TEST_F(Plans, of_the_outbox_ask_by_key_though_it_was_empty_when_they_were_made) {
  storage::OutboxStore outbox(pool, agency.keyring);
  ASSERT_TRUE(outbox.claim(10, milliseconds{1000}, {}));
  ASSERT_TRUE(outbox.load({DisclosureId(agency.uuid())}));
  const std::string claim = ask("EXPLAIN EXECUTE outbox_claim (10, 1000, '{}', '{}')");
  const size_t earlier = claim.find("using outbox_order on outbox");
  ASSERT_NE(earlier, std::string::npos) << claim;
  const size_t line = claim.find('\n', earlier) + 1;
  EXPECT_NE(claim.substr(line, claim.find('\n', line) - line).find("Index Cond: (referral ="),
            std::string::npos)
      << claim;
  const std::string load = ask("EXPLAIN EXECUTE outbox_load ('{}', 'queued')");
  EXPECT_NE(load.find("outbox_pkey"), std::string::npos) << load;
  const DisclosureId nothing(agency.uuid());
  ASSERT_TRUE(outbox.postpone(nothing, milliseconds{0}, "peer_away", flow::Handed::nothing));
  const std::string postpone = ask("EXPLAIN EXECUTE outbox_postpone ('" + nothing.text() +
                                   "', 0, 'peer_away', 0, 'queued')");
  EXPECT_NE(postpone.find("Index Cond: ((referral ="), std::string::npos) << postpone;
  EXPECT_EQ(postpone.find("outbox_due_by_peer"), std::string::npos) << postpone;
}

TEST_F(Plans, are_made_anew_as_a_session_gets_old) {
  const storage::Statement first{"plans_test",
                                 "SELECT q.disclosure FROM outbox q WHERE q.status = 'queued'"
                                 " AND q.peer = $1 AND NOT EXISTS (SELECT 1 FROM outbox e"
                                 "  WHERE e.referral = q.referral AND e.status = 'queued'"
                                 "  AND e.sequence < q.sequence)"};
  const auto look = [&] {
    return storage::once(pool,
                         [&](storage::Work& work) -> Result<size_t> {
                           return storage::run(work, first, "siao-69").size();
                         })
        .value();
  };
  look();
  const std::string by_referral = "Index Cond: ((referral =";
  const std::string explain = "EXPLAIN EXECUTE plans_test ('siao-69')";
  ASSERT_EQ(ask(explain).find(by_referral), std::string::npos) << "nothing is cheaper to read";
  fill_outbox();
  std::this_thread::sleep_for(milliseconds{1100});
  const std::string later = ask(explain);
  EXPECT_NE(later.find(by_referral), std::string::npos) << later;
}

}  // namespace
}  // namespace relais::test
