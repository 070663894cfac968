// SPDX-License-Identifier: Apache-2.0
// A witness that is a recipient as well: it cosigns no history but the one that came with messages
// (decision 0095).
#include "tests/integration/storage/witnesses.h"

namespace relais::test {
namespace {

using testing::ElementsAre;

const std::string kOverExchange = "exchange:agency-a";

struct WitnessesThatAreRecipients : Witnesses {
  // A message comes, with the newest checkpoint of whoever sends it.
  void show(Agency& sender) {
    storage::OwnLog log{sender.pool};
    const auto head = log.newest(kOrigin).value();
    ASSERT_TRUE(witness.shown.open(head.note, agency.signer.verifier()).has_value());
  }
  void append_and_show(int entries) {
    for (int i = 0; i < entries; ++i) append(agency, person);
    show(agency);
  }
  bool stopped() { return own.stopped(kOrigin).value(); }
};

TEST_F(WitnessesThatAreRecipients, are_led_through_what_came_with_a_message_before_they_cosign) {
  for (const std::string& place : {std::string("http://witness"), kOverExchange}) {
    const auto believed = policy(place);
    append_and_show(2);
    append_and_show(2);
    append(agency, person);
    witness.observer.answers.clear();
    EXPECT_EQ(round(believed).answered.size(), 1U) << place;
    EXPECT_THAT(
        witness.observer.answers,
        ElementsAre(WitnessAnswer::conflict, WitnessAnswer::conflict, WitnessAnswer::cosign));
    append(agency, person);
    witness.observer.answers.clear();
    EXPECT_EQ(round(believed).answered.size(), 1U) << place;
    EXPECT_THAT(witness.observer.answers, ElementsAre(WitnessAnswer::cosign))
        << "and are asked for nothing where nothing came";
  }
  EXPECT_TRUE(witness.observer.alarms.empty());
  EXPECT_EQ(heard.kind, "");
}

TEST_F(WitnessesThatAreRecipients, are_led_through_what_came_late_and_is_older_than_they_cosigned) {
  append(agency, person);
  const Bytes early = own.newest(kOrigin)->note;
  append(agency, person);
  ASSERT_EQ(round(policy()).answered.size(), 1U);
  ASSERT_TRUE(witness.shown.open(early, agency.signer.verifier()).has_value());
  append(agency, person);
  EXPECT_EQ(round(policy()).answered.size(), 1U);
  EXPECT_FALSE(witness.shown.to_compare(kOrigin).has_value());
  EXPECT_TRUE(witness.observer.alarms.empty());
}

TEST_F(WitnessesThatAreRecipients, cosign_no_other_history_than_they_were_shown) {
  const auto other = twin(2);
  show(*other);
  for (int i = 0; i < 3; ++i) append(agency, person);
  EXPECT_TRUE(round(policy()).contradicted);
  EXPECT_EQ(heard.kind, "different said");
  EXPECT_EQ(alarms(), "inconsistent");
  EXPECT_EQ(PrivatePostgres::instance().sql(witness.database,
                                            "SELECT held_note FROM relais.witness_alarm LIMIT 1") +
                "\n",
            storage::OwnLog(other->pool).newest(kOrigin)->note)
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
  EXPECT_EQ(alarms(), "split_view");
}

TEST_F(WitnessesThatAreRecipients, tell_a_log_that_has_lost_what_it_showed) {
  append(agency, person);
  ASSERT_EQ(round(policy(kOverExchange)).answered.size(), 1U);
  const auto ahead = twin(4);  // the same key: whatever the entries, this log never had so many
  show(*ahead);
  witness.shown.cosigned(kOrigin, witness.shown.to_compare(kOrigin)->tree);
  append(agency, person);
  EXPECT_TRUE(round(policy(kOverExchange)).contradicted);
  EXPECT_EQ(heard.kind, "ahead proven");
  EXPECT_TRUE(stopped());
}

TEST_F(WitnessesThatAreRecipients, are_not_believed_to_know_more_than_another_replica_recorded) {
  append(agency, person);
  witness.meanwhile = [&] { append_and_show(1); };
  EXPECT_EQ(round(policy(kOverExchange)).answered.size(), 1U);
  witness.meanwhile = nullptr;
  EXPECT_EQ(heard.kind, "");
  EXPECT_FALSE(stopped());
  EXPECT_EQ(round(policy(kOverExchange)).answered.size(), 1U) << "and are led there next";
  EXPECT_FALSE(witness.shown.to_compare(kOrigin).has_value());
}

TEST_F(WitnessesThatAreRecipients, keep_up_with_a_log_that_never_rests) {
  for (int beat = 0; beat < 20; ++beat) {
    append(agency, person);
    witness.meanwhile = [&] { append_and_show(1); };
    EXPECT_EQ(round(policy(kOverExchange)).answered.size(), 1U) << beat;
    witness.meanwhile = nullptr;
  }
  EXPECT_TRUE(witness.observer.alarms.empty());
  EXPECT_EQ(heard.kind, "");
}

}  // namespace
}  // namespace relais::test
