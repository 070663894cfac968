// SPDX-License-Identifier: Apache-2.0
// A witness that is a recipient as well: it cosigns no history but the one that came with messages
// (decision 0095).
#include "tests/integration/storage/shown.h"

namespace relais::test {
namespace {

using testing::ElementsAre;

TEST_F(WitnessesThatAreRecipients, are_led_from_what_came_with_a_message_before_they_cosign) {
  for (const std::string& place : {std::string("http://witness"), kOverExchange}) {
    const auto believed = policy(place);
    append_and_show(2);
    append_and_show(2);
    append(agency, person);
    witness.observer.answers.clear();
    EXPECT_EQ(round(believed).answered.size(), 1U) << place;
    EXPECT_THAT(witness.observer.answers, after_two_conflicts());
    EXPECT_EQ(held(), "");
    append(agency, person);
    witness.observer.answers.clear();
    EXPECT_EQ(round(believed).answered.size(), 1U) << place;
    EXPECT_THAT(witness.observer.answers, ElementsAre(WitnessAnswer::cosign))
        << "and are asked for nothing where nothing came";
  }
  EXPECT_TRUE(witness.observer.alarms.empty());
  EXPECT_EQ(heard.kind, "");
}

TEST_F(WitnessesThatAreRecipients, are_led_from_what_came_late_and_is_older_than_they_cosigned) {
  append(agency, person);
  const auto early = newest_of(agency);
  append(agency, person);
  ASSERT_EQ(round(policy()).answered.size(), 1U);
  witness.shown.show(kOrigin, early);
  append(agency, person);
  witness.observer.answers.clear();
  EXPECT_EQ(round(policy()).answered.size(), 1U);
  EXPECT_THAT(witness.observer.answers, after_two_conflicts());
  EXPECT_TRUE(witness.observer.alarms.empty());
}

TEST_F(WitnessesThatAreRecipients, cosign_no_other_history_than_they_were_shown) {
  const auto other = twin(2);
  show(*other);
  for (int i = 0; i < 3; ++i) append(agency, person);
  EXPECT_TRUE(round(policy()).contradicted);
  EXPECT_EQ(heard.kind, "different said");
  EXPECT_EQ(alarms(), "inconsistent_shown");
  EXPECT_EQ(PrivatePostgres::instance().sql(witness.database,
                                            "SELECT held_note FROM relais.witness_alarm LIMIT 1") +
                "\n",
            newest_of(*other).note)
      << "what came with the message is half of the evidence";
  EXPECT_FALSE(stopped()) << "over the web nothing is proven";
}

TEST_F(WitnessesThatAreRecipients, whose_log_forgot_what_it_showed_prove_it_by_its_own_signature) {
  const auto other = twin(2);
  show(*other);
  for (int i = 0; i < 3; ++i) append(agency, person);
  EXPECT_TRUE(round(policy(kOverExchange)).contradicted);
  EXPECT_EQ(heard.kind, "different proven");
  EXPECT_TRUE(stopped());
}

TEST_F(WitnessesThatAreRecipients, hold_two_roots_of_one_size_for_a_split_view_at_once) {
  const auto other = twin(2);
  show(*other);
  append(agency, person);
  append(agency, person);
  EXPECT_TRUE(round(policy(kOverExchange)).contradicted);
  EXPECT_THAT(witness.observer.alarms, ElementsAre(WitnessAlarm::split_view));
  EXPECT_EQ(alarms(), "split_view_shown");
}

TEST_F(WitnessesThatAreRecipients,
       keep_what_is_held_against_a_log_over_a_restart_and_for_each_other) {
  const auto other = twin(2);
  show(*other);
  for (int i = 0; i < 3; ++i) append(agency, person);
  const auto first = witness.answer(ledger::print_add_checkpoint({0, {}, newest_of(agency).note}));
  EXPECT_EQ(first->known, 2U);
  EXPECT_EQ(held(), "2");
  // Another process: it was shown nothing, and has the same database.
  flow::VerifiedCheckpoints nothing;
  storage::WitnessBook book{witness.pool};
  const flow::WitnessDesk desk{&witness.key,     book,   witness.logs, witness.clock,
                               witness.observer, nothing};
  const auto reply =
      flow::cosign(desk, ledger::print_add_checkpoint({0, {}, newest_of(agency).note}));
  EXPECT_EQ(reply->status, 409);
  EXPECT_EQ(reply->known, 2U);
  EXPECT_EQ(reply->held, newest_of(*other).note);
}

// A log that leads from the history it showed to a far head of it, and then asks for the other.
// Two replicas of one log, or a stranger with its published checkpoints: whoever else leads and has
// a longer one cosigned between this one's questions.
// Whatever is led to of one history, and in whatever order it is asked for the other.
TEST_F(WitnessesThatAreRecipients, tell_a_log_that_has_lost_what_it_showed) {
  append(agency, person);
  ASSERT_EQ(round(policy()).answered.size(), 1U);
  const auto ahead = twin(4);  // the same key: whatever the entries, this log never had so many
  show(*ahead);
  append(agency, person);
  EXPECT_TRUE(round(policy()).contradicted);
  EXPECT_EQ(heard.kind, "ahead said");
  EXPECT_TRUE(round(policy(kOverExchange)).contradicted);
  EXPECT_EQ(heard.kind, "ahead proven");
  EXPECT_TRUE(stopped());
}

TEST_F(WitnessesThatAreRecipients, tell_with_a_cosignature_the_largest_they_were_shown) {
  append(agency, person);
  const auto ahead = twin(4);
  show(*ahead);
  witness.shown.taken(kOrigin, witness.shown.came(kOrigin)->tree);  // compared long ago
  EXPECT_TRUE(round(policy(kOverExchange)).contradicted);
  EXPECT_EQ(heard.kind, "ahead proven");
}

TEST_F(WitnessesThatAreRecipients, keep_up_with_a_log_that_never_rests) {
  for (int beat = 0; beat < 20; ++beat) {
    append(agency, person);
    witness.meanwhile = [&] { append_and_show(1); };
    EXPECT_EQ(round(policy(beat % 2 == 0 ? kOverExchange : "http://witness")).answered.size(), 1U)
        << beat;
    witness.meanwhile = nullptr;
  }
  EXPECT_TRUE(witness.observer.alarms.empty());
  EXPECT_EQ(heard.kind, "");
  EXPECT_FALSE(stopped());
}

}  // namespace
}  // namespace relais::test
