// SPDX-License-Identifier: Apache-2.0
// What a statement answers besides the copy of the entries: GDPR 15(1)(a) to (h), whom it names and
// whom it does not.
#include "node/flow/answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/agencies.h"

namespace relais {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

struct Answers : testing::Test, test::TwoAgencies {
  void send(const std::string& key) {
    flow::Request asked = request();
    asked.consent = consent();
    ASSERT_TRUE(flow::submit(sds->line, caller(), key, asked).has_value());
    deliver_all(*sds);
  }
  // The same agency under a new name, in a new directory.
  void rename_siao(const std::string& name) {
    Directory changed = directory.copy();
    changed.version += 1;
    changed.agencies[1].name = {name, name};
    directory.set(changed);
  }
  flow::Statement read(test::AgencyNode& node, const std::string& language) {
    return flow::statement(node.line, caller(), request().person, language, "subject").value();
  }
  flow::Statement read(const std::string& language) { return read(*sds, language); }
  static std::vector<std::string> in_all_forms(const flow::Statement& statement) {
    return {flow::render_text(statement), flow::render_html(statement),
            flow::render_json(statement)};
  }
};

TEST_F(Answers, statement_answers_article_15) {
  send("key-1");
  const auto french = json::parse(flow::render_json(read("fr")))["answers"];
  const auto english = json::parse(flow::render_json(read("en")))["answers"];
  std::string letters;
  for (const auto& [letter, answer] : french.items()) letters += letter;
  EXPECT_EQ(letters, "abcdefgh");
  const auto told = [](const json& answers, const char* letter) {
    return answers[letter]["texts"].dump();
  };
  EXPECT_THAT(told(french, "a"), HasSubstr("vous trouver un hébergement"));
  EXPECT_THAT(told(english, "a"), HasSubstr("to find you a place to stay"));
  EXPECT_THAT(told(french, "b"), HasSubstr("nom et prénom, besoin"));
  EXPECT_THAT(told(french, "b"), HasSubstr("santé")) << "also what was kept here";
  EXPECT_THAT(told(english, "c"), HasSubstr("Agency siao, 2 rue du Port: on 23 November 2026"));
  EXPECT_THAT(told(french, "d"), HasSubstr("Jusqu'au 23 novembre 2036"));
  EXPECT_THAT(told(english, "d"), HasSubstr("Until 23 November 2036"));
  EXPECT_THAT(told(french, "e"),
              HasSubstr("faire corriger ou effacer, faire bloquer, et vous opp"));
  EXPECT_THAT(told(english, "e"), HasSubstr("corrected or erased, have their use blocked"));
  EXPECT_THAT(told(french, "f"), HasSubstr("CNIL"));
  EXPECT_THAT(told(english, "f"), HasSubstr("CNIL"));
  EXPECT_THAT(told(french, "g"), HasSubstr("vient de vous"));
  EXPECT_THAT(told(french, "h"), HasSubstr("La machine propose. Elle ne refuse pas seule"));
  EXPECT_THAT(told(english, "h"), HasSubstr("rule by rule"));
  EXPECT_THAT(flow::render_text(read("fr")), HasSubstr("- D'où viennent vos données : "));
  EXPECT_THAT(flow::render_html(read("en")), HasSubstr("<dt>What the machine decides</dt>"));
}

TEST_F(Answers, tell_the_person_at_the_recipient_where_the_data_came_from) {
  send("key-1");
  const ReferralId there = flow::list_inbox(siao->line, "", 1).value().referrals[0].referral.id;
  ASSERT_TRUE(flow::accept(siao->line, caller(), there, request().person).has_value());
  const auto answers = json::parse(flow::render_json(read(*siao, "en")))["answers"];
  EXPECT_THAT(answers["g"]["texts"].dump(), HasSubstr("We received information from: Agency sds."));
}

TEST_F(Answers, name_the_authority_of_the_agencys_own_country) {
  EXPECT_THAT(flow::authority_words("FR", "en"), HasSubstr("CNIL"));
  EXPECT_THAT(flow::authority_words("SE", "fr"), HasSubstr("IMY"));
  EXPECT_THAT(flow::authority_words("GB", "en"), HasSubstr("ICO"));
  EXPECT_THAT(flow::authority_words("XX", "en"), HasSubstr("authority that protects data"));
}

TEST_F(Answers, statement_withholds_names_of_employees) {
  send("key-1");
  for (const char* language : {"fr", "en"}) {
    for (const std::string& form : in_all_forms(read(language))) {
      EXPECT_THAT(form, Not(HasSubstr("staff-7"))) << "the professional who acted";
      EXPECT_THAT(form, HasSubstr("C-579/21")) << "the reason is given";
    }
  }
  for (const auto& entry : sds->store.ledger_entries()) {
    const auto bytes =
        ledger::encode(entry.privately).value() + ledger::encode(entry.shared).value();
    EXPECT_THAT(bytes, Not(HasSubstr("staff-7"))) << "nor does a receipt's record name them";
  }
  EXPECT_THAT(flow::render_text(read("fr")),
              HasSubstr("Si vous en avez vraiment besoin pour défendre vos droits, demandez-le"));
  const auto employees = json::parse(flow::render_json(read("en")))["employees"];
  EXPECT_EQ(employees["named"], false);
  EXPECT_THAT(employees["why"].get<std::string>(), HasSubstr("If you really need a name"));
}

TEST_F(Answers, statement_names_every_recipient_the_log_names) {
  send("key-1");
  rename_siao("Maison de l'accueil");
  send("key-2");
  Directory without = directory.copy();
  without.version += 1;
  without.agencies.pop_back();  // who left the network is still named
  directory.set(without);
  const flow::Statement statement = read("fr");
  size_t named = 0;
  for (const auto& entry : sds->store.ledger_entries()) {
    if (entry.shared.event != ledger::Event::disclosed) continue;
    const std::string name = entry.shared.recipient_name;
    ++named;
    const std::string french = name.substr(0, name.find(" / "));
    EXPECT_THAT(flow::render_text(statement), HasSubstr(french));
    EXPECT_THAT(flow::render_json(statement), HasSubstr(french));
  }
  EXPECT_EQ(named, 2u);
  const auto recipients = flow::recipients_of(statement);
  ASSERT_EQ(recipients.size(), 2u);
  EXPECT_EQ(recipients[0].name, "Agence siao");
  EXPECT_EQ(recipients[1].name, "Maison de l'accueil");
  EXPECT_EQ(recipients[1].address, "2 rue du Port");
  EXPECT_EQ(recipients[1].moments.size(), 1u);
}

TEST_F(Answers, name_nobody_as_recipient_of_what_never_left) {
  flow::Request asked = request();
  asked.consent = consent();
  ASSERT_TRUE(flow::submit(sds->line, caller(), "key-1", asked).has_value());
  ASSERT_TRUE(
      flow::withdraw_consent(sds->line, caller(), asked.person, asked.consent, "person_asked"));
  deliver_all(*sds);
  EXPECT_TRUE(flow::recipients_of(read("fr")).empty());
  const auto answers = json::parse(flow::render_json(read("fr")))["answers"];
  EXPECT_THAT(answers["c"]["texts"], ElementsAre("À personne."));
}

}  // namespace
}  // namespace relais
