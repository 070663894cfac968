// SPDX-License-Identifier: Apache-2.0
// Messages that wait: leased to one worker at a time, one of a referral at a time, settled once.
#include <algorithm>
#include <set>
#include <thread>

#include "node/ledger/record.h"
#include "tests/support/stored_agency.h"

namespace relais::test {
namespace {

using std::chrono::milliseconds;

struct Outbox : testing::Test {
  Agency agency{PrivatePostgres::instance().migrated_database()};
  PersonId person;
  void SetUp() override {
    ASSERT_NE(agency.appender, nullptr) << agency.fault.message.view();
    person = agency.person("dossier");
  }
  flow::Draft send(const std::string& key) {
    flow::Draft draft = agency.referral_draft(person, key);
    EXPECT_NE(appended(agency.appender->append(draft)), nullptr);
    return draft;
  }
  // The next message of the same referral.
  flow::Draft send_after(const flow::Draft& first) {
    flow::Draft second = agency.draft(person);
    second.queued = first.queued;
    second.queued->disclosure = DisclosureId(agency.uuid());
    second.queued->sequence = 2;
    EXPECT_NE(appended(agency.appender->append(second)), nullptr);
    return second;
  }
  void deliver(const flow::Draft& draft) {
    flow::Draft outcome = agency.draft(person);
    outcome.settled = flow::Settled{draft.queued->disclosure, "delivered"};
    EXPECT_NE(appended(agency.appender->append(outcome)), nullptr);
  }
  std::vector<DisclosureId> claim(milliseconds lease = milliseconds{60000}) {
    return agency.outbox.claim(10, lease, {}).value().messages;
  }
  Result<flow::StoredDisclosure> load(const DisclosureId& id) {
    auto loaded = agency.outbox.load({id}).value();
    if (loaded.size() != 1) return fail(FaultKind::not_found, "not one message");
    EXPECT_EQ(loaded[0].id, id);
    return std::move(loaded[0].message);
  }
};

TEST_F(Outbox, a_message_carries_what_the_recipient_needs_to_verify_it) {
  const flow::Draft draft = send("a");
  const auto loaded = load(draft.queued->disclosure);
  ASSERT_TRUE(loaded.has_value()) << loaded.error().message.view();
  const flow::StoredDisclosure& one = *loaded;
  EXPECT_EQ(one.queued.peer, AgencyId("siao-69"));
  EXPECT_EQ(one.queued.expires, draft.queued->expires);
  EXPECT_EQ(one.referral.id, draft.referral->id);
  EXPECT_EQ(one.person.id, person);
  EXPECT_EQ(one.payload, "what went");
  EXPECT_EQ(one.stamps.directory_version, 1);
  EXPECT_EQ(
      ledger::commit(one.shared_bytes, one.shared_opening, one.private_bytes, one.private_opening)
          .commitment,
      one.commitment);
  EXPECT_FALSE(one.checkpoint.empty());
  EXPECT_EQ(one.attempts, 0);
}

TEST_F(Outbox, a_leased_message_is_not_leased_again_until_the_lease_runs_out) {
  const flow::Draft draft = send("a");
  EXPECT_EQ(claim(milliseconds{150}), std::vector{draft.queued->disclosure});
  EXPECT_TRUE(claim().empty());
  std::this_thread::sleep_for(milliseconds{200});
  EXPECT_EQ(claim(), std::vector{draft.queued->disclosure});
  EXPECT_EQ(load(draft.queued->disclosure)->attempts, 2);
}

TEST_F(Outbox, two_workers_never_hold_the_same_message) {
  std::multiset<std::string> sent, held;
  for (int i = 0; i < 40; ++i) sent.insert(send("k" + std::to_string(i)).queued->disclosure.text());
  std::mutex mutex;
  const auto work = [&] {
    for (auto batch = agency.outbox.claim(3, milliseconds{60000}, {});
         batch && !batch->messages.empty();
         batch = agency.outbox.claim(3, milliseconds{60000}, {})) {
      const std::scoped_lock lock(mutex);
      for (const auto& id : batch->messages) held.insert(id.text());
    }
  };
  std::thread one(work), two(work), three(work);
  one.join();
  two.join();
  three.join();
  while (true) {  // SKIP LOCKED may have left some to nobody for a moment
    const auto rest = claim();
    if (rest.empty()) break;
    for (const auto& id : rest) held.insert(id.text());
  }
  EXPECT_EQ(held, sent);
}

TEST_F(Outbox, a_later_message_of_a_referral_waits_for_the_earlier_one) {
  const flow::Draft first = send("a");
  const flow::Draft second = send_after(first);
  EXPECT_EQ(claim(), std::vector{first.queued->disclosure});
  EXPECT_TRUE(claim().empty());
  deliver(first);
  EXPECT_EQ(claim(), std::vector{second.queued->disclosure});
}

TEST_F(Outbox, what_is_leased_together_goes_to_one_peer_and_never_to_a_busy_one) {
  const flow::Draft early = send("a");
  flow::Draft other = agency.referral_draft(person, "b");
  other.queued->peer = AgencyId("pass-69");
  ASSERT_NE(appended(agency.appender->append(other)), nullptr);
  const flow::Draft late = send("c");
  const auto first =
      agency.outbox.claim(10, milliseconds{60000}, {{AgencyId("siao-69")}, {}}).value();
  EXPECT_EQ(first.peer, AgencyId("pass-69"));
  EXPECT_EQ(first.messages, std::vector{other.queued->disclosure});
  const auto second = agency.outbox.claim(10, milliseconds{60000}, {}).value();
  EXPECT_EQ(second.peer, AgencyId("siao-69"));
  EXPECT_THAT(second.messages,
              testing::UnorderedElementsAre(early.queued->disclosure, late.queued->disclosure));
}

TEST_F(Outbox, a_peer_where_nobody_is_comes_before_one_whose_message_is_due_longer) {
  const flow::Draft early = send("a");
  flow::Draft other = agency.referral_draft(person, "b");
  other.queued->peer = AgencyId("pass-69");
  ASSERT_NE(appended(agency.appender->append(other)), nullptr);
  const flow::Attended attended{{}, {AgencyId("siao-69")}};
  const auto first = agency.outbox.claim(10, milliseconds{60000}, attended).value();
  EXPECT_EQ(first.messages, std::vector{other.queued->disclosure});
  const auto second = agency.outbox.claim(10, milliseconds{60000}, attended).value();
  EXPECT_EQ(second.messages, std::vector{early.queued->disclosure}) << "nothing else is due";
}

// A claim reads what is due and may not go, message by message: sixty thousand of one peer's took a
// second of everybody's. So nothing is due before what it waits for.
TEST_F(Outbox, what_waits_behind_a_message_that_was_put_off_is_put_off_with_it) {
  const flow::Draft first = send("a");
  const flow::Draft second = send_after(first);
  const auto next = [&](const flow::Draft& draft) {
    const auto lines = agency.outbox.list(10).value();
    const auto is_it = [&](const auto& one) { return one.disclosure == draft.queued->disclosure; };
    return std::find_if(lines.begin(), lines.end(), is_it)->next_attempt;
  };
  ASSERT_EQ(claim(), std::vector{first.queued->disclosure});
  ASSERT_TRUE(agency.outbox.postpone(first.queued->disclosure, milliseconds{600'000}, "peer_away",
                                     flow::Handed::nothing));
  EXPECT_EQ(next(second), next(first));
  ASSERT_TRUE(agency.outbox.hasten(AgencyId("siao-69"), 10));
  ASSERT_EQ(claim(), std::vector{first.queued->disclosure});
  deliver(first);
  EXPECT_EQ(claim(), std::vector{second.queued->disclosure}) << "it follows at once";
  EXPECT_FALSE(load(second.queued->disclosure)->may_have_left());
}

TEST_F(Outbox, a_settled_message_is_not_there_to_send_and_is_settled_once) {
  const flow::Draft draft = send("a");
  flow::Draft outcome = agency.draft(person);
  outcome.settled = flow::Settled{draft.queued->disclosure, "delivered"};
  outcome.change = flow::ReferralChange{};
  outcome.change->id = draft.referral->id;
  outcome.change->delivery = "delivered";
  ASSERT_NE(appended(agency.appender->append(outcome)), nullptr);
  EXPECT_TRUE(agency.outbox.load({draft.queued->disclosure})->empty());
  EXPECT_TRUE(claim().empty());
  EXPECT_EQ((*agency.referrals.get(draft.referral->id))->delivery, "delivered");
  outcome.shared.entry_id = agency.uuid();
  EXPECT_EQ(agency.appender->append(outcome).error().kind, FaultKind::precondition);
  const auto lines = agency.outbox.list(10);
  ASSERT_EQ(lines->size(), 1u);
  EXPECT_EQ((*lines)[0].status, "delivered");
}

TEST_F(Outbox, the_list_begins_with_what_waits) {
  const flow::Draft waits = send("a");
  const flow::Draft ends = send("b");
  flow::Draft outcome = agency.draft(person);
  outcome.settled = flow::Settled{ends.queued->disclosure, "delivered"};
  ASSERT_NE(appended(agency.appender->append(outcome)), nullptr);
  const auto lines = agency.outbox.list(10);
  ASSERT_EQ(lines->size(), 2u);
  EXPECT_EQ((*lines)[0].disclosure, waits.queued->disclosure);
  EXPECT_EQ((*lines)[1].status, "delivered");
  EXPECT_EQ(agency.outbox.list(1)->size(), 1u);
}

TEST_F(Outbox, a_postponed_message_waits_by_the_databases_clock_and_says_why) {
  const flow::Draft draft = send("a");
  ASSERT_EQ(claim().size(), 1u);
  ASSERT_TRUE(agency.outbox.postpone(draft.queued->disclosure, milliseconds{200},
                                     "peer_unreachable", flow::Handed::nothing));
  EXPECT_TRUE(claim().empty());
  EXPECT_EQ((*agency.outbox.list(1))[0].last_failure, "peer_unreachable");
  std::this_thread::sleep_for(milliseconds{250});
  EXPECT_EQ(claim().size(), 1u);
  const auto waiting = storage::waiting_by_peer(agency.pool);
  ASSERT_EQ(waiting->size(), 1u);
  EXPECT_EQ((*waiting)[0].messages, 1u);
}

// The peer is back: what waited because it was away does not sit its pause out. What is under way
// and what failed for another reason stay as they are.
TEST_F(Outbox, what_waited_for_a_peer_that_was_away_is_due_when_it_is_back) {
  const auto put_off = [&](const char* key, Constant failure) {
    const flow::Draft draft = send(key);
    EXPECT_EQ(claim().size(), 1u);
    EXPECT_TRUE(agency.outbox.postpone(draft.queued->disclosure, milliseconds{600'000}, failure,
                                       flow::Handed::nothing));
  };
  put_off("a", "peer_away");
  put_off("b", "peer_away");
  put_off("c", "peer_away");
  put_off("d", "failed");
  send("under way");
  ASSERT_EQ(claim().size(), 1u);
  ASSERT_TRUE(agency.outbox.hasten(AgencyId("somebody-else"), 10));
  EXPECT_TRUE(claim().empty());
  ASSERT_TRUE(agency.outbox.hasten(AgencyId("siao-69"), 2));
  EXPECT_EQ(claim().size(), 2u);
  ASSERT_TRUE(agency.outbox.hasten(AgencyId("siao-69"), 10));
  EXPECT_EQ(claim().size(), 1u);
  ASSERT_TRUE(agency.outbox.hasten(AgencyId("siao-69"), 10));
  EXPECT_TRUE(claim().empty());
}

TEST_F(Outbox, knows_whether_an_earlier_attempt_may_have_arrived) {
  const flow::Draft draft = send("a");
  const DisclosureId& id = draft.queued->disclosure;
  const auto try_in = [&](flow::Handed handed) {
    EXPECT_EQ(claim(milliseconds{50}).size(), 1u);
    const bool before = load(id)->may_have_left();
    EXPECT_TRUE(agency.outbox.postpone(id, milliseconds{0}, "peer_away", handed));
    return before;
  };
  EXPECT_FALSE(try_in(flow::Handed::nothing));
  EXPECT_FALSE(try_in(flow::Handed::nothing));
  EXPECT_FALSE(try_in(flow::Handed::perhaps));
  EXPECT_TRUE(try_in(flow::Handed::nothing));
  EXPECT_TRUE(try_in(flow::Handed::nothing));  // what nobody knows stays unknown
}

TEST_F(Outbox, counts_an_attempt_that_a_crash_ended_as_one_that_may_have_arrived) {
  const flow::Draft draft = send("a");
  ASSERT_EQ(claim(milliseconds{1}).size(), 1u);
  std::this_thread::sleep_for(milliseconds{20});  // who held the lease is gone
  ASSERT_EQ(claim().size(), 1u);
  EXPECT_TRUE(load(draft.queued->disclosure)->may_have_left());
}

TEST_F(Outbox, the_appender_wakes_who_waits_for_messages) {
  uint64_t seen = 0;
  send("a");
  const auto before = std::chrono::steady_clock::now();
  agency.wake.wait(seen, milliseconds{5000});
  EXPECT_LT(std::chrono::steady_clock::now() - before, milliseconds{2000});
}

TEST_F(Outbox, a_message_about_an_altered_entry_does_not_load) {
  const flow::Draft draft = send("a");
  PrivatePostgres::instance().sql(
      agency.database,
      "ALTER TABLE relais.entry DISABLE TRIGGER only_grows;"
      "UPDATE relais.entry SET commitment = decode(repeat('00', 32), 'hex')");
  const flow::Draft sound = send("b");
  EXPECT_EQ(load(draft.queued->disclosure).error().kind, FaultKind::corrupt);
  EXPECT_TRUE(load(sound.queued->disclosure).has_value());
}

}  // namespace
}  // namespace relais::test
