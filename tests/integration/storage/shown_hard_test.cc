// SPDX-License-Identifier: Apache-2.0
// A witness that was shown a log's checkpoints, with a log that would rather not be led, and with
// honest ones in each other's way.
#include <array>
#include <random>

#include "tests/integration/storage/shown.h"

namespace relais::test {
namespace {

using testing::ElementsAre;

TEST_F(WitnessesThatAreRecipients, are_not_led_away_from_what_they_were_shown) {
  append(agency, person);
  ASSERT_EQ(round(policy()).answered.size(), 1U);
  const auto other = twin(2);
  show(*other);
  for (int i = 0; i < 4; ++i) append(*other, other->person("another"));
  storage::OwnLog others{other->pool};
  const auto far = newest_of(*other);
  const auto proof = others.consistency(kOrigin, 2, far.tree.size).value();
  witness.answer(ledger::print_add_checkpoint({1, {}, far.note}));
  ASSERT_EQ(witness.answer(ledger::print_add_checkpoint({2, proof, far.note}))->known, 1U) << "led";
  for (int i = 0; i < 2; ++i) append(agency, person);
  const auto reply = witness.answer(ledger::print_add_checkpoint(
      {1, own.consistency(kOrigin, 1, 3).value(), newest_of(agency).note}));
  EXPECT_EQ(reply->status, 409);
  EXPECT_EQ(reply->known, 2U) << "and still from there";
}

TEST_F(WitnessesThatAreRecipients, say_of_a_log_that_will_not_be_led_that_it_will_not) {
  const auto other = twin(2);
  show(*other);
  for (int i = 0; i < 3; ++i) append(agency, person);
  const Bytes body = ledger::print_add_checkpoint({0, {}, newest_of(agency).note});
  for (int i = 0; i < 9; ++i) ASSERT_EQ(witness.answer(body)->known, 2U);
  EXPECT_TRUE(witness.observer.alarms.empty()) << "every log is told so first";
  PrivatePostgres::instance().sql(
      witness.database, "UPDATE relais.witness_shown SET at = now() - interval '11 minutes'");
  ASSERT_EQ(witness.answer(body)->known, 2U);
  EXPECT_THAT(witness.observer.alarms, ElementsAre(WitnessAlarm::unled));
  EXPECT_EQ(alarms(), "unled_shown");
}

TEST_F(WitnessesThatAreRecipients, do_not_accuse_a_log_that_was_away_before_it_could_lead) {
  append_and_show(1);
  append(agency, person);
  ASSERT_EQ(witness.answer(ledger::print_add_checkpoint({0, {}, newest_of(agency).note}))->known,
            1U);
  PrivatePostgres::instance().sql(witness.database,
                                  "UPDATE relais.witness_shown SET at = now() - interval '1 day'");
  EXPECT_EQ(round(policy()).answered.size(), 1U);
  EXPECT_TRUE(witness.observer.alarms.empty());
}

TEST_F(WitnessesThatAreRecipients, keep_the_two_roots_of_one_size_that_they_had_whatever_is_asked) {
  append(agency, person);
  append(agency, person);
  ASSERT_EQ(round(policy()).answered.size(), 1U);
  const auto cosigned = newest_of(agency);
  const auto other = twin(2);
  show(*other);
  append(agency, person);
  witness.answer(ledger::print_add_checkpoint(
      {2, own.consistency(kOrigin, 2, 3).value(), newest_of(agency).note}));
  EXPECT_THAT(witness.observer.alarms, ElementsAre(WitnessAlarm::split_view));
  auto& postgres = PrivatePostgres::instance();
  const std::string row = " FROM relais.witness_alarm WHERE kind = 'split_view_shown'";
  EXPECT_EQ(postgres.sql(witness.database, "SELECT note" + row) + "\n", cosigned.note);
  EXPECT_EQ(postgres.sql(witness.database, "SELECT held_note" + row) + "\n",
            newest_of(*other).note);
}

TEST_F(WitnessesThatAreRecipients, are_asked_by_two_at_once_and_stop_neither) {
  append(agency, person);
  ASSERT_EQ(round(policy(kOverExchange)).answered.size(), 1U);
  append_and_show(1);
  append(agency, person);
  const auto believed = policy(kOverExchange);
  int asked = 0;
  witness.meanwhile = [&] {
    if (++asked != 3) return;  // this one has led, and is about to ask from what was cosigned
    witness.meanwhile = nullptr;
    append_and_show(1);
    EXPECT_EQ(round(believed).answered.size(), 1U);
    append_and_show(1);
  };
  const auto outcome = round(believed);
  EXPECT_FALSE(outcome.contradicted) << heard.kind;
  EXPECT_FALSE(stopped());
  append(agency, person);
  EXPECT_EQ(round(believed).answered.size(), 1U) << "at the next beat at the latest";
}

TEST_F(WitnessesThatAreRecipients, whose_log_has_a_quicker_replica_do_not_take_it_for_an_old_copy) {
  append(agency, person);
  const auto believed = policy(kOverExchange);
  const std::function<void()> quicker = [&] {
    witness.meanwhile = nullptr;
    append(agency, person);
    EXPECT_EQ(round(believed).answered.size(), 1U);
    witness.meanwhile = quicker;
  };
  witness.meanwhile = quicker;
  EXPECT_FALSE(round(believed).contradicted) << "whatever the last of its questions is answered";
  EXPECT_EQ(heard.kind, "");
  EXPECT_FALSE(stopped());
}

TEST_F(WitnessesThatAreRecipients, cosign_a_log_though_its_newer_checkpoints_are_led_to_before) {
  append(agency, person);
  ASSERT_EQ(round(policy()).answered.size(), 1U);
  append_and_show(1);
  for (int beat = 0; beat < 5; ++beat) {
    append(agency, person);
    int asked = 0;
    witness.meanwhile = [&] {
      if (++asked != 2) return;  // before this one leads
      witness.meanwhile = nullptr;
      append(agency, person);
      const auto newest = newest_of(agency);
      const auto proof = own.consistency(kOrigin, 2, newest.tree.size).value();
      if (held() == "2") witness.answer(ledger::print_add_checkpoint({2, proof, newest.note}));
    };
    EXPECT_EQ(round(policy()).answered.size(), 1U) << beat;
    witness.meanwhile = nullptr;
  }
  EXPECT_TRUE(witness.observer.alarms.empty());
}

TEST_F(WitnessesThatAreRecipients, cosign_nothing_of_the_history_they_were_not_shown) {
  constexpr int kEntries = 9;
  append(agency, person);
  ASSERT_EQ(round(policy()).answered.size(), 1U);
  const auto other = std::make_unique<Agency>(PrivatePostgres::instance().migrated_database());
  const PersonId about = other->person("another");
  std::vector<Bytes> ours{newest_of(agency).note}, theirs;
  for (int i = 0; i < kEntries; ++i) {
    append(*other, about);
    theirs.push_back(newest_of(*other).note);
    if (i == 2) show(*other);
    if (i > 0) append(agency, person);
    if (i > 0) ours.push_back(newest_of(agency).note);
  }
  storage::OwnLog others{other->pool};
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 lot(seed);
  const auto size = [&](uint64_t least) {
    return std::uniform_int_distribution<uint64_t>(least, kEntries)(lot);
  };
  for (int asked = 0; asked < 300; ++asked) {
    const bool one = size(1) % 2 == 0;
    const uint64_t from = std::array<uint64_t, 3>{1, 3, size(1)}[size(1) % 3];
    const uint64_t to = size(from);
    storage::OwnLog& of = one ? own : others;
    const auto proof = from < to ? of.consistency(kOrigin, from, to).value() : ledger::Proof{};
    const auto reply = witness.answer(
        ledger::print_add_checkpoint({from, proof, (one ? ours : theirs).at(to - 1)}));
    ASSERT_NE(reply->status, 200) << from << " to " << to;
  }
}

}  // namespace
}  // namespace relais::test
