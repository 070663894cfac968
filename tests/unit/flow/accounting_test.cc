// SPDX-License-Identifier: Apache-2.0
// Accountings of disclosures: projections of the ledger by statute, under the shipped law of the
// United States. A clinic refers to a food bank, a police and a substance-use service.
#include "node/flow/accounting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "node/flow/receipts.h"
#include "node/flow/suspension.h"
#include "tests/support/agencies.h"

namespace relais {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

struct Accounting : testing::Test, test::TwoAgencies {
  void SetUp() override {
    law->set(policy::Law::load(*words, {RELAIS_SOURCE_DIR "/policy/law", {"us"}, {}}).value());
    Directory american = directory.copy();
    american.agencies[0].category = "health";
    for (Agency& agency : american.agencies) agency.jurisdiction = "US";
    Service& service = american.agencies[1].services[0];
    service.kind = "professional";
    service.purposes = {"service_referral", "child_protection_assessment", "adult_protection"};
    for (const char* code : {"health.substance_use", "concern.child", "violence.victim"}) {
      service.needs.push_back({*words->find(code), true, "to help"});
    }
    directory.set(american);
  }
  void receiver_is(const std::string& category) {
    Directory changed = directory.copy();
    changed.version += 1;
    changed.agencies[1].category = category;
    changed.agencies[1].name = {category, category};
    directory.set(changed);
  }
  void label(const std::string& origin) {
    PersonFacts facts;
    facts.origin = {origin};
    ASSERT_TRUE(flow::record_person(sds->line, caller(), request().person, facts).has_value());
  }
  // Consented, in writing, to a named recipient.
  void refer(const std::string& key) {
    receiver_is("food_bank");
    auto asked =
        test::well_given(AgencyId("siao"), "service_referral", {"identity.*", "need.*", "health.*"},
                         clock.now(), std::chrono::hours{24});
    asked.consent.form = "paper";
    asked.consent.language = "en";
    const auto given =
        flow::record_consent(sds->line, caller(), request().person, asked).value().key.id;
    flow::Request referral = request();
    referral.purpose = "service_referral";
    referral.consent = given;
    referral.items[2] = {"health.substance_use", Sensitive<std::string>("treatment")};
    referral.attestations = {{"recipient.named", {"true"}}};
    disclose(key, referral);
  }
  // Child abuse, to the authority (164.512(b)).
  void report(const std::string& key) {
    receiver_is("child_protection");
    flow::Request referral = request();
    referral.purpose = "child_protection_assessment";
    referral.items[2] = {"concern.child", Sensitive<std::string>("bruises")};
    referral.attestations = {{"facts.minor", {"in_danger"}}, {"information.parents", {"after"}}};
    disclose(key, referral);
  }
  // An adult victim who agrees, to the police (164.512(c)).
  void tell_police(const std::string& key) {
    receiver_is("police");
    flow::Request referral = request();
    referral.purpose = "adult_protection";
    referral.items[2] = {"violence.victim", Sensitive<std::string>("yes")};
    referral.attestations = {{"facts.patient_agrees", {"true"}},
                             {"facts.couple_violence", {"true"}},
                             {"information.parents", {"after"}}};
    disclose(key, referral);
  }
  void disclose(const std::string& key, const flow::Request& referral) {
    const auto submitted = flow::submit(sds->line, caller(), key, referral).value();
    ASSERT_EQ(submitted.referral.state, "requested") << submitted.explained.professional.en;
    deliver_all(*sds);
  }
  flow::AccountOfDisclosures account(const std::string& statute) {
    return flow::account_of_disclosures(sds->line, caller(), request().person, statute, "en",
                                        "subject")
        .value();
  }
  std::vector<std::string> told(const std::string& statute) {
    std::vector<std::string> names;
    for (const auto& line : account(statute).statement.lines)
      names.push_back(line.counterpart_name);
    return names;
  }
  Result<flow::Suspended> suspend(const std::string& form, const std::string& until = "") {
    return flow::suspend_accounting(
        sds->line, caller(), {request().person, "us.hipaa.164.528", AgencyId("siao"), form, until});
  }
  void days_pass(int days) {
    clock.advance(std::chrono::hours{24 * days});
    Directory valid = directory.copy();
    valid.expires = clock.now() + std::chrono::hours{24};
    directory.set(valid);
  }
};

TEST_F(Accounting, accountings_project_the_ledger_by_statute) {
  label("part2");
  refer("key-1");
  label("control");  // no label of a statute any more
  report("key-2");
  EXPECT_THAT(told("us.hipaa.164.528"), ElementsAre("child_protection"))
      << "what the person authorized is left out";
  EXPECT_THAT(told("us.part2.2.25"), ElementsAre("food_bank")) << "what left with their consent";
  EXPECT_THAT(told("us.ferpa.99.32"), ElementsAre());
  // Nothing was lost: the statement has both, and each reading.
  const auto document = json::parse(flow::render_json(account("us.hipaa.164.528")));
  EXPECT_EQ(document["law"], "45 CFR 164.528");
  EXPECT_EQ(document["from"], "2020-11-23") << "six years";
  const json& one = document["disclosures"][0];
  EXPECT_EQ(one["date"], "2026-11-23T10:00:00Z");
  EXPECT_EQ(one["recipient"], "child_protection");
  EXPECT_EQ(one["recipient_address"], "2 rue du Port");
  EXPECT_THAT(one["description"].dump(), HasSubstr("name"));
  EXPECT_THAT(one["purpose"].get<std::string>(), Not(HasSubstr("_")));
  EXPECT_THAT(one["law"].dump(), HasSubstr("45 CFR 164.512(b)"));
  EXPECT_THAT(flow::render_text(account("us.hipaa.164.528")),
              HasSubstr("1 disclosures are to be told under this law."));
  EXPECT_EQ(sds->store.ledger_entries().back().shared.status, "accounted");
  const auto unknown = flow::account_of_disclosures(sds->line, caller(), request().person,
                                                    "us.nothing", "en", "subject");
  EXPECT_EQ(unknown.error().where, "statute");
}

TEST_F(Accounting, tells_what_its_period_covers_and_what_may_have_left) {
  answer_lost = true;
  report("key-1");
  EXPECT_EQ(told("us.hipaa.164.528").size(), 1u) << "it may have arrived";
  days_pass(6 * 365);
  EXPECT_EQ(told("us.hipaa.164.528").size(), 1u);
  days_pass(3);
  EXPECT_EQ(told("us.hipaa.164.528").size(), 0u) << "six years and a day";
}

TEST_F(Accounting, intermediary_lists_recipients_within_thirty_days) {
  label("part2");
  refer("key-1");
  const auto list = account("us.part2.2.24");
  EXPECT_EQ(list.due, "2026-12-23") << "thirty days from the day it is asked";
  EXPECT_EQ(list.from, "2023-11-23") << "three years";
  ASSERT_EQ(list.statement.lines.size(), 1u);
  const json one = json::parse(flow::render_json(list))["disclosures"][0];
  EXPECT_EQ(one["recipient"], "food_bank");
  EXPECT_EQ(one["date"], "2026-11-23T10:00:00Z");
  EXPECT_THAT(one["description"].dump(), HasSubstr("name"));
  EXPECT_THAT(flow::render_text(list), HasSubstr("The law gives until 23 December 2026"));
  days_pass(3 * 365 + 2);
  EXPECT_TRUE(told("us.part2.2.24").empty());
}

TEST_F(Accounting, the_list_of_an_intermediary_is_about_labelled_records_alone) {
  refer("key-1");  // substance-use data of this agency's own, without the label of a program's
  EXPECT_TRUE(told("us.part2.2.24").empty());
  EXPECT_EQ(told("us.part2.2.25").size(), 1u);
}

TEST_F(Accounting, oral_suspension_of_the_accounting_ends_after_thirty_days) {
  tell_police("key-1");
  ASSERT_EQ(told("us.hipaa.164.528").size(), 1u);
  EXPECT_EQ(suspend("oral", "2027-12-31").error().where, "until") << "the law says how long";
  EXPECT_EQ(suspend("oral").value().until, "2026-12-23");
  const auto suspended = account("us.hipaa.164.528");
  EXPECT_TRUE(suspended.statement.lines.empty());
  EXPECT_EQ(suspended.statement.count, 1u) << "counted, never silently absent";
  EXPECT_THAT(flow::render_text(suspended),
              HasSubstr("1 entry is withheld under 45 CFR 164.528(a)(2) until 23 December 2026."));
  // No other way around it: not the statement, not a receipt, not for the person either.
  const auto statement =
      flow::statement(sds->line, caller(), request().person, "en", "subject").value();
  EXPECT_THAT(flow::render_text(statement), Not(HasSubstr("police")));
  EXPECT_TRUE(statement.complete);
  const auto receipt = flow::get_receipt(
      sds->line, caller(),
      {request().person, "", suspended.statement.not_shown.at(0).index, "subject"});
  EXPECT_EQ(receipt.error().kind, FaultKind::not_found);
  days_pass(29);
  EXPECT_TRUE(told("us.hipaa.164.528").empty());
  EXPECT_EQ(suspend("oral").error().kind, FaultKind::precondition)
      << "not renewed by word of mouth";
  days_pass(1);
  EXPECT_THAT(told("us.hipaa.164.528"), ElementsAre("police")) << "it ends by itself";
  EXPECT_EQ(suspend("oral").error().kind, FaultKind::precondition);
  EXPECT_THAT(flow::render_text(
                  flow::statement(sds->line, caller(), request().person, "en", "subject").value()),
              HasSubstr("An authority asked us not to tell you, for a time"));
}

TEST_F(Accounting, a_written_statement_puts_it_off_for_its_own_time_and_only_an_authority_can) {
  report("key-0");
  EXPECT_EQ(suspend("oral").error().where, "recipient") << "no authority";
  tell_police("key-1");
  EXPECT_EQ(suspend("written").error().where, "until");
  EXPECT_EQ(suspend("written", "2026-11-23").error().where, "until") << "not to come";
  EXPECT_EQ(suspend("whispered").error().where, "form");
  ASSERT_TRUE(suspend("written", "2027-03-01").has_value());
  days_pass(60);
  EXPECT_TRUE(told("us.hipaa.164.528").empty());
  days_pass(38);
  EXPECT_EQ(told("us.hipaa.164.528").size(), 2u);
  EXPECT_EQ(
      flow::suspend_accounting(sds->line, caller(),
                               {request().person, "us.part2.2.25", AgencyId("siao"), "oral", ""})
          .error()
          .where,
      "statute")
      << "no statute lets them";
}

}  // namespace
}  // namespace relais
