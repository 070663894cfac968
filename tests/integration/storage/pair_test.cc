// SPDX-License-Identifier: Apache-2.0
// What one agency recorded with one peer, over PostgreSQL.
#include <set>

#include "node/storage/pair_book.h"
#include "tests/support/stored_agency.h"

namespace relais::test {
namespace {

struct Pairs : testing::Test {
  Agency agency{PrivatePostgres::instance().migrated_database()};
  storage::PairBook book{agency.pool};
  PersonId person = agency.person("dossier");

  DisclosureId send(const std::string& peer) {
    flow::Draft draft = agency.referral_draft(person, agency.uuid());
    draft.queued->peer = AgencyId(peer);
    const DisclosureId id = draft.queued->disclosure;
    EXPECT_NE(appended(agency.appender->append(draft)), nullptr);
    return id;
  }
  void file(const std::string& sender, const DisclosureId& id) {
    flow::Draft draft = agency.draft(person);
    flow::Filed filed;
    filed.sender = AgencyId(sender);
    filed.disclosure = id;
    filed.envelope_digest.fill(5);
    filed.status = "filed";
    draft.filed = filed;
    EXPECT_NE(appended(agency.appender->append(draft)), nullptr);
  }
  void settle(const DisclosureId& id, bool acknowledged) {
    flow::Draft draft = agency.draft(person);
    draft.settled = flow::Settled{id, acknowledged ? "delivered" : "undeliverable"};
    if (acknowledged) {
      flow::Counterpart counterpart;
      counterpart.envelope_digest.fill(6);
      counterpart.entry = EntryId(agency.uuid());
      counterpart.commitment.fill(7);
      draft.settled->counterpart = counterpart;
    }
    EXPECT_NE(appended(agency.appender->append(draft)), nullptr);
  }
  std::vector<flow::PairRow> all(const std::string& peer, int limit) {
    std::vector<flow::PairRow> rows;
    flow::PairQuestion question;
    question.limit = limit;
    for (bool more = true; more;) {
      const auto page = book.page(AgencyId(peer), question).value();
      EXPECT_LE(page.rows.size(), static_cast<size_t>(limit));
      rows.insert(rows.end(), page.rows.begin(), page.rows.end());
      more = page.more;
      if (!rows.empty()) question.after = rows.back().disclosure;
    }
    return rows;
  }
};

TEST_F(Pairs, come_in_the_order_of_their_ids_whatever_the_page_and_without_other_peers) {
  std::set<std::string> expected;
  for (int i = 0; i < 9; ++i) {
    expected.insert(send("siao-69").text());
    send("pass-69");
    const DisclosureId id(agency.uuid());
    file("siao-69", id);
    expected.insert(id.text());
  }
  // A peer that sends under an id that was sent to it: both rows of it are on one page.
  file("siao-69", DisclosureId(*expected.begin()));
  for (const int limit : {2, 3, 5, 200}) {
    std::set<std::string> found;
    std::string before;
    const auto rows = all("siao-69", limit);
    for (const flow::PairRow& row : rows) {
      EXPECT_LE(before, row.disclosure.text());
      before = row.disclosure.text();
      found.insert(before);
    }
    EXPECT_EQ(rows.size(), expected.size() + 1) << limit;
    EXPECT_EQ(found, expected) << limit;
  }
  EXPECT_TRUE(all("nobody", 10).empty());
}

// An id is a place to go on from, for whoever asks: that another pair used it is not to be seen.
TEST_F(Pairs, go_on_after_another_pairs_id_as_after_one_that_nobody_used) {
  std::vector<DisclosureId> others;
  for (int i = 0; i < 5; ++i) {
    send("siao-69");
    others.push_back(send("pass-69"));
  }
  const auto after = [&](const std::string& peer, const DisclosureId& id) {
    const auto page = book.page(AgencyId(peer), {id, 200}).value();
    std::vector<std::string> found{page.more ? "more" : "all"};
    for (const flow::PairRow& row : page.rows) found.push_back(row.disclosure.text());
    return found;
  };
  for (const DisclosureId& other : others) {
    std::string nobodys = other.text();
    nobodys.back() = nobodys.back() == '0' ? '1' : '0';
    EXPECT_EQ(after("siao-69", other), after("siao-69", DisclosureId(nobodys)));
    EXPECT_EQ(after("sds-69", other), std::vector<std::string>{"all"});
  }
}

TEST_F(Pairs, hold_what_the_recipient_signed_once_it_did) {
  const DisclosureId delivered = send("siao-69");
  const DisclosureId given_up = send("siao-69");
  EXPECT_FALSE(all("siao-69", 10)[0].counterpart.has_value());
  settle(delivered, true);
  settle(given_up, false);
  const auto rows = all("siao-69", 10);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].status, "delivered");
  ASSERT_TRUE(rows[0].counterpart.has_value());
  EXPECT_EQ(rows[0].counterpart->commitment[0], 7);
  EXPECT_EQ(rows[0].counterpart->envelope_digest[0], 6);
  EXPECT_EQ(rows[1].status, "undeliverable");
  EXPECT_FALSE(rows[1].counterpart.has_value());
}

TEST_F(Pairs, stay_comparable_after_the_messages_row_went_and_hold_nobody) {
  const DisclosureId id = send("siao-69");
  settle(id, true);
  const auto before = all("siao-69", 10);
  auto& postgres = PrivatePostgres::instance();
  postgres.sql(agency.database, "DELETE FROM relais.outbox");
  const auto after = all("siao-69", 10);
  ASSERT_EQ(after.size(), 1U);
  EXPECT_EQ(after[0].entry, before[0].entry);
  EXPECT_EQ(after[0].commitment, before[0].commitment);
  EXPECT_EQ(after[0].counterpart->entry, before[0].counterpart->entry);
  EXPECT_EQ(postgres.sql(agency.database,
                         "SELECT count(*) FROM information_schema.columns WHERE table_name ="
                         " 'sent_before' AND column_name IN ('person', 'referral', 'handle')"),
            "0");
}

}  // namespace
}  // namespace relais::test
