// SPDX-License-Identifier: Apache-2.0
// What the law keeps from some readers for a time, and how a statement says so; and what it says
// when an entry is missing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "node/flow/receipts.h"
#include "tests/support/agencies.h"

namespace relais {
namespace {

using testing::HasSubstr;
using testing::Not;

// A duty to report about a child; the parents are not told (statutes.md, FR-C2).
constexpr const char* kPack = R"(
[pack]
id = "fr"
version = "test.1"
jurisdictions = ["FR"]
reviewed_by = ""

[[silence]]
id = "fr.secrecy"
when = { "sender.secrecy" = ["state", "profession", "function", "mission"] }
cite = "secrecy"
in_force = { from = 1994-03-01 }

[[duty]]
id = "fr.report"
when = { "facts.minor" = ["at_risk", "in_danger", "grave_immediate"] }
purposes = ["child_protection_assessment"]
owe = ["identity.name", "need.code"]
basis = ["A6-1-c"]
attach_when = [
  { when = { "information.parents" = ["waived"] }, attach = ["withhold_from_log_view"] },
]
cite = "child report article"
in_force = { from = 2009-03-27 }
)";

struct Withheld : testing::Test, test::TwoAgencies {
  void SetUp() override { law->set(policy::Law::parse(*words, {{"fr.toml", kPack}}).value()); }
  void report(const char* parents) {
    flow::Request asked = request();
    asked.purpose = "child_protection_assessment";
    asked.attestations = {{"facts.minor", {"at_risk"}},
                          {"information.parents", {parents}},
                          {"information.waiver_reason", {"danger"}}};
    const auto submitted = flow::submit(sds->line, caller(), "k", asked).value();
    flow::confirm_duty(sds->line, caller(), submitted.referral.id).value();
    deliver_all(*sds);
  }
  flow::Statement read(const std::string& requester, const std::string& language = "en") {
    return flow::statement(sds->line, caller(), request().person, language, requester).value();
  }
  const test::MemoryStore::Entry& last(test::AgencyNode& node, ledger::Event event) {
    const auto& all = node.store.ledger_entries();
    for (size_t i = all.size(); i-- > 0;) {
      if (all[i].shared.event == event) return all[i];
    }
    return all.front();
  }
};

TEST_F(Withheld, a_report_about_a_child_is_counted_for_a_parent_and_shown_to_the_child) {
  report("waived");
  const auto parent = read("parent");
  const auto child = read("subject");
  ASSERT_EQ(parent.not_shown.size(), 3u) << "the duty, the disclosure and its outcome";
  EXPECT_TRUE(child.not_shown.empty());
  EXPECT_EQ(child.count, parent.count + 1) << "nothing is silently absent; the reading is one more";
  const std::string text = flow::render_text(parent);
  EXPECT_THAT(
      text, HasSubstr("3 entries are withheld under GDPR, art. 23(1)(i) until 23 November 2027."));
  EXPECT_THAT(text, Not(HasSubstr("child report article")));
  EXPECT_THAT(text, Not(HasSubstr("Agency siao")));
  EXPECT_TRUE(parent.complete);
  EXPECT_THAT(flow::render_text(child), HasSubstr("Agency siao"));
}

TEST_F(Withheld, withheld_entry_states_restriction_and_review_date) {
  report("waived");
  const auto parent = read("parent");
  const auto entries = nlohmann::json::parse(flow::render_json(parent))["withheld_entries"];
  ASSERT_EQ(entries.size(), 3u);
  for (const auto& one : entries) {
    EXPECT_EQ(one["review_date"], "2027-11-23");
    EXPECT_EQ(one["basis"], "GDPR, art. 23(1)(i)");
    const auto reference = one["restriction_ref"].get<std::string>();
    EXPECT_EQ(reference.size(), 16u);
    EXPECT_THAT(flow::render_text(parent), HasSubstr(reference)) << "to ask with, at the counter";
  }
  EXPECT_THAT(flow::render_text(parent),
              HasSubstr("On that day at the latest we look at it again. You can ask before"));
  EXPECT_THAT(flow::render_text(read("parent", "fr")),
              HasSubstr("Ce jour-là au plus tard, nous regardons de nouveau."));
  // The child is told that there is a restriction, against whom, why and until when.
  const auto child = read("subject");
  EXPECT_THAT(flow::render_text(child),
              HasSubstr("Before 23 November 2027 this entry is not shown to your parents or to who "
                        "represents you (GDPR, art. 23(1)(i); child report article). On that day"));
  EXPECT_THAT(flow::render_html(read("subject", "fr")),
              HasSubstr("n&#39;est pas montrée à vos parents"));
}

TEST_F(Withheld,
       a_protective_attempt_is_kept_from_parents_whom_nobody_told_whatever_the_rule_asks) {
  flow::Request asked = request();
  asked.purpose = "child_protection_assessment";
  const auto denied = flow::submit(sds->line, caller(), "k1", asked).value();
  EXPECT_EQ(denied.explained.decision.outcome, policy::Outcome::deny) << "and yet it tells";
  asked.attestations = {{"facts.minor", {"at_risk"}}, {"information.parents", {"not_yet"}}};
  const auto duty = flow::submit(sds->line, caller(), "k2", asked).value();
  flow::confirm_duty(sds->line, caller(), duty.referral.id).value();
  deliver_all(*sds);
  const auto parent = read("parent");
  EXPECT_EQ(parent.not_shown.size(), 4u) << "the attempt, the duty, the disclosure, its outcome";
  EXPECT_THAT(flow::render_text(parent), Not(HasSubstr("Agency siao")));
  EXPECT_TRUE(read("subject").not_shown.empty());
  EXPECT_EQ(last(*siao, ledger::Event::received).privately.visibility, ledger::Visibility::withheld)
      << "and the receiver knows";
}

TEST_F(Withheld, guardians_and_others_are_not_told_either) {
  report("waived");
  EXPECT_EQ(read("guardian").not_shown.size(), 3u);
  EXPECT_EQ(read("other").not_shown.size(), 3u);
}

TEST_F(Withheld, what_was_not_withheld_by_law_is_shown_to_everybody) {
  report("before");
  EXPECT_TRUE(read("parent").not_shown.empty());
}

TEST_F(Withheld, after_its_day_it_is_shown_and_its_commitment_is_the_one_given_before) {
  report("waived");
  const auto before = read("parent");
  clock.set(Date::parse("2027-11-22")->start() + std::chrono::hours{23});
  EXPECT_EQ(read("parent").not_shown.size(), 3u) << "not a day early";
  clock.set(Date::parse("2027-11-23")->start());
  Directory valid = directory.copy();
  valid.expires = Date::parse("2028-01-01")->start();
  directory.set(valid);
  const auto after = read("parent");
  EXPECT_TRUE(after.not_shown.empty());
  for (const flow::NotShown& one : before.not_shown) {
    const auto shown =
        std::find_if(after.lines.begin(), after.lines.end(),
                     [&](const flow::StatementLine& line) { return line.index == one.index; });
    ASSERT_NE(shown, after.lines.end());
    EXPECT_EQ(shown->commitment, one.commitment) << "it was not made up afterwards";
    EXPECT_EQ(shown->opened, "2027-11-23");
    EXPECT_THAT(shown->opened_basis, HasSubstr("child report article"));
  }
  EXPECT_THAT(flow::render_text(after),
              HasSubstr("This entry was not shown to everybody before 23 November 2027"));
}

TEST_F(Withheld, every_form_says_it_in_both_languages) {
  report("waived");
  EXPECT_THAT(flow::render_text(read("parent", "fr")),
              HasSubstr("3 inscriptions ne sont pas montrées, selon RGPD, art. 23(1)(i), "
                        "jusqu'au 23 novembre 2027."));
  EXPECT_THAT(flow::render_html(read("parent", "fr")),
              HasSubstr("3 inscriptions ne sont pas montrées"));
  EXPECT_THAT(flow::render_html(read("parent", "en")), HasSubstr("3 entries are withheld"));
  const auto json = nlohmann::json::parse(flow::render_json(read("parent", "en")));
  ASSERT_EQ(json["withheld_entries"].size(), 3u);
  EXPECT_EQ(json["withheld_entries"][0]["until"], "2027-11-23");
  EXPECT_EQ(json["withheld_entries"][0]["commitment"].get<std::string>().size(), 64u);
}

TEST_F(Withheld, a_receipt_is_not_a_way_around_it) {
  report("waived");
  const uint64_t index = last(*sds, ledger::Event::disclosed).stored.index;
  const auto parent =
      flow::get_receipt(sds->line, caller(), {request().person, "", index, "parent"});
  ASSERT_FALSE(parent.has_value());
  EXPECT_EQ(parent.error().kind, FaultKind::not_found);
  EXPECT_TRUE(flow::get_receipt(sds->line, caller(), {request().person, "", index, "subject"}));
}

TEST_F(Withheld, the_receiver_withholds_what_it_was_told_to_withhold) {
  report("waived");
  const auto& received = last(*siao, ledger::Event::received);
  EXPECT_EQ(received.privately.visibility, ledger::Visibility::withheld);
}

TEST_F(Withheld,
       the_end_entry_says_how_many_entries_up_to_which_number_and_how_large_the_tree_was) {
  report("waived");
  const size_t entries = sds->store.ledger_entries().size();
  const auto statement = read("parent");
  const auto& reading = sds->store.ledger_entries().back();
  EXPECT_EQ(reading.shared.event, ledger::Event::access_read);
  EXPECT_EQ(reading.shared.represented_by, "parent");
  std::map<std::string, std::string> details(reading.privately.details.begin(),
                                             reading.privately.details.end());
  EXPECT_EQ(details["count"], std::to_string(statement.count));
  EXPECT_EQ(details["last_seq"], std::to_string(statement.last_seq));
  EXPECT_EQ(details["tree_size"], std::to_string(entries));
}

TEST_F(Withheld, a_missing_entry_is_said_plainly_and_counted) {
  report("before");
  sds->store.take_away(1);
  const auto statement = read("subject");
  EXPECT_FALSE(statement.complete);
  ASSERT_EQ(statement.breaks.size(), 1u);
  EXPECT_EQ(statement.breaks[0].first, 2u);
  EXPECT_EQ(statement.breaks[0].last, 2u);
  EXPECT_THAT(flow::render_text(statement), HasSubstr("Entry no. 2 of your series is missing."));
  EXPECT_THAT(flow::render_html(read("subject", "fr")),
              HasSubstr("L&#39;inscription no 2 de votre suite manque."));
  EXPECT_GE(sds->tally.broken, 1);
}

TEST_F(Withheld, a_missing_last_entry_is_missed_too) {
  report("before");
  const size_t entries = sds->store.ledger_entries().size();
  sds->store.take_away(entries - 1);
  EXPECT_FALSE(read("subject").complete);
}

}  // namespace
}  // namespace relais
