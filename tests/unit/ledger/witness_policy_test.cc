// SPDX-License-Identifier: Apache-2.0
// Witness policies: k of n, groups of groups, and every line that is refused.
#include "node/ledger/witness_policy.h"

#include <gtest/gtest.h>

namespace relais::ledger {
namespace {

VerifierKey key_of(char seed, SignatureType type = SignatureType::cosignature) {
  return VerifierKey::make(std::string(1, seed) + ".example/witness", type,
                           PrivateKey::from_seed(Bytes(32, seed)).value().public_key())
      .value();
}
std::string vkey(char seed) { return key_of(seed).text(); }

const std::string& three() {
  static const std::string kText = "# three neighbours\nwitness a " + vkey('a') + "\nwitness b " +
                                   vkey('b') + " https://b.example/add\n\twitness c  " + vkey('c') +
                                   " # late\n\n";
  return kText;
}

bool holds(const std::string& text, const std::string& signers) {
  const auto policy = WitnessPolicy::parse(text);
  if (!policy) {
    ADD_FAILURE() << policy.error().message.view() << " " << policy.error().where;
    return false;
  }
  std::vector<Verified> by;
  for (const char signer : signers) by.push_back({key_of(signer), 1});
  return policy->satisfied_by(by);
}

std::string refused_at(const std::string& text) {
  const auto policy = WitnessPolicy::parse(text);
  return policy ? "nowhere" : policy.error().where;
}

TEST(WitnessPolicy, two_of_three_are_enough_and_one_is_not) {
  const std::string text = three() + "group some 2 a b c\nquorum some\n";
  EXPECT_FALSE(holds(text, ""));
  EXPECT_FALSE(holds(text, "b"));
  EXPECT_TRUE(holds(text, "ca"));
  EXPECT_TRUE(holds(text, "abc"));
}

TEST(WitnessPolicy, one_signer_counts_once_and_a_stranger_never) {
  const std::string text = three() + "group some 2 a b c\nquorum some\n";
  EXPECT_FALSE(holds(text, "aaa"));
  EXPECT_FALSE(holds(text, "axy"));
}

TEST(WitnessPolicy, all_any_and_groups_of_groups) {
  const std::string text = three() + "group pair all a b\ngroup either any pair c\nquorum either\n";
  EXPECT_TRUE(holds(text, "c"));
  EXPECT_TRUE(holds(text, "ab"));
  EXPECT_FALSE(holds(text, "a"));
  EXPECT_TRUE(holds(three() + "quorum b\n", "b"));
}

TEST(WitnessPolicy, none_is_said_and_never_assumed) {
  EXPECT_TRUE(holds("quorum none\n", ""));
  EXPECT_FALSE(WitnessPolicy::parse("quorum none")->needs_witnesses());
  EXPECT_FALSE(WitnessPolicy::parse("").has_value());
  EXPECT_FALSE(WitnessPolicy::parse(three()).has_value());
}

TEST(WitnessPolicy, keeps_keys_and_addresses) {
  const auto policy = WitnessPolicy::parse(three() + "quorum a");
  ASSERT_TRUE(policy.has_value());
  ASSERT_EQ(policy->witnesses().size(), 3U);
  EXPECT_EQ(policy->witnesses()[1].url, "https://b.example/add");
  EXPECT_EQ(policy->witnesses()[2].url, "");
  EXPECT_EQ(policy->keys()[2].text(), vkey('c'));
  EXPECT_TRUE(policy->needs_witnesses());
}

TEST(WitnessPolicy, whatever_could_be_read_two_ways_is_refused_with_its_line) {
  const std::string log =
      VerifierKey::make("log.example", SignatureType::ed25519,
                        PrivateKey::from_seed(Bytes(32, 'l')).value().public_key())
          .value()
          .text();
  EXPECT_EQ(refused_at("witness a " + log + "\nquorum a\n"), "line 1");
  EXPECT_EQ(refused_at("witness a " + vkey('a') + "\nwitness a " + vkey('b') + "\n"), "line 2");
  EXPECT_EQ(refused_at("witness a " + vkey('a') + "\nwitness b " + vkey('a') + "\n"), "line 2");
  EXPECT_EQ(refused_at("witness none " + vkey('a') + "\n"), "line 1");
  EXPECT_EQ(refused_at("witness a\n"), "line 1");
  EXPECT_EQ(refused_at("witness a notakey\n"), "line 1");
  EXPECT_EQ(refused_at("witness a " + vkey('a') + " url more\n"), "line 1");
  EXPECT_EQ(refused_at(three() + "group g 0 a b\n"), "line 6");
  EXPECT_EQ(refused_at(three() + "group g 3 a b\n"), "line 6");
  EXPECT_EQ(refused_at(three() + "group g 02 a b\n"), "line 6");
  EXPECT_EQ(refused_at(three() + "group g 1\n"), "line 6");
  EXPECT_EQ(refused_at(three() + "group g 1 a a\n"), "line 6");
  EXPECT_EQ(refused_at(three() + "group g 1 g\n"), "line 6");
  EXPECT_EQ(refused_at(three() + "group g 1 a\ngroup h 1 a\n"), "line 7");
  EXPECT_EQ(refused_at(three() + "group a 1 b\n"), "line 6");
  EXPECT_EQ(refused_at(three() + "quorum d\n"), "line 6");
  EXPECT_EQ(refused_at(three() + "quorum a b\n"), "line 6");
  EXPECT_EQ(refused_at(three() + "quorum a\nquorum b\n"), "line 7");
  EXPECT_EQ(refused_at(three() + "quorum\n"), "line 6");
  EXPECT_EQ(refused_at("log x\n"), "line 1");
  EXPECT_EQ(refused_at("Quorum none\n"), "line 1");
  EXPECT_FALSE(WitnessPolicy::parse("quorum none\n" + Bytes(kMaxPolicyBytes, '#')).has_value());
  EXPECT_FALSE(WitnessPolicy::parse("quorum none # \xff\n").has_value());
}

}  // namespace
}  // namespace relais::ledger
