// SPDX-License-Identifier: Apache-2.0
// A referral's life between two agencies: what each side says reaches the other, once, in order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/flow/access.h"
#include "node/flow/anonymise.h"
#include "node/flow/follow.h"
#include "node/flow/note.h"
#include "tests/support/agencies.h"

namespace relais {
namespace {

using flow::Attempt;
using flow::Move;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Life : testing::Test, test::TwoAgencies {
  ReferralId here;   // the sender's id of the referral
  ReferralId there;  // the target's

  void SetUp() override {
    flow::Request asked = request();
    asked.consent = consent();
    here = flow::submit(sds->line, caller(), "key-1", asked).value().referral.id;
    deliver_all(*sds);
    there = flow::list_inbox(siao->line, "", 1).value().referrals[0].referral.id;
  }
  // The target moves it, and the news arrives.
  void target(const std::string& state, const std::string& reason = "",
              const std::vector<std::string>& asked = {}) {
    const auto moved = flow::move(siao->line, caller(), there, Move{state, reason, asked, {}, {}});
    ASSERT_TRUE(moved.has_value()) << state << ": " << moved.error().message.view();
    EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::delivered)) << state;
  }
  FaultKind refused(test::AgencyNode& by, const ReferralId& id, Move move) {
    const auto moved = flow::move(by.line, caller(), id, std::move(move));
    return moved ? FaultKind::in_doubt : moved.error().kind;
  }
  std::string at_sender() { return sds->store.get(here).value()->state; }
  std::string read_at_sender(const char* language) {
    return flow::render_text(
        flow::statement(sds->line, caller(), request().person, language, "subject").value());
  }
  std::string at_target() { return siao->store.get(there).value()->state; }
};

TEST_F(Life, runs_whole_and_both_sides_agree_at_every_step) {
  for (const char* state :
       {"accepted", "appointment_scheduled", "appointment_no_show", "appointment_scheduled",
        "appointment_excused", "appointment_scheduled", "in_progress", "completed"}) {
    target(state);
    EXPECT_EQ(at_sender(), state);
    EXPECT_EQ(at_target(), state);
  }
  const auto account =
      flow::statement(sds->line, caller(), request().person, "fr", "subject").value();
  EXPECT_TRUE(account.complete);
  EXPECT_THAT(flow::render_text(account), HasSubstr("vous aviez prévenu de votre absence"));
}

TEST_F(Life, an_illegal_move_is_refused_by_name_before_anything_is_recorded) {
  const size_t before = siao->store.ledger_entries().size();
  EXPECT_EQ(refused(*siao, there, {"completed", "", {}, {}, {}}), FaultKind::precondition);
  EXPECT_EQ(refused(*siao, there, {"rejected", "", {}, {}, {}}), FaultKind::invalid);
  EXPECT_EQ(refused(*siao, there, {"cancel_requested", "", {}, {}, {}}), FaultKind::forbidden);
  EXPECT_EQ(refused(*sds, here, {"accepted", "", {}, {}, {}}), FaultKind::forbidden);
  EXPECT_EQ(siao->store.ledger_entries().size(), before);
}

TEST_F(Life, a_peer_that_makes_an_illegal_move_is_refused_by_name) {
  siao->store.change_state(there, "in_progress");  // a node that lost its mind
  ASSERT_TRUE(flow::move(siao->line, caller(), there, Move{"completed", "", {}, {}, {}}));
  EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::refused));
  EXPECT_EQ(at_sender(), "received");
  EXPECT_EQ(sds->store.ledger_entries().back().shared.reason, "illegal_transition");
}

TEST_F(Life, a_cancellation_is_a_handshake) {
  target("accepted");
  ASSERT_TRUE(flow::move(sds->line, caller(), here, Move{"cancel_requested", "", {}, {}, {}}));
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  EXPECT_EQ(at_target(), "cancel_requested");
  target("cancelled", "person_declined");
  EXPECT_EQ(at_sender(), "cancelled");
}

TEST_F(Life, moves_that_cross_on_the_way_are_both_kept_and_both_sides_agree_in_the_end) {
  target("accepted");
  ASSERT_TRUE(flow::move(sds->line, caller(), here, Move{"cancel_requested", "", {}, {}, {}}));
  ASSERT_TRUE(flow::move(siao->line, caller(), there, Move{"in_progress", "", {}, {}, {}}));
  EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::delivered));
  EXPECT_EQ(at_sender(), "cancel_requested");
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  EXPECT_EQ(at_target(), "cancel_requested");
  target("completed");
  EXPECT_EQ(at_sender(), "completed");
}

TEST_F(Life, an_ending_that_crosses_a_cancellation_answers_it) {
  ASSERT_TRUE(flow::move(sds->line, caller(), here, Move{"cancel_requested", "", {}, {}, {}}));
  ASSERT_TRUE(flow::reject(siao->line, caller(), there, "no_capacity"));
  EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::delivered));
  EXPECT_EQ(at_sender(), "rejected");
  EXPECT_EQ(sds->store.get(here).value()->reason, "no_capacity");
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  EXPECT_EQ(at_target(), "rejected") << "the question comes after the end, and changes nothing";
}

TEST_F(Life, the_reason_other_is_said_in_words_which_the_sender_and_the_person_read) {
  EXPECT_EQ(refused(*siao, there, {"rejected", "other", {}, {}, {}}), FaultKind::invalid);
  EXPECT_EQ(refused(*siao, there, {"rejected", "no_capacity", {}, {}, {}, "complet"}),
            FaultKind::invalid);
  EXPECT_EQ(refused(*siao, there, {"rejected", "other", {}, {}, {}, std::string(201, 'x')}),
            FaultKind::invalid);
  EXPECT_EQ(refused(*siao, there, {"rejected", "other", {}, {}, {}, "deux\nlignes"}),
            FaultKind::invalid);
  ASSERT_TRUE(flow::reject(siao->line, caller(), there, "other", "travaux jusqu'en décembre"));
  EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::delivered));
  const auto opened = flow::get_referral(sds->line, here).value();
  EXPECT_EQ(opened.referral.reason, "other");
  EXPECT_EQ(opened.note, "travaux jusqu'en décembre");
  const auto account =
      flow::statement(sds->line, caller(), request().person, "fr", "subject").value();
  EXPECT_THAT(flow::render_text(account), HasSubstr("« travaux jusqu'en décembre »"));
}

TEST_F(Life, a_peers_note_beside_another_reason_is_no_note) {
  const std::vector<std::string> lies[] = {{"note:a"}, {"note:"}, {"note:a", "note:b"}};
  for (const auto& lie : lies) EXPECT_FALSE(flow::note_of(lie, "no_capacity"));
  EXPECT_FALSE(flow::note_of({"note:a", "note:b"}, "other"));
  EXPECT_EQ(flow::note_of({"asks:need.code"}, "other"), "");
}

TEST_F(Life, what_has_ended_is_replaced_and_not_opened_again) {
  flow::Request again = request();
  again.consent = consent();
  again.replaces = here;
  EXPECT_EQ(flow::submit(sds->line, caller(), "key-2", again).error().where, "replaces")
      << "it has not ended";
  target("rejected", "no_capacity");
  const auto sent = flow::submit(sds->line, caller(), "key-2", again).value().referral;
  EXPECT_NE(sent.id, here);
  EXPECT_NE(sent.handle, sds->store.get(here).value()->handle) << "the service is not told";
  EXPECT_EQ(flow::get_referral(sds->line, sent.id).value().replaces, here);
  EXPECT_EQ(at_sender(), "rejected");
}

TEST_F(Life, more_information_is_asked_by_category_and_only_what_the_service_declared) {
  EXPECT_EQ(refused(*siao, there, {"more_info_requested", "", {}, {}, {}}), FaultKind::invalid);
  EXPECT_EQ(refused(*siao, there, {"more_info_requested", "", {"health.clinical"}, {}, {}}),
            FaultKind::invalid);
  EXPECT_EQ(refused(*siao, there, {"accepted", "", {"need.code"}, {}, {}}), FaultKind::invalid);
  ASSERT_TRUE(flow::move(siao->line, caller(), there,
                         Move{"more_info_requested", "", {"need.code"}, {}, {}}));
  EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::delivered));
  EXPECT_EQ(at_sender(), "more_info_requested");
  EXPECT_THAT(sds->store.ledger_entries().back().shared.attachments, ElementsAre("asks:need.code"));
  EXPECT_THAT(flow::get_referral(sds->line, here).value().named.categories,
              ElementsAre("need.code"));
  EXPECT_THAT(read_at_sender("fr"), HasSubstr("Ce qui est demandé : besoin."));
  EXPECT_THAT(read_at_sender("en"), HasSubstr("What is asked: need."));
  target("more_info_requested", "", {"identity.name"});
  EXPECT_THAT(flow::get_referral(sds->line, here).value().named.categories,
              ElementsAre("identity.name"))
      << "what was asked last";
  target("accepted");
  EXPECT_THAT(flow::get_referral(sds->line, here).value().named.categories, IsEmpty());
}

TEST_F(Life, of_what_a_peer_names_only_what_is_known_here_is_taken) {
  const std::vector<std::string> attachments{"asks:Nadia Exemple", "asks:need.code", "see:siao",
                                             "see:nobody/x", "see:siao/x"};
  const flow::Named named = flow::named_in(sds->line, attachments);
  EXPECT_THAT(named.categories, ElementsAre("need.code"));
  EXPECT_TRUE(named.agency.empty());
  EXPECT_TRUE(named.service.empty());
}

TEST_F(Life, a_redirection_names_another_service_and_sends_nothing_there) {
  EXPECT_EQ(refused(*siao, there,
                    {"redirected", "not_this_service", {}, AgencyId("nobody"), ServiceId("x")}),
            FaultKind::invalid);
  ASSERT_TRUE(flow::move(
      siao->line, caller(), there,
      Move{"redirected", "not_this_service", {}, AgencyId("siao"), ServiceId("orientation")}));
  EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::delivered));
  EXPECT_EQ(at_sender(), "redirected");
  EXPECT_EQ(sds->store.waiting() + siao->store.waiting(), 0U);
  const flow::Named named = flow::get_referral(sds->line, here).value().named;
  EXPECT_EQ(named.agency, AgencyId("siao"));
  EXPECT_EQ(named.service, ServiceId("orientation"));
  EXPECT_THAT(read_at_sender("fr"), HasSubstr("Le service proposé : "));
  EXPECT_THAT(read_at_sender("en"), HasSubstr("The service suggested: "));
  EXPECT_THAT(read_at_sender("en"),
              HasSubstr("suggests another service: it is not the right service. Nothing is passed "
                        "on without you."));
}

TEST_F(Life, another_service_is_named_with_its_agency_and_a_fault_names_the_field) {
  const auto where = [&](const Move& asked) {
    return flow::move(siao->line, caller(), there, asked).error().where;
  };
  const AgencyId siao_id("siao");
  const std::string why = "not_this_service";
  EXPECT_EQ(where({"redirected", why, {}, {}, ServiceId("orientation")}), "other_agency");
  EXPECT_EQ(where({"redirected", why, {}, siao_id, {}}), "other_service");
  EXPECT_EQ(where({"redirected", why, {}, AgencyId("nobody"), ServiceId("x")}), "other_agency");
  EXPECT_EQ(where({"redirected", why, {}, siao_id, ServiceId("x")}), "other_service");
  EXPECT_EQ(where({"accepted", "", {}, siao_id, ServiceId("orientation")}), "other_agency");
  EXPECT_EQ(where({"more_info_requested", "", {"health.clinical"}, {}, {}}), "asked_categories");
  EXPECT_EQ(where({"more_info_requested", "", {}, {}, {}}), "asked_categories");
}

TEST_F(Life, without_an_answer_both_sides_let_it_expire_and_say_so) {
  clock.advance(std::chrono::hours{24 * 31});
  EXPECT_EQ(flow::expire(sds->line, 10).value(), 1U);
  EXPECT_EQ(flow::expire(siao->line, 10).value(), 1U);
  EXPECT_EQ(at_sender(), "expired");
  EXPECT_EQ(at_target(), "expired");
  EXPECT_EQ(sds->store.get(here).value()->reason, "no_answer");
  EXPECT_EQ(flow::expire(sds->line, 10).value(), 0U);
  EXPECT_EQ(sds->store.waiting(), 0U);
  const auto account =
      flow::statement(sds->line, caller(), request().person, "en", "subject").value();
  EXPECT_THAT(flow::render_text(account), HasSubstr("did not answer in time"));
}

TEST_F(Life, an_answered_referral_does_not_expire) {
  target("accepted");
  clock.advance(std::chrono::hours{24 * 31});
  EXPECT_EQ(flow::expire(sds->line, 10).value(), 0U);
  EXPECT_EQ(flow::expire(siao->line, 10).value(), 0U);
}

TEST_F(Life, a_question_to_cancel_that_meets_the_other_sides_timer_runs_out_in_its_own_time) {
  clock.advance(std::chrono::hours{24 * 29});
  ASSERT_TRUE(flow::move(sds->line, caller(), here, Move{"cancel_requested", "", {}, {}, {}}));
  clock.advance(std::chrono::hours{24 * 2});
  EXPECT_EQ(flow::expire(siao->line, 10).value(), 1U) << "the target's own 30 days";
  EXPECT_EQ(flow::expire(sds->line, 10).value(), 0U) << "the question is two days old";
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  EXPECT_EQ(at_target(), "expired") << "the question comes after the end, and changes nothing";
  clock.advance(std::chrono::hours{24 * 28});
  EXPECT_EQ(flow::expire(sds->line, 10).value(), 1U);
  EXPECT_EQ(at_sender(), "expired");
  EXPECT_EQ(sds->store.get(here).value()->reason, "no_answer");
}

TEST_F(Life, an_answer_that_crossed_the_senders_timer_beats_it) {
  clock.advance(std::chrono::hours{24 * 29});
  ASSERT_TRUE(flow::accept(siao->line, caller(), there, {}));
  clock.advance(std::chrono::hours{24 * 2});
  EXPECT_EQ(flow::expire(sds->line, 10).value(), 1U);
  EXPECT_THAT(deliver_all(*siao), ElementsAre(Attempt::delivered));
  EXPECT_EQ(at_sender(), "accepted");
  target("in_progress");
  EXPECT_EQ(at_sender(), "in_progress");
}

TEST_F(Life, a_question_to_cancel_gives_the_target_as_long_as_a_request_does) {
  extend_directory("2028-01-01");
  target("accepted");
  clock.advance(std::chrono::hours{24 * 40});  // an accepted one has no timer
  ASSERT_TRUE(flow::move(sds->line, caller(), here, Move{"cancel_requested", "", {}, {}, {}}));
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  clock.advance(std::chrono::hours{24 * 29});
  EXPECT_EQ(flow::expire(siao->line, 10).value(), 0U);
  EXPECT_EQ(flow::expire(sds->line, 10).value(), 0U);
  clock.advance(std::chrono::hours{24 * 2});
  EXPECT_EQ(flow::expire(siao->line, 10).value(), 1U);
  EXPECT_EQ(flow::expire(sds->line, 10).value(), 1U);
  EXPECT_EQ(at_sender(), "expired");
  EXPECT_EQ(at_target(), "expired");
}

TEST_F(Life, two_years_after_it_was_made_one_that_is_over_is_about_nobody) {
  extend_directory("2030-01-01");
  target("rejected", "no_capacity");
  const ConsentId agreed = flow::list_consents(sds->line, request().person).value()[0].id;
  clock.advance(std::chrono::hours{24 * 729});
  EXPECT_EQ(flow::anonymise(sds->line, 10).value(), 0U);
  clock.advance(std::chrono::hours{24 * 2});
  EXPECT_EQ(flow::anonymise(sds->line, 10).value(), 1U);
  EXPECT_EQ(flow::anonymise(siao->line, 10).value(), 1U);
  EXPECT_EQ(flow::anonymise(sds->line, 10).value(), 0U) << "once";
  const auto left = sds->store.get(here).value();
  EXPECT_TRUE(left->person.empty());
  EXPECT_TRUE(left->handle.empty());
  EXPECT_EQ(left->state, "rejected");
  EXPECT_EQ(left->reason, "no_capacity");
  EXPECT_TRUE(flow::get_referral(sds->line, here).value().items.empty());
  EXPECT_TRUE(flow::get_referral(siao->line, there).value().items.empty());
  const auto account =
      flow::statement(sds->line, caller(), request().person, "en", "subject").value();
  EXPECT_TRUE(account.complete) << "the ledger has a term of its own";
  ASSERT_TRUE(flow::withdraw_consent(sds->line, caller(), request().person, agreed, ""));
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered)) << "rights go on";
}

TEST_F(Life, one_that_goes_on_is_not_cut_off_however_old_it_is) {
  target("accepted");
  clock.advance(std::chrono::hours{24 * 1000});
  EXPECT_EQ(flow::anonymise(sds->line, 10).value(), 0U);
  EXPECT_EQ(flow::anonymise(siao->line, 10).value(), 0U);
}

TEST_F(Life, one_entered_in_error_is_struck_out_on_both_sides) {
  ASSERT_TRUE(flow::move(sds->line, caller(), here, Move{"entered_in_error", "", {}, {}, {}}));
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  EXPECT_EQ(at_target(), "entered_in_error");
  EXPECT_THAT(read_at_sender("fr"), HasSubstr("a signalé une erreur"));
  EXPECT_THAT(read_at_sender("fr"), testing::Not(HasSubstr("effacée"))) << "nothing was erased";
}

TEST_F(Life, what_never_left_is_struck_out_without_telling_anybody) {
  flow::Request silent = request();
  silent.consent = {};
  const auto draft = flow::submit(sds->line, caller(), "key-2", silent).value();
  ASSERT_EQ(draft.referral.state, "draft");
  ASSERT_TRUE(
      flow::move(sds->line, caller(), draft.referral.id, Move{"entered_in_error", "", {}, {}, {}}));
  EXPECT_EQ(sds->store.waiting(), 0U);
}

}  // namespace
}  // namespace relais
