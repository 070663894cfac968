// SPDX-License-Identifier: Apache-2.0
// A right exercised at one counter, as every recipient and the person see it.
#include "node/flow/tell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/flow/erase.h"
#include "tests/support/forged.h"
#include "tests/support/meanwhile.h"

namespace relais {
namespace {

using flow::Attempt;
using ledger::Event;
using testing::ElementsAre;

struct Telling : testing::Test, test::TwoAgencies {
  flow::Submitted submitted() {
    flow::Request asked = request();
    asked.consent = consent();
    return flow::submit(sds->line, caller(), "key-1", asked).value();
  }
  flow::StoredReferral delivered() {
    const auto sent = submitted();
    EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
    return sent.referral;
  }
  void withdraw() {
    const ConsentId id = sds->store.find(request().person).value()->consents.front().id;
    ASSERT_TRUE(flow::withdraw_consent(sds->line, caller(), request().person, id, "person_asked"));
  }
  PersonId person() { return sds->store.find(request().person).value()->id; }
  std::vector<flow::Notice> notices() { return sds->store.about(person()).value(); }
  std::optional<flow::StoredReferral> at_siao(const flow::StoredReferral& sent) {
    return siao->store.by_handle(AgencyId("sds"), sent.handle).value();
  }
  // The next message reaches the other agency only when it is given to it; the sender hears
  // nothing.
  std::vector<Envelope> hold_back() {
    std::vector<Envelope> held;
    in_transit = [&](Envelope& envelope) {
      held.push_back(envelope);
      envelope.signature = "lost on the way";
    };
    EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::postponed));
    in_transit = {};
    clock.advance(std::chrono::hours{1});
    return held;
  }
  Result<Acknowledgement> arrives(const Envelope& envelope) {
    return flow::receive(siao->line, AgencyId("sds"), envelope);
  }
  void duty(test::AgencyNode& node) {
    flow::RetentionDuty one;
    one.id = "social-file";
    one.article = "CASF, art. L. 100";
    one.reason = {"dossier social", "social file"};
    one.purposes = {"housing_orientation"};
    one.days = 365;
    one.from = *Date::parse("2020-01-01");
    node.settings.retention = {one};
  }
  // What no verb sends: a notice of the social service, under a handle.
  test::Message notice(Event event, const std::string& handle, uint64_t sequence) {
    return test::notice_of(event, handle, sequence, *sds, *siao);
  }
};

TEST_F(Telling, withdrawal_in_flight_is_discarded_by_the_receiver) {
  const auto sent = submitted();
  const auto late = hold_back();
  ASSERT_EQ(late.size(), 1u);
  withdraw();
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::withheld)) << "what waits is stopped";
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered)) << "and the recipient told";
  ASSERT_EQ(notices().size(), 1u);
  EXPECT_EQ(notices()[0].status, "stopped") << "also when it knows nothing of the handle";
  EXPECT_GT(seen.back().sequence, late[0].sequence);

  const auto word = arrives(late[0]).value();
  EXPECT_EQ(word.status, "refused");
  EXPECT_EQ(word.reason, "stopped");
  EXPECT_FALSE(at_siao(sent.referral).has_value()) << "nothing is filed";
  EXPECT_TRUE(siao->store.inbox("", 10).value().referrals.empty());
  EXPECT_TRUE(siao->store.ledger_entries().back().stored.payload.empty()) << "nor kept";
  EXPECT_EQ(arrives(late[0]).value().entry, word.entry) << "the same word for the same message";
}

TEST_F(Telling, a_withdrawal_that_comes_while_a_message_is_filed_beats_it_too) {
  const auto sent = submitted();
  const auto late = hold_back();
  withdraw();
  deliver_all(*sds);
  const test::Meanwhile other("receive.before_append", [&] {
    EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  });
  const auto word = arrives(late[0]).value();
  EXPECT_EQ(word.reason, "stopped");
  EXPECT_FALSE(at_siao(sent.referral).has_value());
}

TEST_F(Telling, a_message_filed_while_its_withdrawal_is_looked_at_is_stopped_all_the_same) {
  const auto sent = submitted();
  const auto late = hold_back();
  withdraw();
  deliver_all(*sds);
  const test::Meanwhile other("receive.before_append",
                              [&] { EXPECT_EQ(arrives(late[0]).value().status, "filed"); });
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  EXPECT_EQ(at_siao(sent.referral)->state, "consent_withdrawn");
}

TEST_F(Telling, a_withdrawal_ends_the_referral_at_both_agencies) {
  const auto sent = delivered();
  withdraw();
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  EXPECT_EQ(sds->store.get(sent.id).value()->state, "consent_withdrawn");
  EXPECT_EQ(sds->store.get(sent.id).value()->delivery, "delivered") << "of the referral itself";
  EXPECT_EQ(at_siao(sent)->state, "consent_withdrawn");
  EXPECT_EQ(notices()[0].status, "stopped");
  EXPECT_TRUE(notices()[0].answered.has_value());
}

TEST_F(Telling, a_recipient_that_must_keep_names_the_article_and_the_day) {
  delivered();
  duty(*siao);
  withdraw();
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::refused));
  EXPECT_EQ(notices()[0].status, "kept");
  EXPECT_EQ(notices()[0].answer, "kept:CASF, art. L. 100:2027-11-23");
}

TEST_F(Telling, what_rested_on_consent_alone_is_erased_by_the_recipient) {
  test::Message referral = test::housing_referral(clock.now());
  referral.shared.grounds = {{"fr.orient", "orientation", {"A6-1-a"}}};
  referral.shared.data_protection_basis = {"A6-1-a"};
  ASSERT_EQ(arrives(test::signed_by(*sds, referral)).value().status, "filed");
  const auto word =
      arrives(test::signed_by(*sds, notice(Event::consent_withdrawn, std::string(64, 'a'), 2)));
  EXPECT_EQ(word.value().status, "filed");
  EXPECT_EQ(word.value().reason, "erased");
  ASSERT_TRUE(flow::continue_erasures(siao->line));
  EXPECT_EQ(siao->store.persons(), 0u);
}

TEST_F(Telling, who_was_told_nothing_is_told_nothing_now) {
  const auto sent = submitted();
  withdraw();
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::withheld)) << "the referral";
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::withheld)) << "and so the notice";
  EXPECT_TRUE(seen.empty());
  EXPECT_EQ(notices()[0].status, "needless");
  EXPECT_EQ(sds->store.get(sent.referral.id).value()->state, "consent_withdrawn");
}

TEST_F(Telling, only_who_received_something_under_that_consent_is_told) {
  delivered();
  const ConsentId other = consent();
  ASSERT_TRUE(flow::withdraw_consent(sds->line, caller(), request().person, other, "person_asked"));
  EXPECT_TRUE(notices().empty());
  EXPECT_EQ(sds->store.waiting(), 0u);
}

TEST_F(Telling, a_notice_repeated_gets_the_same_acknowledgement_and_changes_nothing) {
  delivered();
  withdraw();
  deliver_all(*sds);
  const Envelope notice = seen.back();
  const auto first = siao->store.filed(AgencyId("sds"), notice.disclosure).value();
  const size_t entries = siao->store.ledger_entries().size();
  const auto again = arrives(notice).value();
  EXPECT_EQ(again.status, "filed");
  EXPECT_EQ(again.reason, "stopped");
  EXPECT_EQ(again.entry, first->entry);
  EXPECT_EQ(siao->store.ledger_entries().size(), entries);
}

TEST_F(Telling, a_peer_can_say_nothing_about_another_pairs_referral) {
  const auto sent = delivered();
  auto content = directory.copy();
  test::AgencyNode third("crf", 200, *words, *law, directory, clock);
  Agency agency = content.agencies[0];
  agency.id = AgencyId("crf");
  agency.signing_key = third.signer.verifier().text();
  agency.ledger_key = third.ledger_signer.verifier().text();
  content.agencies.push_back(agency);
  directory.set(content);
  auto message = notice(Event::consent_withdrawn, sent.handle.text(), 9);
  message.shared.sender_agency = "crf";
  const auto word =
      flow::receive(siao->line, AgencyId("crf"), test::signed_by(third, message)).value();
  EXPECT_EQ(word.status, "filed") << "as for any handle it does not know";
  EXPECT_EQ(word.reason, "stopped");
  EXPECT_EQ(at_siao(sent)->state, "received") << "and nothing changed";
  EXPECT_FALSE(siao->store.stopped(AgencyId("sds"), sent.handle, 1).value());
}

TEST_F(Telling, a_recipient_cannot_withdraw_what_was_sent_to_it) {
  const auto sent = delivered();
  auto message = notice(Event::consent_withdrawn, sent.handle.text(), 2);
  message.shared.sender_agency = "siao";
  message.shared.recipient_agency = "sds";
  const auto word =
      flow::receive(sds->line, AgencyId("siao"), test::signed_by(*siao, message)).value();
  EXPECT_EQ(word.reason, "not_expected");
  EXPECT_EQ(sds->store.get(sent.id).value()->state, "received");
}

TEST_F(Telling, a_notice_about_a_person_who_was_erased_is_answered_like_any_other) {
  const auto sent = delivered();
  siao->store.erase_row(at_siao(sent)->person);
  withdraw();
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  EXPECT_EQ(notices()[0].status, "stopped");
}

TEST_F(Telling, a_notice_brings_nothing_along) {
  const auto sent = delivered();
  auto message = notice(Event::consent_withdrawn, sent.handle.text(), 2);
  message.items = {{"identity.name", Sensitive<std::string>("Somebody Else")}};
  EXPECT_EQ(arrives(test::signed_by(*sds, message)).value().reason, "not_declared");
  message = notice(Event::consent_withdrawn, sent.handle.text(), 2);
  message.shared.reason = "lifted";
  EXPECT_EQ(arrives(test::signed_by(*sds, message)).value().reason, "not_declared")
      << "a withdrawal is not taken back by a notice";
  EXPECT_EQ(at_siao(sent)->state, "received");
}

TEST_F(Telling, objection_and_restriction_travel_the_same_way_and_so_does_their_end) {
  const auto sent = delivered();
  for (const auto right : {flow::Right::objection, flow::Right::restriction}) {
    for (const bool lifted : {false, true}) {
      ASSERT_TRUE(flow::record_right(sds->line, caller(), request().person, right, lifted));
      EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
      EXPECT_EQ(notices().back().status, lifted ? "resumed" : "stopped");
      const Person there = siao->store.get(at_siao(sent)->person).value();
      EXPECT_EQ(right == flow::Right::objection ? there.objection : there.restriction, !lifted);
    }
  }
  EXPECT_EQ(at_siao(sent)->state, "received") << "the referral itself goes on";
}

TEST_F(Telling, what_was_objected_to_there_is_not_passed_on_from_here_either) {
  const auto sent = delivered();
  const PersonReference file("siao-7");
  ASSERT_TRUE(flow::accept(siao->line, caller(), at_siao(sent)->id, file));
  ASSERT_TRUE(
      flow::record_right(sds->line, caller(), request().person, flow::Right::objection, false));
  deliver_all(*sds);
  EXPECT_TRUE(siao->store.open(file).value().objection) << "its own record of the person";
  ASSERT_TRUE(flow::record_right(siao->line, caller(), file, flow::Right::restriction, false));
  for (const auto right : {flow::Right::objection, flow::Right::restriction}) {
    ASSERT_TRUE(flow::record_right(sds->line, caller(), request().person, right, true));
  }
  while (!deliver_all(*sds).empty()) {
  }
  EXPECT_FALSE(siao->store.open(file).value().objection);
  EXPECT_TRUE(siao->store.open(file).value().restriction)
      << "what the person asked here, no other agency lifts";
}

TEST_F(Telling, an_end_that_comes_late_ends_nothing_newer) {
  const auto sent = delivered();
  auto lifted = notice(Event::restricted, sent.handle.text(), 3);
  lifted.shared.reason = "lifted";
  ASSERT_TRUE(arrives(test::signed_by(*sds, notice(Event::restricted, sent.handle.text(), 4))));
  EXPECT_EQ(arrives(test::signed_by(*sds, lifted)).value().reason, "stopped");
  EXPECT_TRUE(siao->store.get(at_siao(sent)->person).value().restriction);
}

TEST_F(Telling, what_a_peer_answers_in_words_of_its_own_is_not_repeated_to_the_person) {
  EXPECT_EQ(flow::answer_of(Event::objection, "delivered", "we shall see").status, "noted");
  EXPECT_EQ(flow::answer_of(Event::objection, "refused", "kept:x:not-a-day").status, "refused");
  EXPECT_EQ(flow::answer_of(Event::objection, "refused", "kept:a\nb:2027-01-01").status, "refused");
  EXPECT_FALSE(flow::answer_of(Event::objection, "refused", "not_expected").answered);
  EXPECT_EQ(flow::answer_words("kept", "kept:CSP, art. R. 1112-7:2046-01-01", "en"),
            "must keep until 1 January 2046 (CSP, art. R. 1112-7)");
}

TEST_F(Telling, a_word_said_twice_is_one_and_tells_nobody_twice) {
  delivered();
  const ConsentId id = sds->store.find(request().person).value()->consents.front().id;
  const auto withdraw_it = [&] {
    return flow::withdraw_consent(sds->line, caller(), request().person, id, "person_asked");
  };
  const auto object = [&](bool lifted) {
    return flow::record_right(sds->line, caller(), request().person, flow::Right::objection,
                              lifted);
  };
  const uint64_t objected = object(false).value();
  EXPECT_EQ(object(false).value(), objected);
  EXPECT_EQ(notices().size(), 1u);
  const uint64_t lifted = object(true).value();
  EXPECT_EQ(object(true).value(), lifted);
  EXPECT_NE(object(false).value(), objected) << "said again after it was taken back";
  EXPECT_EQ(notices().size(), 3u);
  const uint64_t withdrawn = withdraw_it().value();
  deliver_all(*sds);
  EXPECT_EQ(withdraw_it().value(), withdrawn);
  EXPECT_EQ(notices().size(), 4u);
}

TEST_F(Telling, a_right_said_again_reaches_who_received_something_since) {
  const auto object = [&] {
    return flow::record_right(sds->line, caller(), request().person, flow::Right::restriction,
                              false);
  };
  const uint64_t before = object().value();
  delivered();  // the law of this test lets a restricted file go
  EXPECT_NE(object().value(), before);
  EXPECT_EQ(notices().size(), 1u);
}

TEST_F(Telling, an_entry_made_while_the_right_is_recorded_is_told_of_too) {
  consent();
  ReferralId sent;
  const test::Meanwhile other("tell.before_record", [&] { sent = submitted().referral.id; });
  ASSERT_TRUE(
      flow::record_right(sds->line, caller(), request().person, flow::Right::objection, false));
  EXPECT_FALSE(sent.empty());
  EXPECT_EQ(notices().size(), 1u);
}

}  // namespace
}  // namespace relais
