// SPDX-License-Identifier: Apache-2.0
// Rows of the statute tables on how laws work together that are more than one decision.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/policy/small_rules.h"

namespace relais::policy {
namespace {

// X5. Whatever form the condition has that cannot be told, the bar holds for what it covers.
TEST(Composition, unknown_fact_in_a_bar_holds_the_bar) {
  const std::vector<std::string> conditions{
      "{ restriction = true }", "{ not = { \"recipient.category\" = [\"shelter\"] } }",
      "{ any = [ { \"facts.couple_violence\" = true }, { \"origin\" = [\"vawa\"] } ] }",
      "{ \"aggregate.min_count\" = { min = 5 } }", "{ \"mandate.categories\" = [\"identity.*\"] }"};
  for (const std::string& condition : conditions) {
    const std::string rules =
        silence("t.s") + lift("t.l", kAllowAll) +
        bar("t.b", "categories = [\"identity.*\"]\ndefeats = [\"*\"]\nwhen = " + condition + "\n");
    const Decision decision = evaluate(*law_of(rules), facts_of(kAsked));
    EXPECT_EQ(decision.released, categories({"need.code"})) << condition;
    EXPECT_EQ(stop_of(decision, "identity.name"), StopKind::bar) << condition;
    EXPECT_TRUE(cites(decision, "t.b")) << condition;
  }
}

// X7. The law changes between a request and its replay.
TEST(Composition, replay_applies_the_law_of_its_date) {
  const std::string until = "in_force = { from = 2020-01-01, to = 2026-11-30 }\n";
  const std::string rules =
      silence("t.s") + "[[lift]]\nid = \"t.l\"\nallow = [\"*\"]\ncite = \"Art. 1\"\n" + until;
  const Facts asked = facts_of(kAsked);
  Facts replayed_later = asked;
  ASSERT_TRUE(replayed_later.set(words(), FactKey::date, "2026-12-01"));
  const auto law = law_of(rules);
  const Decision original = evaluate(*law, asked);
  EXPECT_EQ(original.outcome, Outcome::permit);
  // The record keeps the day: the same facts on the same law are the same decision, whenever.
  EXPECT_EQ(evaluate(*law_of(rules), asked).released, original.released);
  EXPECT_EQ(evaluate(*law, replayed_later).outcome, Outcome::deny);
  // And the record keeps the pack's digest: a new edition does not pass for the old one.
  const auto changed = law_of(silence("t.s"));
  EXPECT_NE(changed->digest(), law->digest());
  EXPECT_EQ(evaluate(*changed, asked).outcome, Outcome::deny);
}

// X8. The sender's pack permits, the receiver's does not: the stricter wins, and each side's own
// decision says what it found.
TEST(Composition, receiver_law_denies_what_sender_law_permits) {
  const auto sender =
      law_of({pack("a", silence("a.s") + lift("a.l", kAllowAll + "basis = [\"A6-1-e\"]\n"), "FR")});
  const auto receiver = law_of({pack("b",
                                     silence("b.s",
                                             "side = \"both\"\nfreed_by = [\"A9-2-*\"]\n"
                                             "categories = [\"identity.*\"]\n"),
                                     "BE")});
  const Facts facts = facts_of(kAsked + "\"recipient.jurisdiction\" = \"BE\"\n");
  const Decision sent = evaluate(*sender, facts);
  EXPECT_EQ(sent.released, categories({"identity.name", "need.code"}));
  const Decision taken = receive(*receiver, facts, sent.grounds);
  EXPECT_EQ(taken.released, categories({"need.code"}));
  EXPECT_EQ(stop_of(taken, "identity.name"), StopKind::silence);
  EXPECT_TRUE(cites(taken, "b.s"));
  EXPECT_EQ(taken.released & sent.released, taken.released);
}

}  // namespace
}  // namespace relais::policy
