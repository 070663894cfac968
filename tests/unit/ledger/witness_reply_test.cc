// SPDX-License-Identifier: Apache-2.0
// What a log makes of what its witnesses answer: what it believes, and of whom.
#include "node/ledger/witness_reply.h"

#include <gtest/gtest.h>

namespace relais::ledger {
namespace {

Ed25519Signer signer(const std::string& name, char seed, SignatureType type) {
  return Ed25519Signer::make(name, type, PrivateKey::from_seed(Bytes(32, seed)).value()).value();
}

struct AnAnswer : testing::Test {
  const Ed25519Signer log = signer("log.example/2026", 'l', SignatureType::ed25519);
  const Ed25519Signer witness = signer("witness.example", 'w', SignatureType::cosignature);
  const Ed25519Signer other = signer("other.example", 'o', SignatureType::cosignature);

  Checkpoint at(uint64_t size, const char* root) const {
    return {log.verifier().name(), size, leaf_hash(root)};
  }
  Bytes note(uint64_t size, const char* root) const {
    return sign_checkpoint(at(size, root), log).value();
  }
  WitnessAsked asked(uint64_t old_size, uint64_t size) const {
    return {note(size, "ours"), at(size, "ours"), old_size};
  }
  WitnessReading read(const WitnessReply& reply, const WitnessAsked& question,
                      const std::optional<Digest>& root = std::nullopt) const {
    return read_reply(reply, question, log.verifier(), witness.verifier(), root);
  }
  Bytes line(const WitnessAsked& question, const Signer& by) const {
    return cosignature_line({question.old_size, {}, question.note}, by, 1'800'000'000).value();
  }
};

TEST_F(AnAnswer, with_a_cosignature_of_this_witness_is_kept_without_what_else_it_wrote) {
  const auto question = asked(0, 9);
  const Bytes mine = line(question, witness);
  EXPECT_EQ(read({200, mine}, question).standing, WitnessStanding::cosigned);
  const auto reading = read({200, line(question, other) + mine}, question);
  EXPECT_EQ(reading.standing, WitnessStanding::cosigned);
  EXPECT_EQ(reading.lines, mine);
}

TEST_F(AnAnswer, with_ninety_cosignatures_of_one_witness_is_kept_as_one) {
  const auto question = asked(0, 9);
  Bytes many;
  for (uint64_t time = 1; time <= 90; ++time) {
    many += cosignature_line({0, {}, question.note}, witness, time).value();
  }
  const auto reading = read({200, many}, question);
  EXPECT_EQ(reading.standing, WitnessStanding::cosigned);
  EXPECT_EQ(reading.lines, cosignature_line({0, {}, question.note}, witness, 1).value());
  const Bytes receipts = question.note + reading.lines + line(question, other);
  EXPECT_TRUE(open_checkpoint(receipts, log.verifier()).has_value());
}

TEST_F(AnAnswer, without_a_cosignature_of_this_witness_under_this_checkpoint_is_not_believed) {
  const auto question = asked(0, 9);
  EXPECT_EQ(read({200, line(question, other)}, question).standing, WitnessStanding::faulty);
  EXPECT_EQ(read({200, line(asked(0, 8), witness)}, question).standing, WitnessStanding::faulty);
  EXPECT_EQ(read({200, ""}, question).standing, WitnessStanding::faulty);
}

TEST_F(AnAnswer, that_names_a_smaller_size_is_started_again_from) {
  const auto reading = read({409, "", 4}, asked(0, 9));
  EXPECT_EQ(reading.standing, WitnessStanding::retry);
  EXPECT_EQ(reading.known, 4U);
}

TEST_F(AnAnswer, that_names_a_greater_size_means_that_this_is_an_old_copy) {
  const auto said = read({409, "", 12}, asked(9, 9));
  EXPECT_EQ(said.standing, WitnessStanding::ahead);
  EXPECT_FALSE(said.proven) << "a number is no proof";
  WitnessReply shown{409, "", 12, note(12, "theirs")};
  const auto proven = read(shown, asked(9, 9));
  EXPECT_EQ(proven.standing, WitnessStanding::ahead);
  EXPECT_TRUE(proven.proven);
  EXPECT_EQ(proven.known, 12U);
}

TEST_F(AnAnswer, of_another_root_at_a_size_this_log_has_is_another_history) {
  EXPECT_EQ(read({422, ""}, asked(4, 9)).standing, WitnessStanding::different);
  EXPECT_EQ(read({409, "", 9}, asked(9, 9)).standing, WitnessStanding::different);
  const WitnessReply shown{422, "", 4, note(4, "theirs")};
  const auto reading = read(shown, asked(4, 9), leaf_hash("ours"));
  EXPECT_EQ(reading.standing, WitnessStanding::different);
  EXPECT_TRUE(reading.proven);
}

TEST_F(AnAnswer, that_shows_what_it_holds_is_judged_by_that_and_not_by_what_it_says) {
  // It says that it is ahead, and shows a checkpoint that this log has.
  const WitnessReply boasts{409, "", 900, note(4, "ours")};
  const auto reading = read(boasts, asked(0, 9), leaf_hash("ours"));
  EXPECT_EQ(reading.standing, WitnessStanding::retry);
  EXPECT_EQ(reading.known, 4U);
  // It says that the trees differ, and shows that they do not.
  const WitnessReply lies{422, "", 4, note(4, "ours")};
  EXPECT_EQ(read(lies, asked(4, 9), leaf_hash("ours")).standing, WitnessStanding::faulty);
  // It shows what this log never signed.
  const Ed25519Signer forger = signer("log.example/2026", 'f', SignatureType::ed25519);
  const WitnessReply forged{409, "", 12, sign_checkpoint(at(12, "theirs"), forger).value()};
  EXPECT_EQ(read(forged, asked(9, 9)).standing, WitnessStanding::faulty);
}

TEST_F(AnAnswer, of_a_witness_that_forgot_everything_is_started_again_from_nothing) {
  const auto reading = read({409, "", 0, Bytes{}}, asked(4, 9));
  EXPECT_EQ(reading.standing, WitnessStanding::retry);
  EXPECT_EQ(reading.known, 0U);
  EXPECT_EQ(read({409, "", 0, Bytes{}}, asked(0, 9)).standing, WitnessStanding::faulty);
}

TEST_F(AnAnswer, of_any_other_kind_contradicts_nothing) {
  for (const int status : {400, 403, 404, 418, 500}) {
    const auto reading = read({static_cast<uint16_t>(status), ""}, asked(0, 9));
    EXPECT_EQ(reading.standing, WitnessStanding::refused) << status;
  }
}

}  // namespace
}  // namespace relais::ledger
