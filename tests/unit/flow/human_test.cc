// SPDX-License-Identifier: Apache-2.0
// The machine proposes, a human decides, the person is told (GDPR 22): no automatic refusal, no
// automatic report. And what a professional is never told to do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/agencies.h"

namespace relais {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

struct Human : testing::Test, test::TwoAgencies {
  flow::Submitted submit(const std::string& key, const flow::Request& asked) {
    return flow::submit(sds->line, caller(), key, asked).value();
  }
};

TEST_F(Human, automatic_refusal_needs_a_human) {
  const auto previewed = flow::preview(sds->line, caller(), request()).value();
  const auto denied = submit("key-1", request());
  ASSERT_EQ(denied.explained.decision.outcome, policy::Outcome::deny);
  for (const flow::Explained& one : {previewed, denied.explained}) {
    EXPECT_THAT(one.person.fr, HasSubstr("La machine propose, elle ne décide pas."));
    EXPECT_THAT(one.person.en, HasSubstr("ask that a person looks at it again"));
    EXPECT_THAT(one.professional.fr, HasSubstr("une personne nommée peut la contester"));
    EXPECT_THAT(one.professional.en, HasSubstr("a named person may contest it"));
  }
  EXPECT_EQ(denied.referral.state, "draft") << "refused is nothing a machine can write";
  EXPECT_THAT(flow::render_text(
                  flow::statement(sds->line, caller(), request().person, "en", "subject").value()),
              HasSubstr("If you disagree, ask that a person looks at it again."));
  // Contested: a named professional has it decided again, on what they know.
  flow::Request protective = request();
  protective.purpose = "child_protection_assessment";
  const auto second = submit("key-2", protective);
  ASSERT_EQ(second.explained.decision.outcome, policy::Outcome::deny);
  const flow::Caller machine{"desk", {"worker", ""}, ""};
  const std::vector<Attestation> known{{"facts.minor", {"at_risk"}}};
  EXPECT_EQ(flow::answer_asks(sds->line, machine, second.referral.id, known).error().where,
            "acting.staff_id");
  const auto again = flow::answer_asks(sds->line, caller(), second.referral.id, known).value();
  EXPECT_EQ(again.explained.decision.outcome, policy::Outcome::oblige);
  // No automatic report either: it waits for a name.
  EXPECT_TRUE(deliver_all(*sds).empty());
  EXPECT_EQ(flow::confirm_duty(sds->line, machine, second.referral.id).error().where,
            "acting.staff_id");
  EXPECT_TRUE(deliver_all(*sds).empty());
}

TEST_F(Human, answers_what_was_filed_and_no_rule_or_timer_rejects_it) {
  flow::Request asked = request();
  asked.consent = consent();
  submit("key-1", asked);
  deliver_all(*sds);
  const auto filed = [&] {
    return flow::list_inbox(siao->line, "", 1).value().referrals.at(0).referral;
  };
  ASSERT_EQ(filed().state, "received");
  // The receiver's law forbids everything from now on: what was filed waits for a human still.
  law->set(policy::Law::parse(*words, {{"fr.toml", R"(
[pack]
id = "fr"
version = "test.2"
jurisdictions = ["FR"]
reviewed_by = ""

[[silence]]
id = "fr.all"
cite = "silence"
in_force = { from = 1994-03-01 }
side = "both"
)"}}).value());
  const flow::Caller machine{"desk", {"worker", ""}, ""};
  const flow::Caller nobody{"desk", {"", "staff-7"}, ""};
  EXPECT_EQ(flow::reject(siao->line, machine, filed().id, "no_capacity").error().where,
            "acting.staff_id");
  EXPECT_EQ(flow::reject(siao->line, nobody, filed().id, "no_capacity").error().where,
            "acting.role");
  EXPECT_EQ(filed().state, "received");
  clock.advance(siao->settings.expiry + std::chrono::hours{1});
  flow::expire(siao->line, 10).value();
  EXPECT_EQ(filed().state, "expired") << "nobody's judgement";
  for (const auto& entry : siao->store.ledger_entries()) {
    EXPECT_NE(entry.shared.status, "rejected");
  }
}

// A duty that must tell the parents, or say why not (statutes table, FR-C1 to C3).
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
offer = ["self_carried"]

[[duty]]
id = "fr.report"
when = { "facts.minor" = ["at_risk", "in_danger", "grave_immediate"] }
purposes = ["child_protection_assessment"]
owe = ["identity.name", "need.code"]
require.any = [
  { "information.parents" = ["before"] },
  { "information.parents" = ["waived"], "information.waiver_reason" = ["danger"] },
]
basis = ["A6-1-c"]
cite = "report"
in_force = { from = 2009-03-27 }
)";

struct Blocked : Human {
  void SetUp() override { law->set(policy::Law::parse(*words, {{"fr.toml", kPack}}).value()); }
  flow::Explained blocked(const std::string& parents) {
    flow::Request asked = request();
    asked.purpose = "child_protection_assessment";
    asked.attestations = {{"facts.minor", {"in_danger"}}, {"information.parents", {parents}}};
    auto submitted = submit("key-" + parents, asked);
    EXPECT_EQ(submitted.explained.decision.outcome, policy::Outcome::blocked);
    return submitted.explained;
  }
};

TEST_F(Blocked, duty_offers_no_slip_to_carry) {
  const auto explained = blocked("not_yet");
  EXPECT_FALSE(explained.slip.has_value());
  EXPECT_TRUE(explained.decision.offers.empty());
  EXPECT_THAT(explained.decision.attachments, Not(Contains("self_carried")));
  EXPECT_THAT(explained.professional.en, Not(HasSubstr("slip")));
  EXPECT_THAT(explained.professional.fr, Not(HasSubstr("fiche")));
}

TEST_F(Blocked, waiver_without_a_reason_asks_for_the_reason_and_never_to_tell_the_parents) {
  const auto explained = blocked("waived");
  EXPECT_THAT(explained.professional.fr, HasSubstr("Pour quel motif"));
  for (const std::string& text : {explained.professional.fr, explained.person.fr}) {
    EXPECT_THAT(text, Not(HasSubstr("informer d'abord les parents")));
    EXPECT_THAT(text, Not(HasSubstr("parlons d'abord")));
  }
  for (const std::string& text : {explained.professional.en, explained.person.en}) {
    EXPECT_THAT(text, Not(HasSubstr("inform the parents first")));
  }
  for (const auto& one : explained.decision.counterfactuals) {
    EXPECT_THAT(one.text(), Not(HasSubstr("information.parents")));
  }
  EXPECT_THAT(blocked("not_yet").professional.fr, HasSubstr("informer d'abord les parents"))
      << "who has waived nothing is told what they can do";
}

}  // namespace
}  // namespace relais
