// SPDX-License-Identifier: Apache-2.0
// What a certificate must be before a node serves with it.
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "node/ops/keys.h"
#include "tests/support/certificates.h"

namespace relais::ops {
namespace {

constexpr const char* kIdentity = "spiffe://test/agency/pass-69";

Instant now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

class Certificates : public ::testing::Test {
 protected:
  test::Leaf leaf(const std::string& name, const std::vector<std::string>& uris, int days = 1) {
    test::Leaf made = authority_.issue(folder_, name, uris, days);
    EXPECT_EQ(::chmod(made.private_key.c_str(), 0600), 0);
    return made;
  }
  // The constant message of the fault; empty when the certificate may be served with.
  std::string check(const test::Leaf& leaf, const std::string& identity, Instant at = now()) const {
    const auto ends = check_certificate(leaf.certificate, leaf.private_key, root_, identity, at);
    if (ends) return "";
    EXPECT_EQ(ends.error().kind, FaultKind::precondition);
    return std::string(ends.error().message.view());
  }

  test::TestFolder folder_;
  test::Authority authority_{"authority"};
  std::string root_ = authority_.write_root(folder_, "root");
};

TEST_F(Certificates, a_good_one_says_when_it_ends_and_leaves_no_error_behind) {
  const test::Leaf good = leaf("good", {kIdentity}, 1);
  const auto ends = check_certificate(good.certificate, good.private_key, root_, kIdentity, now());
  ASSERT_TRUE(ends.has_value()) << ends.error().message.view();
  EXPECT_GT(*ends, now() + std::chrono::hours(23));
  EXPECT_LT(*ends, now() + std::chrono::hours(25));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST_F(Certificates, the_key_must_be_the_certificates_own) {
  const test::Leaf one = leaf("one", {kIdentity});
  const test::Leaf other = leaf("other", {kIdentity});
  EXPECT_EQ(check({other.private_key, one.certificate}, kIdentity),
            "the key is not the certificate's");
}

TEST_F(Certificates, it_is_in_date_at_the_time_given_and_not_at_the_machines) {
  const test::Leaf good = leaf("good", {kIdentity}, 1);
  EXPECT_EQ(check(good, kIdentity, now() + std::chrono::hours(26)), "the certificate has expired");
  EXPECT_EQ(check(good, kIdentity, now() - std::chrono::hours(2)),
            "the certificate is not valid yet");
  EXPECT_EQ(check(leaf("old", {kIdentity}, -1), kIdentity), "the certificate has expired");
  const test::Leaf old = leaf("older", {kIdentity}, -1);  // in date from two days ago to one
  EXPECT_EQ(check(old, "", now() - std::chrono::hours(36)), "");
}

TEST_F(Certificates, it_names_exactly_this_agency) {
  const std::string refusal = "the certificate does not name this agency's URI";
  EXPECT_EQ(check(leaf("a", {"spiffe://test/agency/pass-690"}), kIdentity), refusal);
  EXPECT_EQ(check(leaf("b", {}), kIdentity), refusal);
  EXPECT_EQ(check(leaf("c", {kIdentity, "spiffe://test/agency/siao-69"}), kIdentity), refusal);
}

TEST_F(Certificates, it_comes_from_the_roots_its_peers_believe) {
  const test::Authority stranger("authority");  // the same name, another key
  const test::Leaf forged = stranger.issue(folder_, "forged", {kIdentity}, 1);
  ASSERT_EQ(::chmod(forged.private_key.c_str(), 0600), 0);
  EXPECT_EQ(check(forged, kIdentity), "the certificate does not come from these roots");
}

TEST_F(Certificates, without_an_identity_neither_name_nor_chain_is_asked) {
  const test::Authority stranger("another");
  const test::Leaf own = stranger.issue(folder_, "desk", {}, 1);
  ASSERT_EQ(::chmod(own.private_key.c_str(), 0600), 0);
  EXPECT_EQ(check(own, ""), "");
}

TEST_F(Certificates, a_key_that_others_can_read_is_refused) {
  const test::Leaf open = leaf("open", {kIdentity});
  for (const mode_t mode : {0640U, 0604U}) {
    ASSERT_EQ(::chmod(open.private_key.c_str(), mode), 0);
    EXPECT_EQ(check(open, kIdentity), "others may read this key: chmod 0600 it");
  }
}

TEST_F(Certificates, a_key_under_a_passphrase_is_refused_without_asking_the_terminal) {
  const test::Leaf good = leaf("good", {kIdentity});
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::string path = folder_.file("sealed.key.pem");
  std::FILE* file = std::fopen(path.c_str(), "w");
  ASSERT_NE(file, nullptr);
  char phrase[] = "phrase";
  EXPECT_EQ(
      PEM_write_PKCS8PrivateKey(file, key.get(), EVP_aes_256_cbc(), phrase, 6, nullptr, nullptr),
      1);
  std::fclose(file);
  ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
  EXPECT_EQ(check({path, good.certificate}, kIdentity),
            "a private key in PEM without a passphrase is expected");
}

TEST_F(Certificates, a_file_that_is_missing_or_something_else_is_refused_by_its_name) {
  const test::Leaf good = leaf("good", {kIdentity});
  const std::string missing = folder_.file("missing");
  const std::string paths[3] = {good.certificate, good.private_key, root_};
  for (size_t i = 0; i < 3; ++i) {
    std::string given[3] = {paths[0], paths[1], paths[2]};
    given[i] = missing;
    const auto ends = check_certificate(given[0], given[1], given[2], kIdentity, now());
    ASSERT_FALSE(ends.has_value()) << i;
    EXPECT_EQ(ends.error().where, missing) << i;
  }
  std::ofstream(folder_.file("text")) << "not PEM\n";
  EXPECT_EQ(check({good.private_key, folder_.file("text")}, kIdentity),
            "a certificate in PEM is expected");
}

TEST_F(Certificates, roots_may_be_several_and_the_order_does_not_matter) {
  const test::Leaf good = leaf("good", {kIdentity});
  const test::Authority other("other");
  std::ofstream both(folder_.file("both"));
  for (const std::string& path : {other.write_root(folder_, "other"), root_}) {
    std::ifstream one(path);
    both << std::string(std::istreambuf_iterator<char>(one), std::istreambuf_iterator<char>());
  }
  both.close();
  const auto ends =
      check_certificate(good.certificate, good.private_key, folder_.file("both"), kIdentity, now());
  EXPECT_TRUE(ends.has_value());
}

}  // namespace
}  // namespace relais::ops
