// SPDX-License-Identifier: Apache-2.0
#include "node/ops/keys.h"

#include <sys/stat.h>

#include <chrono>

#include "admin/certificates.h"
#include "tests/unit/admin/bench.h"

namespace relais::admin {
namespace {

Instant now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 0777U;
}

TEST(Keys, a_new_signing_key_is_private_and_shows_its_verifier_key) {
  Bench bench;
  const std::string path = bench.file("signing.seed");
  ASSERT_EQ(bench.run("keys", "new", {{"KIND", {"signing"}}, {"name", {"a-1"}}, {"out", {path}}}),
            kDone);
  const std::string vkey = bench.line();
  EXPECT_EQ(mode_of(path), 0600U);
  ASSERT_EQ(bench.run("keys", "show", {{"FILE", {path}}}), kDone);
  EXPECT_EQ(bench.line(), vkey);
  EXPECT_TRUE(ledger::VerifierKey::parse(vkey));
}

TEST(Keys, an_existing_key_is_never_overwritten) {
  Bench bench;
  const Bench::Values wanted{{"KIND", {"lookup"}}, {"out", {bench.file("lookup")}}};
  ASSERT_EQ(bench.run("keys", "new", wanted), kDone);
  const std::string before = bench.read("lookup");
  EXPECT_EQ(bench.run("keys", "new", wanted), kRefused);
  EXPECT_EQ(bench.read("lookup"), before);
}

TEST(Keys, a_key_that_signs_needs_a_name) {
  Bench bench;
  EXPECT_EQ(bench.run("keys", "new", {{"KIND", {"ledger"}}, {"out", {bench.file("k")}}}), kUsage);
}

TEST(Keys, no_answer_shows_what_is_private) {
  Bench bench;
  const std::string path = bench.file("seed");
  ASSERT_EQ(bench.run("keys", "new", {{"KIND", {"steward"}}, {"name", {"s"}}, {"out", {path}}}),
            kDone);
  const std::string seed = bench.read("seed").substr(std::string("relais-ed25519-seed+s+").size());
  EXPECT_EQ(bench.line().find(seed.substr(0, 20)), std::string::npos);
}

class Certificates : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(make_authority("Valbrune federation", 10, root));
    ASSERT_TRUE(make_authority("somebody else", 10, other));
  }
  Result<Instant> check(const KeyPair& authority, Instant at) {
    return ops::check_certificate(leaf.certificate, leaf.key, authority.certificate, kUri, at);
  }
  static constexpr const char* kUri = "spiffe://f.example/agency/a-1";
  Bench bench;
  const KeyPair root{bench.file("root.pem"), bench.file("root.key")};
  const KeyPair other{bench.file("other.pem"), bench.file("other.key")};
  const KeyPair leaf{bench.file("leaf.pem"), bench.file("leaf.key")};
};

TEST_F(Certificates, a_leaf_is_what_a_node_needs_for_its_days) {
  ASSERT_TRUE(make_leaf({"a-1", {kUri}, {"localhost"}, 2}, root, leaf));
  EXPECT_EQ(mode_of(leaf.key), 0600U);
  EXPECT_TRUE(check(root, now()));
  EXPECT_FALSE(check(other, now()));
  EXPECT_FALSE(check(root, now() + std::chrono::hours{49}));
}

TEST_F(Certificates, only_the_authority_s_own_key_signs_for_it) {
  const auto made = make_leaf({"a", {kUri}, {}, 1}, {root.certificate, other.key}, leaf);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().where, other.key);
}

TEST_F(Certificates, a_name_cannot_smuggle_in_another) {
  EXPECT_FALSE(
      make_leaf({"a", {"spiffe://f/agency/a,URI:spiffe://f/agency/b"}, {}, 1}, root, leaf));
  EXPECT_FALSE(make_leaf({"a", {kUri}, {"localhost,URI:x"}, 1}, root, leaf));
  EXPECT_FALSE(make_leaf({"a", {}, {}, 1}, root, leaf));
}

}  // namespace
}  // namespace relais::admin
