// SPDX-License-Identifier: Apache-2.0
// Erasure as the two agencies and the person see it; what a crash leaves is tested over PostgreSQL.
#include "node/flow/erase.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/agencies.h"

namespace relais {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Erasing : testing::Test, test::TwoAgencies {
  flow::Submitted sent() {
    flow::Request asked = request();
    asked.consent = consent();
    auto submitted = flow::submit(sds->line, caller(), "key-1", asked).value();
    deliver_all(*sds);
    return submitted;
  }
  flow::Erasure erased() {
    auto outcome = flow::erase(sds->line, caller(), request().person, "consent_withdrawn").value();
    return std::get<flow::Erasure>(std::move(outcome));
  }
  void duty(test::AgencyNode& node, int days) {
    flow::RetentionDuty one;
    one.id = "social-file";
    one.article = "an article of the test";
    one.reason = {"dossier social", "social file"};
    one.purposes = {"housing_orientation"};
    one.days = days;
    one.from = *Date::parse("2020-01-01");
    node.settings.retention = {one};
  }
};

TEST_F(Erasing, everything_about_the_person_is_gone_and_the_ledger_goes_on) {
  sent();
  const size_t before = sds->store.ledger_entries().size();
  const auto erasure = erased();
  EXPECT_EQ(erasure.state, "shredded");
  EXPECT_EQ(sds->store.persons(), 0u);
  EXPECT_EQ(sds->store.ledger_entries().size(), before + 2) << "a notice, and the erased entry";
  const auto again = flow::statement(sds->line, caller(), request().person, "fr", "subject");
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().kind, FaultKind::not_found);
}

TEST_F(Erasing, the_erased_entry_lists_nothing_of_what_was_erased) {
  sent();
  const auto erasure = erased();
  const auto& entry = sds->store.ledger_entries().back();
  EXPECT_EQ(entry.shared.entry_id, erasure.entry.text());
  EXPECT_EQ(entry.shared.event, ledger::Event::erased);
  EXPECT_TRUE(entry.person.empty());
  EXPECT_EQ(entry.privately.person_seq, 0u);
  EXPECT_TRUE(entry.shared.handle.empty());
  EXPECT_TRUE(entry.shared.recipient_agency.empty());
  EXPECT_EQ(entry.shared.reason, "consent_withdrawn");
}

TEST_F(Erasing, every_recipient_is_told_erases_too_and_acknowledges) {
  sent();
  const auto erasure = erased();
  ASSERT_EQ(erasure.notices.size(), 1u);
  EXPECT_EQ(erasure.notices[0].status, "queued");
  ASSERT_EQ(siao->store.persons(), 1u);
  EXPECT_THAT(deliver_all(*sds), testing::ElementsAre(flow::Attempt::delivered));
  ASSERT_TRUE(flow::continue_erasures(siao->line));
  EXPECT_EQ(siao->store.persons(), 0u) << "the recipient destroyed its openings too";
  const auto now = sds->line.erasures.find(erasure.id).value();
  EXPECT_EQ(now->notices[0].status, "erased");
  EXPECT_THAT(flow::render_erasure(sds->line, *now, "fr"), HasSubstr("Agence siao a effacé aussi"));
}

TEST_F(Erasing, a_recipient_that_must_keep_says_under_which_article_until_when) {
  sent();
  duty(*siao, 365);
  const auto erasure = erased();
  EXPECT_THAT(deliver_all(*sds), testing::ElementsAre(flow::Attempt::refused));
  EXPECT_EQ(siao->store.persons(), 1u);
  const auto now = sds->line.erasures.find(erasure.id).value();
  EXPECT_EQ(now->notices[0].status, "kept");
  EXPECT_EQ(now->notices[0].answer, "kept:an article of the test:2027-11-23");
  EXPECT_THAT(flow::render_erasure(sds->line, *now, "en"),
              HasSubstr("Agency siao must keep until 23 November 2027 (an article of the test)"));
}

TEST_F(Erasing, a_notice_given_twice_gets_the_same_answer) {
  sent();
  const auto erasure = erased();
  deliver_all(*sds);
  const Envelope notice = seen.back();
  const auto first = siao->store.filed(AgencyId("sds"), notice.disclosure).value();
  ASSERT_TRUE(flow::continue_erasures(siao->line));
  const auto again = flow::receive(siao->line, AgencyId("sds"), notice).value();
  EXPECT_EQ(again.status, "filed");
  EXPECT_EQ(again.entry, first->entry);
}

TEST_F(Erasing, a_notice_about_a_handle_nobody_knows_is_answered_like_any_other) {
  const auto submitted = sent();
  siao->store.erase_row(
      siao->store.by_handle(AgencyId("sds"), submitted.referral.handle).value()->person);
  erased();
  EXPECT_THAT(deliver_all(*sds), testing::ElementsAre(flow::Attempt::delivered));
}

TEST_F(Erasing, a_duty_to_keep_stands_against_it_is_recorded_and_shown_to_the_person) {
  sent();
  duty(*sds, 365);
  const auto outcome = flow::erase(sds->line, caller(), request().person, "objection").value();
  const auto* hold = std::get_if<flow::Hold>(&outcome);
  ASSERT_NE(hold, nullptr);
  EXPECT_EQ(hold->until.text(), "2027-11-23");
  EXPECT_EQ(sds->store.persons(), 1u);
  const auto& entry = sds->store.ledger_entries().back();
  EXPECT_EQ(entry.shared.event, ledger::Event::erased);
  EXPECT_EQ(entry.shared.status, "kept");
  EXPECT_FALSE(entry.person.empty());
  const auto statement =
      flow::statement(sds->line, caller(), request().person, "fr", "subject").value();
  const std::string text = flow::render_text(statement);
  EXPECT_THAT(text, HasSubstr("La loi nous oblige à les garder jusqu'au 23 novembre 2027"));
  EXPECT_THAT(text, HasSubstr("La loi oblige à garder ces informations jusqu'au 23 novembre 2027 : "
                              "dossier social (an article of the test)."));
}

TEST_F(Erasing, after_its_last_day_the_duty_stands_no_more) {
  sent();
  duty(*sds, 30);
  EXPECT_TRUE(std::holds_alternative<flow::Hold>(
      flow::erase(sds->line, caller(), request().person, "objection").value()));
  clock.advance(std::chrono::hours{24 * 30});
  EXPECT_TRUE(std::holds_alternative<flow::Erasure>(
      flow::erase(sds->line, caller(), request().person, "objection").value()));
}

TEST_F(Erasing, what_still_waits_for_delivery_never_leaves) {
  flow::Request asked = request();
  asked.consent = consent();
  flow::submit(sds->line, caller(), "key-1", asked).value();
  EXPECT_EQ(sds->store.waiting(), 1u);
  const auto erasure = erased();
  ASSERT_EQ(erasure.notices.size(), 1u);
  deliver_all(*sds);
  ASSERT_EQ(seen.size(), 1u) << "the notice alone";
  EXPECT_EQ(seen[0].disclosure, erasure.notices[0].id);
}

TEST_F(Erasing, a_reason_is_asked_for_and_nobody_is_erased_without_one) {
  sent();
  EXPECT_EQ(flow::erase(sds->line, caller(), request().person, "").error().kind,
            FaultKind::invalid);
  EXPECT_EQ(flow::erase(sds->line, caller(), PersonReference("x"), "objection").error().kind,
            FaultKind::not_found);
  EXPECT_EQ(sds->store.persons(), 1u);
}

TEST_F(Erasing, the_person_is_told_in_both_languages_how_far_it_is) {
  sent();
  auto erasure = erased();
  EXPECT_THAT(flow::render_erasure(sds->line, erasure, "fr"),
              HasSubstr("Vos informations ont été effacées chez nous le 23 novembre 2026."));
  EXPECT_THAT(flow::render_erasure(sds->line, erasure, "en"),
              HasSubstr("Our backup copies can no longer be read after the next change of keys"));
  erasure.complete = clock.now();
  EXPECT_THAT(flow::render_erasure(sds->line, erasure, "en"),
              HasSubstr("Since 23 November 2026 our backup copies cannot be read either."));
  EXPECT_THAT(flow::render_erasure(sds->line, erasure, "fr"), Not(HasSubstr("dossier-1")));
}

}  // namespace
}  // namespace relais
