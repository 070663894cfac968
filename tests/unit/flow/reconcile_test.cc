// SPDX-License-Identifier: Apache-2.0
// Two agencies' words about the messages between them, laid side by side.
#include "node/flow/reconcile.h"

#include <gtest/gtest.h>

#include <utility>

namespace relais::flow {
namespace {

std::string uuid(int number) {
  std::string digits = std::to_string(number);
  return "01902d2e-7c4a-7b3e-8d1f-" + std::string(12 - digits.size(), '0') + digits;
}

Digest digest(char byte) {
  Digest one;
  one.fill(static_cast<uint8_t>(byte));
  return one;
}

PairRow received(int number, const char* status = "filed") {
  PairRow row;
  row.disclosure = DisclosureId(uuid(number));
  row.status = status;
  row.entry = EntryId(uuid(9000 + number));
  row.commitment = digest('c');
  row.envelope_digest = digest('e');
  return row;
}

PairRow sent(int number, const char* status = "delivered") {
  PairRow row;
  row.disclosure = DisclosureId(uuid(number));
  row.sent = true;
  row.status = status;
  row.entry = EntryId(uuid(8000 + number));
  if (row.status == "delivered" || row.status == "refused") {
    row.counterpart = Counterpart{digest('e'), EntryId(uuid(9000 + number)), digest('c')};
  }
  return row;
}

// Rows in memory, in small pages. Either side of the exchange.
struct Rows final : PairBook, PeerPairs {
  Result<PairPage> give(const PairQuestion& question) {
    ++asked;
    PairPage page;
    for (const PairRow& row : rows) {
      if (question.after && row.disclosure.text() <= question.after->text()) continue;
      if (page.rows.size() == 3) {
        page.more = true;
        break;
      }
      page.rows.push_back(row);
    }
    if (after_first && !page.more) rows = *std::exchange(after_first, std::nullopt);
    return page;
  }
  Result<PairPage> page(const AgencyId& /*peer*/, const PairQuestion& question) override {
    return give(question);
  }
  Result<PairPage> pair(const PeerAddress& /*peer*/, const PairQuestion& question) override {
    return give(question);
  }
  std::vector<PairRow> rows;
  std::optional<std::vector<PairRow>> after_first;  // what they are from the second look on
  int asked = 0;
};

struct TwoSides : testing::Test {
  TwoSides() {
    Agency agency;
    agency.id = AgencyId("siao");
    directory.agencies.push_back(agency);
  }
  Result<Reconciled> compared() { return reconcile(here, there, directory, AgencyId("siao"), now); }
  std::string only() {
    const auto result = compared().value();
    return result.mismatches.size() == 1 ? result.mismatches.front().what : "";
  }
  const Instant now = from_unix_ms(1'800'000'000'000);
  Directory directory;
  Rows here;
  Rows there;
};

TEST_F(TwoSides, that_recorded_the_same_agree_both_ways_and_over_many_pages) {
  for (int i = 0; i < 20; ++i) {
    here.rows.push_back(i % 2 == 0 ? sent(i) : received(i));
    there.rows.push_back(i % 2 == 0 ? received(i) : sent(i));
  }
  const auto result = compared().value();
  EXPECT_EQ(result.compared, 20U);
  EXPECT_TRUE(result.mismatches.empty());
}

TEST_F(TwoSides, list_what_one_of_them_lacks) {
  here.rows = {sent(1), sent(2), received(3)};
  there.rows = {received(1), sent(3), sent(4)};
  const auto result = compared().value();
  ASSERT_EQ(result.mismatches.size(), 2U);
  EXPECT_EQ(result.missing, 2U);
  EXPECT_EQ(result.mismatches[0].what, "missing_there");
  EXPECT_EQ(result.mismatches[0].entry, EntryId(uuid(8002)));
  EXPECT_EQ(result.mismatches[1].what, "missing_here");
  EXPECT_FALSE(result.mismatches[1].sent);
}

TEST_F(TwoSides, list_what_was_filed_by_one_and_never_sent_by_the_other) {
  there.rows = {received(1)};
  EXPECT_EQ(only(), "missing_here");
  std::swap(here.rows, there.rows);
  EXPECT_EQ(only(), "missing_there");
}

TEST_F(TwoSides, find_a_counterpart_that_was_rewritten_after_it_was_acknowledged) {
  here.rows = {sent(1)};
  there.rows = {received(1)};
  there.rows[0].commitment = digest('x');
  EXPECT_EQ(only(), "different");
  there.rows[0] = received(1);
  there.rows[0].entry = EntryId(uuid(77));
  EXPECT_EQ(only(), "different");
  there.rows[0] = received(1);
  there.rows[0].envelope_digest = digest('x');
  EXPECT_EQ(only(), "different");
  there.rows[0] = received(1, "refused");
  EXPECT_EQ(only(), "different");
}

TEST_F(TwoSides, agree_about_what_never_arrived_and_may_still) {
  here.rows = {sent(1, "queued"), sent(2, "withheld"), sent(3, "undeliverable")};
  EXPECT_TRUE(compared()->mismatches.empty());
  there.rows = {received(1)};  // the acknowledgement is on its way
  EXPECT_TRUE(compared()->mismatches.empty());
}

TEST_F(TwoSides, do_not_agree_for_ever_about_what_the_other_says_is_still_on_its_way) {
  const auto day = std::chrono::hours{24};
  here.rows = {received(1)};
  there.rows = {sent(1, "queued")};
  here.rows[0].filed = now - 60 * day;
  EXPECT_TRUE(compared()->mismatches.empty()) << "no node tries for longer";
  here.rows[0].filed = now - 61 * day;
  EXPECT_EQ(only(), "different");
  // What the peer says of the time, or does not, changes nothing of what was sent to it.
  here.rows = {sent(1, "queued")};
  there.rows = {received(1)};
  there.rows[0].filed = std::nullopt;
  EXPECT_TRUE(compared()->mismatches.empty());
}

TEST_F(TwoSides, name_what_came_though_its_sender_heard_of_no_end_and_count_it_as_neither) {
  here.rows = {sent(1, "undeliverable")};
  there.rows = {received(1)};
  const auto result = compared().value();
  ASSERT_EQ(result.mismatches.size(), 1U);
  EXPECT_EQ(result.mismatches[0].what, "arrived");
  EXPECT_EQ(result.missing + result.different, 0U);
}

TEST_F(TwoSides, are_looked_at_twice_before_anything_is_said_to_be_missing) {
  here.rows = {};
  there.rows = {sent(1)};  // filed here between the two looks
  here.after_first = {received(1)};
  EXPECT_TRUE(compared()->mismatches.empty());
}

TEST_F(TwoSides, report_what_a_peer_lacks_though_it_fills_the_list_with_messages_that_never_were) {
  here.rows = {sent(5000)};
  const auto made_up = [](int from) {
    std::vector<PairRow> rows;
    for (int i = from; i < 4000; i += 2) rows.push_back(sent(i));
    return rows;
  };
  there.rows = made_up(0);
  there.after_first = made_up(1);  // others, at the second look
  const auto result = compared().value();
  EXPECT_GT(result.missing, 1000U) << "nothing excuses what no list had room for";
}

TEST_F(TwoSides, do_not_go_round_for_ever_when_a_peer_repeats_itself) {
  there.rows = {sent(2), sent(1)};
  EXPECT_EQ(compared().error().kind, FaultKind::invalid);
  struct Endless final : PeerPairs {
    Result<PairPage> pair(const PeerAddress& /*peer*/, const PairQuestion& /*asked*/) override {
      return PairPage{{sent(1)}, true};
    }
  } endless;
  EXPECT_EQ(reconcile(here, endless, directory, AgencyId("siao"), Instant{}).error().kind,
            FaultKind::invalid);
  EXPECT_EQ(reconcile(here, there, directory, AgencyId("nobody"), Instant{}).error().kind,
            FaultKind::not_found);
}

TEST_F(TwoSides, end_though_a_peers_pages_rise_for_ever) {
  struct Rising final : PeerPairs {
    Result<PairPage> pair(const PeerAddress& /*peer*/, const PairQuestion& /*asked*/) override {
      return PairPage{{sent(next++, "queued")}, true};
    }
    int next = 1;
  } rising;
  const auto result = reconcile(here, rising, directory, AgencyId("siao"), Instant{},
                                std::chrono::milliseconds{50});
  EXPECT_EQ(result.error().kind, FaultKind::deadline);
}

}  // namespace
}  // namespace relais::flow
