// SPDX-License-Identifier: Apache-2.0
// A correction, as the recipients and the person see it; and who has not answered.
#include "node/flow/correct.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/flow/payload.h"
#include "node/flow/tell.h"
#include "tests/support/forged.h"

namespace relais {
namespace {

using flow::Attempt;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

struct Correcting : testing::Test, test::TwoAgencies {
  Correcting() {
    // A second service, which needs the name alone.
    Directory content = directory.copy();
    Service service = content.agencies[1].services.front();
    service.id = ServiceId("post");
    service.name = {"Domiciliation", "Postal address"};
    service.needs = {{*words->find("identity.name"), true, "needed to write"}};
    content.agencies[1].services.push_back(service);
    content.version += 1;
    directory.set(content);
  }
  flow::StoredReferral delivered(const std::string& service) {
    flow::Request asked = request();
    asked.service = ServiceId(service);
    asked.consent = consent();
    const auto sent = flow::submit(sds->line, caller(), service, asked).value();
    EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
    return sent.referral;
  }
  Result<uint64_t> correct(std::vector<flow::AskedItem> items) {
    return flow::correct(sds->line, caller(), request().person, items);
  }
  static flow::AskedItem item(const char* category, const char* value) {
    return {category, Sensitive<std::string>(value)};
  }
  std::vector<flow::Notice> notices() {
    const PersonId person = sds->store.find(request().person).value()->id;
    return sds->store.about(person).value();
  }
  std::string held(const flow::StoredReferral& sent, const std::string& category) {
    const auto there = siao->store.by_handle(AgencyId("sds"), sent.handle).value();
    const auto items = flow::decode_items(there->body).value();
    for (const auto& one : items) {
      if (one.category == category) return one.value.reveal();
    }
    return "";
  }
  std::string statement(const std::string& language) {
    return flow::render_text(
        flow::statement(sds->line, caller(), request().person, language, "subject").value());
  }
  void withdraw_all() {
    const auto person = sds->store.find(request().person).value();
    for (const Consent& one : person->consents) {
      ASSERT_TRUE(flow::withdraw_consent(sds->line, caller(), request().person, one.id, "error"));
    }
    while (!deliver_all(*sds).empty()) {
    }
  }
};

TEST_F(Correcting, correction_is_sent_to_every_recipient_in_the_log) {
  const auto orientation = delivered("orientation");
  const auto post = delivered("post");
  ASSERT_TRUE(correct({item("identity.name", "Nadia Exemplaire"), item("need.code", "food")}));
  ASSERT_EQ(notices().size(), 2u) << "each recipient in the log";
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered, Attempt::delivered));
  EXPECT_EQ(held(orientation, "identity.name"), "Nadia Exemplaire");
  EXPECT_EQ(held(orientation, "need.code"), "food");
  EXPECT_EQ(held(post, "identity.name"), "Nadia Exemplaire");
  EXPECT_EQ(held(post, "need.code"), "") << "it never received this category";
  for (const Envelope& envelope : seen) {
    const auto shared = ledger::decode_shared(envelope.shared_bytes).value();
    if (shared.event != ledger::Event::corrected || shared.handle != post.handle.text()) continue;
    EXPECT_THAT(shared.categories_released, ElementsAre("identity.name"));
    EXPECT_THAT(envelope.payload, Not(HasSubstr("food"))) << "nor does it learn of it";
  }
  const auto account = flow::statement(sds->line, caller(), request().person, "en", "subject");
  for (const auto& line : account.value().lines) {
    if (line.event != "corrected" || line.released.empty()) continue;
    EXPECT_EQ(line.delivery, "delivered");
  }
  // The list, on request (GDPR 19, last sentence).
  const std::string french = statement("fr");
  EXPECT_THAT(french, HasSubstr("Correction, le 23 novembre 2026 : Agence siao a corrigé aussi "
                                "(réponse du 23 novembre 2026)."));
  EXPECT_THAT(statement("en"),
              HasSubstr("The correction, on 23 November 2026: Agency siao has corrected "
                        "it too (answered on 23 November 2026)."));
  const auto json = flow::render_json(
      flow::statement(sds->line, caller(), request().person, "en", "subject").value());
  EXPECT_THAT(json, HasSubstr("\"recipients_told\""));
  EXPECT_THAT(json, HasSubstr("\"status\": \"corrected\""));
}

TEST_F(Correcting, a_correction_is_a_decision_and_an_entry_of_its_own) {
  delivered("orientation");
  ASSERT_TRUE(correct({item("identity.name", "Nadia Exemplaire")}));
  const auto& entry = sds->store.ledger_entries().back();
  EXPECT_EQ(entry.shared.event, ledger::Event::corrected);
  EXPECT_EQ(entry.shared.status, "notice");
  ASSERT_FALSE(entry.shared.grounds.empty());
  EXPECT_EQ(entry.shared.grounds[0].rule, "fr.orient");
  EXPECT_TRUE(entry.privately.facts_digest.has_value()) << "it can be decided again";
}

TEST_F(Correcting, a_correction_carries_the_labels_of_what_it_puts_right) {
  PersonFacts facts;
  facts.origin = {"control"};
  ASSERT_TRUE(flow::record_person(sds->line, caller(), request().person, facts));
  delivered("orientation");
  ASSERT_TRUE(correct({item("identity.name", "Nadia Exemplaire")}));
  EXPECT_THAT(sds->store.ledger_entries().back().shared.origin_labels, ElementsAre("control"));
}

TEST_F(Correcting, without_a_ground_the_recipient_learns_that_and_not_what) {
  const auto sent = delivered("orientation");
  withdraw_all();
  ASSERT_TRUE(correct({item("identity.name", "Nadia Exemplaire")}));
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  EXPECT_THAT(seen.back().payload, Not(HasSubstr("Exemplaire")));
  EXPECT_EQ(notices().back().status, "noted");
  EXPECT_EQ(held(sent, "identity.name"), "Nadia Exemple");
}

TEST_F(Correcting, a_ground_lost_before_it_leaves_stops_it) {
  const auto sent = delivered("orientation");
  ASSERT_TRUE(correct({item("identity.name", "Nadia Exemplaire")}));
  ASSERT_TRUE(
      flow::record_right(sds->line, caller(), request().person, flow::Right::objection, false));
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::withheld)) << "the correction";
  EXPECT_EQ(held(sent, "identity.name"), "Nadia Exemple");
  EXPECT_EQ(sds->store.overdue(clock.now(), 10).value().size(), 1u) << "and somebody must look";
}

TEST_F(Correcting, a_peer_corrects_only_what_it_sent) {
  const auto sent = delivered("post");
  test::Message message;
  message.shared.event = ledger::Event::corrected;
  message.shared.handle = sent.handle.text();
  message.shared.sender_agency = "sds";
  message.shared.recipient_agency = "siao";
  message.shared.recipient_service = "post";
  message.shared.purpose = "housing_orientation";
  message.shared.status = "notice";
  message.shared.grounds = {{"fr.orient", "orientation", {"A6-1-e"}}};
  message.expires = clock.now() + std::chrono::hours{24};
  message.sequence = 2;
  message.shared.categories_released = {"need.code"};
  message.items = {item("need.code", "food")};
  const auto word =
      flow::receive(siao->line, AgencyId("sds"), test::signed_by(*sds, message)).value();
  EXPECT_EQ(word.status, "refused");
  EXPECT_EQ(word.reason, "not_declared");
}

TEST_F(Correcting, what_is_not_a_correction_is_refused_by_name) {
  delivered("orientation");
  EXPECT_EQ(correct({}).error().kind, FaultKind::invalid);
  EXPECT_EQ(correct({item("no.such", "x")}).error().kind, FaultKind::invalid);
  EXPECT_EQ(correct({item("identity.name", "a"), item("identity.name", "b")}).error().kind,
            FaultKind::invalid);
  EXPECT_EQ(
      flow::correct(sds->line, caller(), PersonReference("nobody"), {item("identity.name", "a")})
          .error()
          .kind,
      FaultKind::not_found);
}

TEST_F(Correcting, the_statement_says_who_has_answered_and_who_has_not) {
  delivered("orientation");
  const auto post = delivered("post");
  const ConsentId last = sds->store.find(request().person).value()->consents.back().id;
  ASSERT_TRUE(flow::withdraw_consent(sds->line, caller(), request().person, last, "error"));
  peer_away = true;
  deliver_all(*sds);
  EXPECT_THAT(statement("fr"),
              HasSubstr("Retrait de votre accord, le 23 novembre 2026 : Agence siao "
                        "n'a pas encore répondu."));
  EXPECT_TRUE(sds->store.overdue(clock.now(), 10).value().empty());
  clock.advance(sds->settings.answer_within);
  EXPECT_THAT(
      statement("en"),
      HasSubstr("Your withdrawal, on 23 November 2026: Agency siao has not answered yet (the "
                "time limit passed on 30 November 2026)."));
  ASSERT_EQ(sds->store.overdue(clock.now(), 10).value().size(), 1u);
  peer_away = false;
  EXPECT_THAT(deliver_all(*sds), ElementsAre(Attempt::delivered));
  EXPECT_THAT(statement("fr"),
              HasSubstr("Agence siao ne s'en sert plus (réponse du 30 novembre 2026)."));
  EXPECT_TRUE(sds->store.overdue(clock.now(), 10).value().empty());
  EXPECT_EQ(siao->store.by_handle(AgencyId("sds"), post.handle).value()->state,
            "consent_withdrawn");
}

}  // namespace
}  // namespace relais
