// SPDX-License-Identifier: Apache-2.0
// Whether there is room is asked before anybody is named.
#include "node/flow/capacity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/flow/access.h"
#include "node/flow/anonymise.h"
#include "node/flow/payload.h"
#include "node/flow/supply.h"
#include "node/flow/tell.h"
#include "tests/support/forged.h"

namespace relais {
namespace {

using flow::Attempt;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Room : testing::Test, test::TwoAgencies {
  flow::Request question() {
    flow::Request asked = request();
    asked.consent = consent();
    asked.items = {{"need.code", Sensitive<std::string>("housing")}};
    return asked;
  }
  ReferralId asked(const std::string& key = "room-1") {
    return flow::ask_capacity(sds->line, caller(), key, question()).value().referral.id;
  }
  ReferralId in_the_inbox(size_t place = 0) {
    return flow::list_inbox(siao->line, "", 50).value().referrals.at(place).referral.id;
  }
};

TEST_F(Room, is_asked_for_without_a_handle_and_without_anything_that_identifies) {
  const ReferralId id = asked();
  EXPECT_EQ(sds->store.get(id).value()->state, "capacity_probe");
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  ASSERT_EQ(seen.size(), 1U);
  const auto shared = ledger::decode_shared(seen[0].shared_bytes).value();
  EXPECT_THAT(shared.handle, IsEmpty());
  EXPECT_THAT(shared.categories_released, ElementsAre("need.code"));
  EXPECT_EQ(sds->store.get(id).value()->state, "capacity_probe") << "arrived, and still a question";
  EXPECT_EQ(siao->store.get(in_the_inbox()).value()->state, "capacity_probe");
}

TEST_F(Room, nothing_of_who_asks_is_taken_into_the_question) {
  flow::Request naming = question();
  naming.items.push_back({"identity.name", Sensitive<std::string>("Nadia Exemple")});
  const auto refused = flow::ask_capacity(sds->line, caller(), "room-1", naming);
  EXPECT_EQ(refused.error().kind, FaultKind::invalid);
  EXPECT_EQ(refused.error().where, "identity.name");
  EXPECT_THAT(sds->store.waiting(), 0U);
  flow::Request unknown = question();
  unknown.items.push_back({"identity.shoe_size", Sensitive<std::string>("44")});
  EXPECT_EQ(flow::ask_capacity(sds->line, caller(), "room-3", unknown).error().where,
            "items[1].category");
  flow::Request duty = question();
  duty.purpose = "child_protection_assessment";
  EXPECT_EQ(flow::ask_capacity(sds->line, caller(), "room-2", duty).error().where, "purpose");
}

TEST_F(Room, the_answer_comes_back_once_and_names_the_question) {
  const ReferralId id = asked();
  deliver_all(*sds);
  const ReferralId there = in_the_inbox();
  ASSERT_TRUE(flow::answer_capacity(siao->line, caller(), there, true));
  EXPECT_EQ(flow::answer_capacity(siao->line, caller(), there, false).error().kind,
            FaultKind::precondition);
  EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::delivered));
  EXPECT_EQ(sds->store.get(id).value()->reason, "room");
  const auto account =
      flow::statement(sds->line, caller(), request().person, "en", "subject").value();
  EXPECT_TRUE(account.complete);
  const std::string text = flow::render_text(account);
  EXPECT_THAT(text, HasSubstr("has room"));
  EXPECT_THAT(text,
              HasSubstr("We prepared a question: is there room? It does not give your name."));
  EXPECT_THAT(text, HasSubstr("received our message")) << "a question is no request";
  EXPECT_THAT(text, Not(HasSubstr("request for you")));
}

TEST_F(Room, the_request_that_follows_is_the_same_referral_here_and_a_new_one_there) {
  const ReferralId id = asked();
  deliver_all(*sds);
  ASSERT_TRUE(flow::answer_capacity(siao->line, caller(), in_the_inbox(), true));
  deliver_all(*siao);
  flow::Request naming = request();
  naming.consent = consent();
  naming.follows = id;
  const auto sent = flow::submit(sds->line, caller(), "key-1", naming).value().referral;
  EXPECT_EQ(sent.id, id);
  EXPECT_EQ(sent.state, "requested");
  EXPECT_THAT(sent.reason, IsEmpty());
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  EXPECT_EQ(sds->store.get(id).value()->state, "received");
  const auto inbox = flow::list_inbox(siao->line, "", 50).value().referrals;
  ASSERT_EQ(inbox.size(), 2U);
  EXPECT_THAT(inbox[0].referral.handle.text(), IsEmpty());
  EXPECT_NE(inbox[0].referral.person, inbox[1].referral.person) << "nothing ties the two together";
  naming.follows = id;
  EXPECT_EQ(flow::submit(sds->line, caller(), "key-2", naming).error().where, "follows");
}

TEST_F(Room, a_question_is_asked_once_for_its_key_and_a_request_is_no_question) {
  flow::Request one = question();
  const auto first = flow::ask_capacity(sds->line, caller(), "room-9", one).value().referral.id;
  EXPECT_EQ(flow::ask_capacity(sds->line, caller(), "room-9", one).value().referral.id, first);
  EXPECT_EQ(sds->store.waiting(), 1U);
  EXPECT_EQ(flow::submit(sds->line, caller(), "room-9", one).error().kind,
            FaultKind::already_exists);
}

TEST_F(Room, nothing_more_is_said_about_a_question_and_no_plain_move_makes_one) {
  const ReferralId id = asked();
  deliver_all(*sds);
  flow::Supply more;
  more.items = {{"identity.name", Sensitive<std::string>("Nadia Exemple")}};
  EXPECT_EQ(flow::supply(sds->line, caller(), id, more).error().kind, FaultKind::precondition);
  flow::Request silent = request();
  const auto draft = flow::submit(sds->line, caller(), "key-3", silent).value().referral;
  ASSERT_EQ(draft.state, "draft");
  const flow::Move asks{"capacity_probe", "", {}, {}, {}};
  EXPECT_EQ(flow::move(sds->line, caller(), draft.id, asks).error().kind, FaultKind::forbidden);
}

TEST_F(Room, an_unanswered_question_runs_out_and_an_answered_one_does_not) {
  const ReferralId answered = asked("room-0");
  deliver_all(*sds);
  const ReferralId answered_there = in_the_inbox();
  ASSERT_TRUE(flow::answer_capacity(siao->line, caller(), answered_there, true));
  deliver_all(*siao);
  const ReferralId id = asked();
  deliver_all(*sds);
  clock.advance(std::chrono::hours{24 * 31});
  EXPECT_EQ(flow::expire(sds->line, 10).value(), 1U);
  EXPECT_EQ(flow::expire(siao->line, 10).value(), 1U);
  EXPECT_EQ(sds->store.get(id).value()->state, "expired");
  EXPECT_EQ(flow::answer_capacity(siao->line, caller(), in_the_inbox(1), true).error().kind,
            FaultKind::precondition);
  EXPECT_EQ(sds->store.get(answered).value()->state, "capacity_probe");
  EXPECT_EQ(siao->store.get(answered_there).value()->state, "capacity_probe");
}

TEST_F(Room, a_question_that_was_answered_long_ago_is_nobodys_any_more) {
  const ReferralId id = asked();
  deliver_all(*sds);
  const ReferralId there = in_the_inbox();
  ASSERT_TRUE(flow::answer_capacity(siao->line, caller(), there, true));
  deliver_all(*siao);
  clock.advance(std::chrono::hours{24 * 729});
  EXPECT_EQ(flow::anonymise(sds->line, 10).value() + flow::anonymise(siao->line, 10).value(), 0U);
  clock.advance(std::chrono::hours{24 * 2});
  EXPECT_EQ(flow::anonymise(sds->line, 10).value(), 1U);
  EXPECT_EQ(flow::anonymise(siao->line, 10).value(), 1U);
  EXPECT_TRUE(sds->store.get(id).value()->person.empty());
  EXPECT_EQ(sds->store.get(id).value()->reason, "room") << "to be counted";
  EXPECT_THAT(flow::get_referral(siao->line, there).value().items, IsEmpty());
}

TEST_F(Room, a_whole_request_asked_as_a_question_leaves_with_the_need_alone) {
  flow::Request naming = request();
  naming.consent = consent();
  naming.capacity_probe = true;
  ASSERT_TRUE(flow::submit(sds->line, caller(), "key-1", naming));
  EXPECT_THAT(sds->store.ledger_entries().back().shared.categories_released,
              ElementsAre("need.code"))
      << "its own law holds it back by the ceiling already";
}

// Asked by a node that lost its mind: a whole request, and no handle.
TEST_F(Room, a_peer_that_names_somebody_in_a_question_is_refused) {
  test::Message naming = test::housing_referral(clock.now());
  naming.shared.handle.clear();
  const auto word = flow::receive(siao->line, AgencyId("sds"), test::signed_by(*sds, naming));
  EXPECT_EQ(word.value().status, "refused");
  EXPECT_EQ(word.value().reason, "not_declared") << "both sides hold the ceiling";
  EXPECT_THAT(flow::list_inbox(siao->line, "", 50).value().referrals, IsEmpty());
  naming.items.erase(naming.items.begin());
  naming.shared.categories_released = {"need.code"};
  EXPECT_EQ(
      flow::receive(siao->line, AgencyId("sds"), test::signed_by(*sds, naming)).value().status,
      "filed");
}

TEST_F(Room, a_withdrawal_tells_nobody_about_a_question_that_named_nobody) {
  const flow::Request what = question();
  ASSERT_TRUE(flow::ask_capacity(sds->line, caller(), "room-1", what));
  deliver_all(*sds);
  ASSERT_TRUE(
      flow::withdraw_consent(sds->line, caller(), PersonReference("dossier-1"), what.consent, ""));
  EXPECT_EQ(sds->store.waiting(), 0U);
}

TEST_F(Room, an_answer_nobody_asked_for_is_refused) {
  asked();
  deliver_all(*sds);
  const ReferralId there = in_the_inbox();
  ASSERT_TRUE(flow::answer_capacity(siao->line, caller(), there, true));
  sds->store.change_state(
      sds->store.probe(AgencyId("siao"), siao->store.get(there).value()->disclosure).value()->id,
      "expired");
  EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::refused));
  EXPECT_EQ(sds->store.ledger_entries().back().shared.reason, "not_expected");
}

}  // namespace
}  // namespace relais
