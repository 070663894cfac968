// SPDX-License-Identifier: Apache-2.0
// The statement as a person reads it: how far each message came, in words that tell apart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/flow/statement_words.h"
#include "tests/support/agencies.h"

namespace relais {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

struct TheStatement : testing::Test, test::TwoAgencies {
  flow::Submitted sent() {
    flow::Request asked = request();
    asked.consent = consent();
    return flow::submit(sds->line, caller(), "key-1", asked).value();
  }
  flow::Submitted duty() {
    flow::Request asked = request();
    asked.purpose = "child_protection_assessment";
    asked.attestations = {{"facts.minor", {"at_risk"}}};
    return flow::submit(sds->line, caller(), "key-1", asked).value();
  }
  flow::Statement read(const std::string& language) {
    return flow::statement(sds->line, caller(), request().person, language, "subject").value();
  }
  std::vector<std::string> deliveries() {
    std::vector<std::string> codes;
    for (const flow::StatementLine& line : read("fr").lines) {
      if (!line.delivery.empty()) codes.push_back(line.delivery);
    }
    return codes;
  }
};

TEST_F(TheStatement, says_that_a_disclosure_is_not_confirmed_until_its_acknowledgement_is_stored) {
  sent();
  EXPECT_THAT(deliveries(), ElementsAre("waiting"));
  EXPECT_THAT(flow::render_text(read("fr")),
              HasSubstr("parti ou prêt à partir, pas encore confirmé"));
  EXPECT_THAT(flow::render_html(read("en")),
              HasSubstr("sent or about to be sent, not confirmed yet"));
  EXPECT_THAT(flow::render_json(read("en")), HasSubstr("\"delivery\": \"waiting\""));
  deliver_all(*sds);
  EXPECT_THAT(deliveries(), ElementsAre("delivered"));
  EXPECT_THAT(flow::render_text(read("fr")), Not(HasSubstr("pas encore confirmé")));
}

TEST_F(TheStatement, says_that_what_was_stopped_before_it_left_never_left) {
  sent();
  const ConsentId id = sds->store.find(request().person).value()->consents.front().id;
  ASSERT_TRUE(flow::withdraw_consent(sds->line, caller(), request().person, id, "person_asked"));
  deliver_all(*sds);
  EXPECT_THAT(deliveries(), ElementsAre("withheld"));
  EXPECT_THAT(flow::render_text(read("fr")), HasSubstr("et n'est pas parti : "));
  EXPECT_THAT(flow::render_text(read("en")), HasSubstr("and did not leave: "));
}

TEST_F(TheStatement, does_not_say_that_nothing_left_after_an_attempt_nobody_answered) {
  sent();
  answer_lost = true;
  deliver_all(*sds);
  ASSERT_EQ(flow::list_inbox(siao->line, "", 9).value().referrals.size(), 1u);
  const ConsentId id = sds->store.find(request().person).value()->consents.front().id;
  ASSERT_TRUE(flow::withdraw_consent(sds->line, caller(), request().person, id, "person_asked"));
  clock.advance(std::chrono::hours{1});
  EXPECT_THAT(deliver_all(*sds), ElementsAre(flow::Attempt::withheld));
  EXPECT_THAT(deliveries(), ElementsAre("stopped"));
  const std::string text = flow::render_text(read("en"));
  EXPECT_THAT(text, HasSubstr("We stopped sending to Agency siao: you withdrew your consent. "
                              "An attempt may have arrived: we do not know."));
  EXPECT_THAT(text, Not(HasSubstr("Nothing left")));
  EXPECT_THAT(text, Not(HasSubstr("nothing was sent")));
}

TEST_F(TheStatement, says_that_nothing_left_when_the_recipient_was_never_reached) {
  sent();
  peer_away = true;
  deliver_all(*sds);
  const ConsentId id = sds->store.find(request().person).value()->consents.front().id;
  ASSERT_TRUE(flow::withdraw_consent(sds->line, caller(), request().person, id, "person_asked"));
  clock.advance(std::chrono::hours{1});
  EXPECT_THAT(deliver_all(*sds), ElementsAre(flow::Attempt::withheld));
  EXPECT_THAT(deliveries(), ElementsAre("withheld"));
  EXPECT_THAT(flow::render_text(read("en")), HasSubstr("Nothing left for Agency siao"));
}

TEST_F(TheStatement, does_not_say_that_what_was_given_up_never_arrived_when_it_may_have) {
  ASSERT_TRUE(flow::confirm_duty(sds->line, caller(), duty().referral.id).has_value());
  answer_lost = true;
  clock.advance(sds->settings.give_up);
  EXPECT_THAT(deliver_all(*sds), ElementsAre(flow::Attempt::undeliverable));
  const std::string text = flow::render_text(read("fr"));
  EXPECT_THAT(text, HasSubstr("n'a jamais confirmé l'envoi. Un essai est peut-être arrivé"));
  EXPECT_THAT(text, Not(HasSubstr("jamais arrivé")));
}

TEST_F(TheStatement, says_that_a_message_nobody_confirmed_was_given_up) {
  ASSERT_TRUE(flow::confirm_duty(sds->line, caller(), duty().referral.id).has_value());
  peer_away = true;
  clock.advance(sds->settings.give_up);
  deliver_all(*sds);
  EXPECT_THAT(deliveries(), ElementsAre("prepared_then_sent", "undeliverable"));
  EXPECT_THAT(flow::render_text(read("en")), HasSubstr("given up: the recipient never confirmed"));
}

TEST(Statement, says_that_the_recipient_refused_and_did_not_keep_what_was_sent) {
  flow::Statement statement;
  statement.language = "fr";
  statement.lines.emplace_back().event = "disclosed";
  statement.lines[0].delivery = "refused";
  EXPECT_THAT(flow::render_text(statement), HasSubstr("refusé par le destinataire"));
}

TEST_F(TheStatement, tells_a_duty_that_waits_for_a_human_from_one_that_was_sent) {
  const auto waits = duty();
  EXPECT_THAT(deliveries(), ElementsAre("prepared"));
  EXPECT_THAT(flow::render_text(read("en")), HasSubstr("prepared, not sent"));
  ASSERT_TRUE(flow::confirm_duty(sds->line, caller(), waits.referral.id).has_value());
  EXPECT_THAT(deliveries(), ElementsAre("prepared_then_sent", "waiting"));
}

TEST_F(TheStatement, says_what_a_confirmed_duty_is_and_who_asked_for_it) {
  const auto waits = duty();
  ASSERT_TRUE(flow::confirm_duty(sds->line, caller(), waits.referral.id).has_value());
  EXPECT_THAT(read("fr").lines.back().sentence, HasSubstr("Un professionnel l'a confirmé."));
  ASSERT_TRUE(flow::statement(sds->line, caller(), request().person, "fr", "parent").has_value());
  EXPECT_EQ(read("fr").lines.back().sentence, "Un parent a demandé ce relevé.");
}

TEST_F(TheStatement, names_every_law_behind_a_secret_once_for_all_it_covers) {
  ASSERT_TRUE(flow::submit(sds->line, caller(), "k", request()).has_value());
  const flow::StatementLine line = read("fr").lines.back();
  EXPECT_THAT(line.sentence, HasSubstr("Nous n'avons rien envoyé. Nous pouvons vous donner"));
  ASSERT_FALSE(line.withheld.empty());
  EXPECT_THAT(line.withheld, testing::Contains(HasSubstr(", ")));
  EXPECT_THAT(line.withheld,
              testing::Contains(HasSubstr("nom et prénom, besoin : il faut votre accord, et "
                                          "nous ne l'avons pas pour cela (orientation)")));
}

TEST_F(TheStatement, says_which_right_was_used) {
  const auto use = [&](flow::Right right, bool lifted) {
    flow::record_right(sds->line, caller(), request().person, right, lifted).value();
    return read("en").lines.back().sentence;
  };
  EXPECT_THAT(use(flow::Right::objection, false), HasSubstr("You objected."));
  EXPECT_THAT(use(flow::Right::restriction, false), HasSubstr("You asked us to block"));
  EXPECT_THAT(use(flow::Right::objection, true), HasSubstr("You no longer object."));
}

TEST_F(TheStatement, says_what_the_person_can_do_and_when_it_was_in_words) {
  sent();
  const auto french = flow::render_text(read("fr"));
  EXPECT_THAT(french, HasSubstr("Ce que vous pouvez faire"));
  EXPECT_THAT(french, HasSubstr("(UTC)"));
  EXPECT_THAT(flow::render_html(read("en")), HasSubstr("<time datetime=\""));
  EXPECT_THAT(flow::rights_words("FR", "fr").back(), HasSubstr("CNIL"));
  EXPECT_EQ(flow::moment_words(1'772'323'200'000, "fr"), "1er mars 2026, 0 h 00 (UTC)");
  EXPECT_EQ(flow::moment_words(1'772'323'200'000, "en"), "1 March 2026, 0:00 (UTC)");
  EXPECT_EQ(flow::citation_words("GDPR, art. 6(1)(a), 7; GDPR, art. 9 ; CSP", "fr"),
            "RGPD, art. 6(1)(a), 7 ; RGPD, art. 9 ; CSP");
  EXPECT_EQ(flow::day_words("2026-03-01", "fr"), "1er mars 2026");
}

TEST_F(TheStatement, does_not_call_a_message_what_only_this_sides_clock_did) {
  sent();
  deliver_all(*sds);
  clock.advance(sds->settings.expiry + std::chrono::hours{1});
  ASSERT_EQ(flow::expire(sds->line, 10).value(), 1U);
  const flow::StatementLine line = read("fr").lines.back();
  EXPECT_EQ(line.status, "expired");
  EXPECT_EQ(line.delivery, "");
}

TEST_F(TheStatement, follows_an_answer_of_this_agency_like_any_other_message) {
  sent();
  deliver_all(*sds);
  const ReferralId there = flow::list_inbox(siao->line, "", 1).value().referrals[0].referral.id;
  ASSERT_TRUE(flow::accept(siao->line, caller(), there, PersonReference("S-9")).has_value());
  const auto at_siao = [&] {
    return flow::statement(siao->line, caller(), PersonReference("S-9"), "fr", "subject").value();
  };
  EXPECT_EQ(at_siao().lines.at(0).delivery, "");  // received: the other agency's message
  EXPECT_EQ(at_siao().lines.at(1).delivery, "waiting");
  deliver_all(*siao);
  EXPECT_EQ(at_siao().lines.at(1).delivery, "delivered");
}

TEST_F(TheStatement, says_what_becomes_of_what_had_arrived_when_a_consent_is_withdrawn) {
  sent();
  deliver_all(*sds);
  const ReferralId there = flow::list_inbox(siao->line, "", 1).value().referrals[0].referral.id;
  ASSERT_TRUE(flow::accept(siao->line, caller(), there, PersonReference("S-9")).has_value());
  deliver_all(*siao);
  const ConsentId id = sds->store.find(request().person).value()->consents.front().id;
  ASSERT_TRUE(flow::withdraw_consent(sds->line, caller(), request().person, id, "person_asked"));
  const std::string text = flow::render_text(read("en"));
  EXPECT_THAT(text, HasSubstr("Already arrived before: Agency siao. It was allowed when it left, "
                              "and withdrawing does not erase it. We tell them to stop using it. "
                              "Their answers are at the end."));
  EXPECT_THAT(text, HasSubstr("Agency siao has not answered yet."));
  EXPECT_THAT(flow::render_html(read("fr")), HasSubstr("Déjà arrivé avant : Agence siao."));
  const flow::Statement statement = read("fr");
  EXPECT_EQ(std::count_if(statement.lines.begin(), statement.lines.end(),
                          [&](const flow::StatementLine& line) {
                            return !flow::aftermath_words(statement, line).empty();
                          }),
            1)
      << "said once, not again with each notice of it";
  EXPECT_THAT(flow::render_json(read("fr")), HasSubstr("\"afterwards\": \"Déjà arrivé"));
}

TEST_F(TheStatement, says_that_what_nobody_answered_may_have_arrived_before_a_withdrawal) {
  sent();
  answer_lost = true;
  deliver_all(*sds);
  const ConsentId id = sds->store.find(request().person).value()->consents.front().id;
  ASSERT_TRUE(flow::withdraw_consent(sds->line, caller(), request().person, id, "person_asked"));
  EXPECT_THAT(flow::render_text(read("en")), HasSubstr("Perhaps arrived: Agency siao."));
}

}  // namespace
}  // namespace relais
