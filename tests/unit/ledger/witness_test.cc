// SPDX-License-Identifier: Apache-2.0
// Witnessing, as c2sp.org/tlog-witness says: what a witness cosigns, and everything it must not.
#include "node/ledger/witness.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "node/ledger/encoding.h"

namespace relais::ledger {
namespace {

Ed25519Signer signer(const std::string& name, char seed,
                     SignatureType type = SignatureType::ed25519) {
  return Ed25519Signer::make(name, type, PrivateKey::from_seed(Bytes(32, seed)).value()).value();
}

// A log kept in memory: its leaf hashes, and every complete subtree made of them.
class Log final : public HashReader {
 public:
  explicit Log(std::string salt = "leaf") : salt_(std::move(salt)) {}

  Result<std::vector<Digest>> read(std::span<const NodeId> nodes) const override {
    std::vector<Digest> hashes;
    for (const NodeId& node : nodes) hashes.push_back(subtree(node.level, node.index));
    return hashes;
  }
  Checkpoint at(uint64_t size) const { return {key.verifier().name(), size, root(size)}; }
  Digest root(uint64_t size) const { return root_at(size, *this).value(); }
  AddCheckpoint grown(uint64_t from, uint64_t to) const {
    AddCheckpoint request;
    request.old_size = from;
    if (from > 0 && from < to) request.proof = prove_consistency(from, to, *this).value();
    request.note = sign_checkpoint(at(to), key).value();
    return request;
  }

  const Ed25519Signer key = signer("log.example/2026", 'l');

 private:
  Digest subtree(unsigned level, uint64_t index) const {
    if (level == 0) return leaf_hash(salt_ + std::to_string(index));
    return node_hash(subtree(level - 1, 2 * index), subtree(level - 1, 2 * index + 1));
  }
  std::string salt_;
};

struct AWitness : testing::Test {
  const Log log;
  const Ed25519Signer key = signer("witness.example", 'w', SignatureType::cosignature);
  Witnessed seen;

  WitnessJudgement ask(const AddCheckpoint& request) {
    WitnessJudgement judged = judge(request, log.key.verifier(), seen);
    if (judged.answer == WitnessAnswer::cosign) seen = judged.next;
    return judged;
  }
};

TEST_F(AWitness, cosigns_a_first_checkpoint_and_every_one_that_extends_it) {
  EXPECT_EQ(ask(log.grown(0, 3)).answer, WitnessAnswer::cosign);
  EXPECT_EQ(seen.size, 3U);
  EXPECT_EQ(ask(log.grown(3, 3)).answer, WitnessAnswer::cosign);  // once more, at a later time
  for (uint64_t size = 4; size < 40; ++size) {
    EXPECT_EQ(ask(log.grown(size - 1, size)).answer, WitnessAnswer::cosign) << size;
  }
  EXPECT_EQ(seen, (Witnessed{39, log.root(39)}));
}

TEST_F(AWitness, says_what_it_saw_when_the_old_size_is_another) {
  ASSERT_EQ(ask(log.grown(0, 8)).answer, WitnessAnswer::cosign);
  EXPECT_EQ(ask(log.grown(0, 9)).answer, WitnessAnswer::conflict);
  EXPECT_EQ(ask(log.grown(7, 9)).answer, WitnessAnswer::conflict);
  EXPECT_FALSE(ask(log.grown(7, 9)).contradiction());
  EXPECT_EQ(seen.size, 8U);
}

TEST_F(AWitness, never_goes_back) {
  ASSERT_EQ(ask(log.grown(0, 8)).answer, WitnessAnswer::cosign);
  EXPECT_EQ(ask(log.grown(5, 6)).answer, WitnessAnswer::conflict);
  AddCheckpoint back = log.grown(6, 6);
  back.old_size = 8;
  EXPECT_EQ(ask(back).answer, WitnessAnswer::malformed);
  EXPECT_EQ(seen.size, 8U);
}

TEST_F(AWitness, refuses_another_history_and_knows_two_roots_of_one_size_for_what_they_are) {
  ASSERT_EQ(ask(log.grown(0, 8)).answer, WitnessAnswer::cosign);
  const Log other("forged");
  EXPECT_EQ(ask(other.grown(8, 9)).answer, WitnessAnswer::inconsistent);
  const auto split = ask(other.grown(8, 8));
  EXPECT_EQ(split.answer, WitnessAnswer::conflict);
  EXPECT_TRUE(split.contradiction());
  EXPECT_TRUE(ask(other.grown(0, 8)).contradiction());
  EXPECT_EQ(seen, (Witnessed{8, log.root(8)}));
}

TEST_F(AWitness, refuses_what_the_log_did_not_sign) {
  AddCheckpoint request = log.grown(0, 3);
  request.note = sign_checkpoint(log.at(3), signer("log.example/2026", 'x')).value();
  EXPECT_EQ(ask(request).answer, WitnessAnswer::not_signed);
  request.note = "log.example/2026\n3\n\n— a b\n";
  EXPECT_EQ(ask(request).answer, WitnessAnswer::malformed);
  EXPECT_EQ(seen.size, 0U);
}

TEST_F(AWitness, takes_no_proof_where_there_is_nothing_to_prove) {
  AddCheckpoint request = log.grown(0, 3);
  request.proof.push_back(leaf_hash("x"));
  EXPECT_EQ(ask(request).answer, WitnessAnswer::inconsistent);
  EXPECT_EQ(ask(request).alarm, WitnessAlarm::none) << "nothing was cosigned that it could deny";
  ASSERT_EQ(ask(log.grown(0, 3)).answer, WitnessAnswer::cosign);
  request.old_size = 3;
  EXPECT_EQ(ask(request).answer, WitnessAnswer::inconsistent);
  EXPECT_EQ(ask(request).alarm, WitnessAlarm::none) << "the same tree, and it is the log's";
  AddCheckpoint spoilt = log.grown(3, 9);
  spoilt.proof.front() = leaf_hash("x");
  EXPECT_EQ(ask(spoilt).alarm, WitnessAlarm::inconsistent);
  EXPECT_EQ(ask(log.grown(3, 9)).answer, WitnessAnswer::cosign) << "and no harm is done";
}

TEST_F(AWitness, cosigns_no_size_that_it_could_not_keep) {
  for (const uint64_t size : {uint64_t{INT64_MAX} + 1, UINT64_MAX}) {
    const Checkpoint huge{log.key.verifier().name(), size, leaf_hash("x")};
    const AddCheckpoint request{0, {}, sign_checkpoint(huge, log.key).value()};
    EXPECT_EQ(ask(request).answer, WitnessAnswer::malformed) << size;
  }
}

// As its store does: what a proof has led to is kept beside what was shown.
struct AWitnessThatWasShown : AWitness {
  WitnessJudgement ask(const AddCheckpoint& request) {
    const auto judged = judge(request, log.key.verifier(), seen, shown);
    if (judged.led) {
      const auto to = open_checkpoint(request.note, log.key.verifier())->checkpoint();
      shown->led_to.push_back({to.size, to.root});
    }
    if (judged.answer == WitnessAnswer::cosign) {
      seen = judged.next;
      shown.reset();
    }
    return judged;
  }
  static Witnessed tree_of(const Log& of, uint64_t size) { return {size, of.root(size)}; }
  void show(const Log& of, uint64_t size) { shown = ShownTree{tree_of(of, size)}; }
  // As the witness answers: from what was shown first, and then from what it cosigned.
  void is_led(uint64_t from, uint64_t cosigned, uint64_t to) {
    seen = cosigned > 0 ? tree_of(log, cosigned) : Witnessed{};
    show(log, from);
    const auto first = ask(log.grown(cosigned, to));
    EXPECT_EQ(first.answer, WitnessAnswer::conflict) << from << " " << cosigned << " " << to;
    EXPECT_TRUE(first.by_shown && !first.led);
    EXPECT_EQ(first.alarm, WitnessAlarm::none);
    const auto second = ask(log.grown(from, to));
    EXPECT_TRUE(second.led && !second.by_shown) << from << " " << cosigned << " " << to;
    EXPECT_EQ(second.answer, WitnessAnswer::conflict) << "not from what was cosigned";
    EXPECT_EQ(ask(log.grown(cosigned, to)).answer, WitnessAnswer::cosign);
  }
  std::optional<ShownTree> shown;
};

TEST_F(AWitnessThatWasShown, a_checkpoint_is_led_from_there_before_it_cosigns) {
  for (uint64_t to = 3; to < 20; ++to) {
    for (uint64_t from = 1; from < to; ++from) {
      for (uint64_t cosigned = 0; cosigned <= to; ++cosigned) {
        if (from != cosigned) is_led(from, cosigned, to);
      }
    }
  }
}

TEST_F(AWitnessThatWasShown, what_it_is_asked_to_cosign_asks_nothing_more) {
  show(log, 5);
  ASSERT_EQ(ask(log.grown(0, 5)).answer, WitnessAnswer::cosign);
  show(log, 5);
  const auto judged = ask(log.grown(5, 9));
  EXPECT_EQ(judged.answer, WitnessAnswer::cosign) << "what was shown is what was cosigned";
  EXPECT_TRUE(judged.led);
}

TEST_F(AWitnessThatWasShown, more_than_it_is_asked_to_cosign_says_how_much_there_must_be) {
  show(log, 6);
  const auto judged = ask(log.grown(0, 5));
  EXPECT_EQ(judged.answer, WitnessAnswer::conflict);
  EXPECT_TRUE(judged.by_shown) << "a log that has no more now is an old copy";
  EXPECT_EQ(judged.alarm, WitnessAlarm::none);
  EXPECT_TRUE(ask(log.grown(6, 7)).led);
  EXPECT_EQ(ask(log.grown(0, 7)).answer, WitnessAnswer::cosign);
}

TEST_F(AWitnessThatWasShown, another_history_cosigns_neither) {
  const Log other("forged");
  ASSERT_EQ(AWitness::ask(log.grown(0, 8)).answer, WitnessAnswer::cosign);
  for (const uint64_t size : {3U, 8U, 9U}) {
    show(other, size);
    EXPECT_NE(ask(log.grown(8, 12)).answer, WitnessAnswer::cosign) << size;
    const auto lied = ask(log.grown(size, 12));
    EXPECT_NE(lied.answer, WitnessAnswer::cosign) << size;
    EXPECT_EQ(lied.alarm, size == 8 ? WitnessAlarm::split_view : WitnessAlarm::inconsistent)
        << "two roots of one size are a proof, whatever is asked";
    EXPECT_TRUE(lied.by_shown && !lied.led);
  }
  EXPECT_EQ(seen, tree_of(log, 8));
}

// Whatever the log leads to of the history it showed, and in whatever order it asks.
TEST_F(AWitnessThatWasShown, one_history_cosigns_no_other_whatever_it_is_asked) {
  const Log other("forged");
  const auto seed = std::random_device{}();
  RecordProperty("seed", std::to_string(seed));
  SCOPED_TRACE(seed);
  std::mt19937 lot(seed);
  const auto size = [&](uint64_t least) {
    return std::uniform_int_distribution<uint64_t>(least, 24)(lot);
  };
  for (int life = 0; life < 40; ++life) {
    shown.reset();
    seen = Witnessed{};
    ASSERT_EQ(AWitness::ask(log.grown(0, size(1))).answer, WitnessAnswer::cosign);
    show(other, size(1));
    for (int asked = 0; asked < 60; ++asked) {
      const Log& of = size(1) % 2 == 0 ? log : other;
      const uint64_t from = std::array{seen.size, shown->base.size, size(1)}[size(1) % 3];
      if (from > 24) continue;
      ASSERT_NE(ask(of.grown(from, size(from))).answer, WitnessAnswer::cosign);
    }
  }
}

TEST_F(AWitnessThatWasShown, something_takes_an_old_copy_for_what_it_is) {
  ASSERT_EQ(AWitness::ask(log.grown(0, 8)).answer, WitnessAnswer::cosign);
  show(log, 4);
  const auto judged = ask(log.grown(0, 6));
  EXPECT_EQ(judged.alarm, WitnessAlarm::rollback);
  EXPECT_FALSE(judged.by_shown) << "its evidence is what was cosigned";
}

TEST_F(AWitness, keeps_of_a_checkpoint_what_its_log_signed_and_no_strangers_lines) {
  const Bytes plain = log.grown(0, 3).note;
  Note padded = parse_note(plain).value();
  while (padded.signatures.size() < kMaxNoteSignatures) {
    padded.signatures.insert(padded.signatures.begin(), {"stranger", {}, Bytes(400, 'x')});
  }
  AddCheckpoint request = log.grown(0, 3);
  request.note = print_note(padded);
  EXPECT_EQ(ask(request).answer, WitnessAnswer::cosign);
  EXPECT_EQ(without_others(request.note, log.key.verifier()).value(), plain);
  EXPECT_FALSE(without_others(plain, key.verifier()).has_value());
}

TEST_F(AWitness, gives_a_cosignature_the_log_can_add_to_its_checkpoint) {
  const AddCheckpoint request = log.grown(0, 3);
  const Bytes line = cosignature_line(request, key, 1'793'000'000).value();
  const std::vector<VerifierKey> witnesses{key.verifier()};
  const auto whole = with_cosignatures(request.note, line, log.key.verifier(), witnesses);
  ASSERT_TRUE(whole.has_value());
  const auto opened = open_checkpoint(*whole, log.key.verifier(), witnesses);
  ASSERT_TRUE(opened.has_value());
  ASSERT_EQ(opened->by().size(), 2U);
  EXPECT_EQ(opened->by()[1].time_s, 1'793'000'000U);
  EXPECT_EQ(with_cosignatures(*whole, line, log.key.verifier(), witnesses).value(), *whole);
}

TEST_F(AWitness, of_whom_the_log_knows_nothing_adds_nothing) {
  const AddCheckpoint request = log.grown(0, 3);
  const Bytes line = cosignature_line(request, key, 1).value();
  EXPECT_EQ(with_cosignatures(request.note, line, log.key.verifier(), {}).value(), request.note);
}

TEST_F(AWitness, that_answers_for_another_checkpoint_is_not_believed) {
  const Bytes line = cosignature_line(log.grown(0, 4), key, 1).value();
  const std::vector<VerifierKey> witnesses{key.verifier()};
  EXPECT_FALSE(
      with_cosignatures(log.grown(0, 3).note, line, log.key.verifier(), witnesses).has_value());
}

TEST(AddCheckpointBody, prints_again_as_it_was_read_and_is_refused_in_any_other_form) {
  const Log log;
  const Bytes body = print_add_checkpoint(log.grown(3, 8));
  EXPECT_EQ(print_add_checkpoint(parse_add_checkpoint(body).value()), body);
  EXPECT_EQ(origin_of(parse_add_checkpoint(body).value()).value(), "log.example/2026");
  for (const Bytes& wrong :
       {Bytes(), Bytes("old 3"), Bytes("old 03\n") + body.substr(6), Bytes("old -3\n\n"),
        "new" + body.substr(3), body.substr(0, body.size() / 2), Bytes("old 0\n\n"),
        "old 3\nAAAA\n\n" + body.substr(body.find("\n\n") + 2),
        "old 3\r\n" + body.substr(6),  // line ends of another world
        Bytes("old 18446744073709551616\n") + body.substr(6), Bytes("old  3\n") + body.substr(6),
        body + "\n", body + "x"}) {
    EXPECT_FALSE(parse_add_checkpoint(wrong).has_value()) << wrong;
  }
  Bytes many = "old 3\n";
  for (int i = 0; i < 64; ++i) many += base64(view(leaf_hash("x"))) + "\n";
  EXPECT_FALSE(parse_add_checkpoint(many + body.substr(body.find("\n\n") + 1)).has_value());
}

}  // namespace
}  // namespace relais::ledger
