// SPDX-License-Identifier: Apache-2.0
// Signed notes and checkpoints: what verifies, and everything near it that must not.
#include "node/ledger/note.h"

#include <gtest/gtest.h>

#include "node/ledger/checkpoint.h"
#include "node/ledger/encoding.h"
#include "node/ledger/tree.h"

namespace relais::ledger {
namespace {

Ed25519Signer signer(const std::string& name, char seed,
                     SignatureType type = SignatureType::ed25519) {
  return Ed25519Signer::make(name, type, PrivateKey::from_seed(Bytes(32, seed)).value()).value();
}

std::string signed_by(std::string text, const std::vector<const Signer*>& signers) {
  Note note{std::move(text), {}};
  for (const Signer* one : signers) note.signatures.push_back(sign_text(note.text, *one).value());
  return print_note(note);
}

Result<OpenNote> open_with(std::string_view bytes, const std::vector<VerifierKey>& keys) {
  return open_note(bytes, keys);
}

TEST(Note, splits_at_the_last_blank_line_and_prints_again) {
  const auto alpha = signer("alpha.example", 'a');
  const std::string text = "première ligne\n\nune autre, après une ligne vide\n";
  const std::string bytes = signed_by(text, {&alpha});
  const auto note = parse_note(bytes);
  ASSERT_TRUE(note.has_value());
  EXPECT_EQ(note->text, text);
  ASSERT_EQ(note->signatures.size(), 1U);
  EXPECT_EQ(note->signatures[0].name, "alpha.example");
  EXPECT_EQ(print_note(*note), bytes);
}

TEST(Note, opens_for_a_known_key_and_ignores_the_others) {
  const auto alpha = signer("alpha.example", 'a');
  const auto beta = signer("beta.example", 'b');
  const std::string note = signed_by("text\n", {&alpha, &beta});
  EXPECT_EQ(open_with(note, {alpha.verifier(), beta.verifier()})->by.size(), 2U);
  EXPECT_EQ(open_with(note, {beta.verifier()})->by.size(), 1U);
  EXPECT_EQ(open_with(note, {beta.verifier()})->text, "text\n");
  EXPECT_FALSE(open_with(note, {signer("gamma.example", 'c').verifier()}).has_value());
  EXPECT_FALSE(open_with(note, {}).has_value());
}

TEST(Note, a_known_key_that_fails_refuses_the_whole_note) {
  const auto alpha = signer("alpha.example", 'a');
  const auto beta = signer("beta.example", 'b');
  Note note = parse_note(signed_by("text\n", {&alpha, &beta})).value();
  note.signatures[1].bytes[5] = static_cast<char>(note.signatures[1].bytes[5] ^ 1);
  EXPECT_FALSE(open_with(print_note(note), {alpha.verifier(), beta.verifier()}).has_value());
  EXPECT_TRUE(open_with(print_note(note), {alpha.verifier()}).has_value());
}

TEST(Note, a_key_that_signed_twice_counts_once) {
  const auto alpha = signer("alpha.example", 'a');
  const std::string note = signed_by("text\n", {&alpha, &alpha});
  EXPECT_EQ(open_with(note, {alpha.verifier(), alpha.verifier()})->by.size(), 1U);
}

TEST(Note, the_same_key_under_another_name_is_another_key) {
  const auto alpha = signer("alpha.example", 'a');
  const std::string note = signed_by("text\n", {&alpha});
  EXPECT_FALSE(open_with(note, {signer("beta.example", 'a').verifier()}).has_value());
}

TEST(Note, malformed_notes_are_refused) {
  const auto alpha = signer("alpha.example", 'a');
  const std::string good = signed_by("text\n", {&alpha});
  const std::string line = good.substr(6);
  ASSERT_TRUE(parse_note(good).has_value());
  const std::string bad[] = {"",
                             "\n",
                             "text\n",
                             "text\n\n",
                             "text" + line,
                             "text\n" + line,
                             good.substr(0, good.size() - 1),
                             good + "\n",
                             good + "x",
                             "te\x01xt\n\n" + line,
                             "te\rxt\n\n" + line,
                             "te\xffxt\n\n" + line,
                             "text\n\n" + line.substr(3),
                             "text\n\n\xe2\x80\x94 alpha.example AAAAAA==\n",
                             "text\n\n\xe2\x80\x94 alpha.example \n",
                             "text\n\n\xe2\x80\x94 al+pha AAAAAAAA\n",
                             "text\n\n\xe2\x80\x94  AAAAAAAA\n",
                             "text\n\n\xe2\x80\x94 a\xc2\xa0"
                             "b AAAAAAAA\n",
                             "text\n\n\xe2\x80\x94 a AAAA AAAA\n",
                             "text\n\n- alpha.example AAAAAAAA\n",
                             "text\n\n\xe2\x80\x94 a AAAAAAB=\n"};
  for (const std::string& text : bad) EXPECT_FALSE(parse_note(text).has_value()) << text;
}

TEST(Note, more_than_a_hundred_signatures_are_refused) {
  const auto alpha = signer("alpha.example", 'a');
  EXPECT_TRUE(
      open_with(signed_by("t\n", std::vector<const Signer*>(100, &alpha)), {alpha.verifier()})
          .has_value());
  EXPECT_FALSE(parse_note(signed_by("t\n", std::vector<const Signer*>(101, &alpha))).has_value());
}

TEST(Note, what_could_not_be_parsed_again_is_not_signed) {
  const auto alpha = signer("alpha.example", 'a');
  for (const char* text : {"", "text", "te\txt\n", "\xff\n"}) {
    EXPECT_FALSE(sign_text(text, alpha).has_value()) << text;
  }
  EXPECT_TRUE(sign_text("\n", alpha).has_value());
  const auto key = PrivateKey::from_seed(Bytes(32, 'x')).value();
  for (const char* name : {"", "a b", "a+b", "a\nb",
                           "a\xe2\x80\x83"
                           "b",
                           "\xff"}) {
    EXPECT_FALSE(Ed25519Signer::make(name, SignatureType::ed25519, key).has_value()) << name;
  }
}

TEST(VerifierKey, reads_only_what_it_prints) {
  const std::string text = signer("alpha.example/log", 'a').verifier().text();
  ASSERT_TRUE(VerifierKey::parse(text).has_value());
  for (size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(VerifierKey::parse(changed).has_value()) << changed;
    EXPECT_FALSE(VerifierKey::parse(text.substr(0, i)).has_value()) << i;
  }
}

TEST(VerifierKey, of_an_algorithm_that_is_not_known_is_refused_though_its_id_is_right) {
  const Digest raw = PrivateKey::from_seed(Bytes(32, 'a')).value().public_key().raw();
  for (const char type : {'\x00', '\x01', '\x02', '\x04', '\x06', '\xff'}) {
    const Bytes typed = Bytes(1, type) + Bytes(view(raw));
    const Digest id = sha256({"alpha.example", "\n", typed});
    const std::string text = "alpha.example+" + to_hex(view(id).substr(0, 4)) + "+" + base64(typed);
    EXPECT_EQ(VerifierKey::parse(text).has_value(), type == 1 || type == 4) << int{type};
  }
}

Checkpoint example() { return {"alpha.example/log", 3, leaf_hash("x")}; }

TEST(Checkpoint, reads_only_what_it_prints) {
  const std::string root = base64(view(example().root));
  EXPECT_TRUE(parse_checkpoint(print_checkpoint(example())).value() == example());
  const std::string bad[] = {"\n3\n" + root + "\n",
                             "o\n03\n" + root + "\n",
                             "o\n-3\n" + root + "\n",
                             "o\n3\n" + root,
                             "o\n3\n" + root + "\nextension\n",
                             "o\n3\n",
                             "o\n3\nAAAA\n",
                             "o\n0\n" + root + "\n",
                             "o\n3\n" + root + "\n\n",
                             ""};
  for (const std::string& text : bad) {
    EXPECT_FALSE(parse_checkpoint(text).has_value()) << text;
  }
  EXPECT_TRUE(parse_checkpoint("o\n0\n" + base64(view(empty_root())) + "\n").has_value());
}

TEST(Checkpoint, opens_only_under_the_log_s_own_name_and_signature) {
  const auto log = signer("alpha.example/log", 'a');
  const auto other = signer("beta.example/log", 'b');
  const auto note = sign_checkpoint(example(), log);
  ASSERT_TRUE(note.has_value());
  EXPECT_TRUE(open_checkpoint(*note, log.verifier())->checkpoint() == example());
  EXPECT_FALSE(sign_checkpoint(example(), other).has_value());
  EXPECT_FALSE(open_checkpoint(*note, other.verifier()).has_value());
  // Signed by a witness only, which is known: still not the log's word.
  const std::string foreign = signed_by(print_checkpoint(example()), {&other});
  const std::vector<VerifierKey> witnesses = {other.verifier()};
  EXPECT_FALSE(open_checkpoint(foreign, log.verifier(), witnesses).has_value());
  // The log's key over another log's checkpoint.
  Checkpoint stranger = example();
  stranger.origin = "beta.example/log";
  EXPECT_FALSE(open_checkpoint(signed_by(print_checkpoint(stranger), {&log}), log.verifier()));
}

TEST(Cosignature, verifies_with_its_time_and_with_no_other) {
  const auto log = signer("alpha.example/log", 'a');
  const auto witness = signer("beta.example/witness", 'w', SignatureType::cosignature);
  Note note = parse_note(sign_checkpoint(example(), log).value()).value();
  note.signatures.push_back(cosign(note.text, witness, 1767225600).value());
  const std::vector<VerifierKey> witnesses = {witness.verifier()};
  const auto open = open_checkpoint(print_note(note), log.verifier(), witnesses);
  ASSERT_TRUE(open.has_value());
  ASSERT_EQ(open->by().size(), 2U);
  EXPECT_EQ(open->by()[1].time_s, 1767225600U);
  note.signatures[1].bytes[7] = static_cast<char>(note.signatures[1].bytes[7] ^ 1);
  EXPECT_FALSE(open_checkpoint(print_note(note), log.verifier(), witnesses).has_value());
  EXPECT_TRUE(open_checkpoint(print_note(note), log.verifier()).has_value());
}

TEST(Cosignature, keys_do_not_change_roles) {
  const auto log = signer("alpha.example/log", 'a');
  const auto witness = signer("beta.example/witness", 'w', SignatureType::cosignature);
  EXPECT_FALSE(sign_text("text\n", witness).has_value());
  EXPECT_FALSE(cosign(print_checkpoint(example()), log, 1).has_value());
  EXPECT_FALSE(cosign(print_checkpoint(example()), witness, UINT64_MAX).has_value());
  EXPECT_FALSE(cosign("no newline", witness, 1).has_value());
}

}  // namespace
}  // namespace relais::ledger
