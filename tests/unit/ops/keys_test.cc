// SPDX-License-Identifier: Apache-2.0
// Key files: what is written comes back, and a file others could have read stops the node.
#include "node/ops/keys.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

#include "node/ledger/crypto.h"
#include "node/ledger/encoding.h"
#include "tests/support/certificates.h"

namespace relais::ops {
namespace {

using ledger::SignatureType;

std::string write(const std::string& path, const std::string& content, mode_t mode = 0600) {
  std::ofstream(path, std::ios::binary) << content;
  EXPECT_EQ(::chmod(path.c_str(), mode), 0);
  return path;
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string seed_line(const std::string& name = "test/key") {
  return "relais-ed25519-seed+" + name + "+" + ledger::base64(std::string(32, 's')) + "\n";
}

class Keys : public ::testing::Test {
 protected:
  std::string file(const std::string& name) const { return folder_.file(name); }

  test::TestFolder folder_;
  ledger::SystemEntropy entropy_;
};

TEST_F(Keys, a_signer_that_was_made_signs_after_it_was_read) {
  const auto verifier = create_signer(file("seed"), "a/b", SignatureType::ed25519, entropy_);
  ASSERT_TRUE(verifier.has_value());
  const auto signer = read_signer(file("seed"), SignatureType::ed25519);
  ASSERT_TRUE(signer.has_value());
  EXPECT_EQ(signer->verifier().text(), verifier->text());
  EXPECT_EQ(verifier->name(), "a/b");
  EXPECT_TRUE(verifier->key().verify("text", signer->sign("text")));
}

TEST_F(Keys, the_other_two_kinds_come_back_as_they_were_made) {
  ASSERT_TRUE(create_key_encryption_key(file("kek"), 7, entropy_).has_value());
  const auto kek = read_key_encryption_key(file("kek"));
  ASSERT_TRUE(kek.has_value());
  EXPECT_EQ(kek->epoch, 7);
  EXPECT_EQ(content_of(file("kek")), "relais-kek+7+" + ledger::base64(view(kek->key)) + "\n");
  ASSERT_TRUE(create_lookup_key(file("lookup"), entropy_).has_value());
  const auto lookup = read_lookup_key(file("lookup"));
  ASSERT_TRUE(lookup.has_value());
  EXPECT_NE(*lookup, kek->key);
}

TEST_F(Keys, a_new_file_is_its_owners_alone_whatever_the_umask) {
  const mode_t before = ::umask(0);
  EXPECT_TRUE(create_lookup_key(file("lookup"), entropy_).has_value());
  ::umask(before);
  struct stat status {};
  ASSERT_EQ(::stat(file("lookup").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(Keys, an_existing_file_is_never_overwritten_nor_a_link_followed) {
  write(file("there"), "precious");
  ASSERT_EQ(::symlink(file("elsewhere").c_str(), file("link").c_str()), 0);
  for (const char* name : {"there", "link"}) {
    const auto made = create_signer(file(name), "a", SignatureType::ed25519, entropy_);
    ASSERT_FALSE(made.has_value()) << name;
    EXPECT_EQ(made.error().kind, FaultKind::already_exists) << name;
    EXPECT_EQ(made.error().where, file(name));
  }
  EXPECT_EQ(content_of(file("there")), "precious");
  EXPECT_NE(::access(file("elsewhere").c_str(), F_OK), 0);
}

TEST_F(Keys, a_name_that_cannot_be_a_key_name_leaves_no_file) {
  for (const char* name : {"", "a b", "a+b"}) {
    EXPECT_FALSE(create_signer(file("seed"), name, SignatureType::ed25519, entropy_).has_value());
    EXPECT_NE(::access(file("seed").c_str(), F_OK), 0) << name;
  }
}

TEST_F(Keys, a_folder_that_is_not_there_is_a_fault) {
  const auto made = create_lookup_key(file("no/such/file"), entropy_);
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().kind, FaultKind::precondition);
}

TEST_F(Keys, a_file_group_or_others_can_touch_is_refused) {
  for (const mode_t mode : {0640U, 0604U, 0660U, 0606U, 0610U, 0777U}) {
    write(file("seed"), seed_line(), mode);
    const auto signer = read_signer(file("seed"), SignatureType::ed25519);
    ASSERT_FALSE(signer.has_value()) << std::oct << mode;
    EXPECT_EQ(signer.error().kind, FaultKind::precondition);
    EXPECT_EQ(signer.error().where, file("seed"));
  }
  write(file("seed"), seed_line(), 0400);
  EXPECT_TRUE(read_signer(file("seed"), SignatureType::ed25519).has_value());
}

TEST_F(Keys, a_file_of_another_user_is_refused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  write(file("seed"), seed_line());
  ASSERT_EQ(::chown(file("seed").c_str(), 65534, 65534), 0);
  const auto signer = read_signer(file("seed"), SignatureType::ed25519);
  ASSERT_FALSE(signer.has_value());
  EXPECT_EQ(signer.error().message.view(), "this key belongs to another user");
}

TEST_F(Keys, a_link_a_folder_and_nothing_at_all_are_refused) {
  write(file("seed"), seed_line());
  ASSERT_EQ(::symlink(file("seed").c_str(), file("link").c_str()), 0);
  for (const std::string& path : {file("link"), folder_.path(), file("missing")}) {
    const auto signer = read_signer(path, SignatureType::ed25519);
    ASSERT_FALSE(signer.has_value()) << path;
    EXPECT_EQ(signer.error().kind, FaultKind::precondition) << path;
  }
}

TEST_F(Keys, a_content_not_in_its_form_is_refused_and_never_repeated) {
  const std::string good = seed_line();
  const std::string body = ledger::base64(std::string(32, 's'));
  for (const std::string& wrong :
       {std::string(), std::string("\n"), good + good, good + "\n", " " + good,
        "relais-ed25519-seed+" + body + "\n", "relais-ed25519-seed++" + body + "\n",
        "relais-ed25519-seed+a+" + ledger::base64(std::string(31, 's')) + "\n",
        "relais-ed25519-seed+a+" + ledger::base64(std::string(33, 's')) + "\n",
        "relais-ed25519-seed+a+" + body.substr(0, 43) + "\n", "relais-kek+1+" + body + "\n",
        good.substr(0, good.size() - 1) + "\r\n", std::string(2000, 'x')}) {
    write(file("seed"), wrong);
    const auto signer = read_signer(file("seed"), SignatureType::ed25519);
    ASSERT_FALSE(signer.has_value()) << wrong;
    EXPECT_EQ(signer.error().where, file("seed"));
    EXPECT_EQ(std::string(signer.error().message.view()).find(body), std::string::npos);
  }
}

TEST_F(Keys, an_epoch_is_a_whole_number_from_one_to_a_million) {
  const std::string body = ledger::base64(std::string(32, 'k'));
  for (const char* wrong : {"0", "-1", "01", "1.0", "", "one", "1000001", "99999999999999999999"}) {
    write(file("kek"), "relais-kek+" + std::string(wrong) + "+" + body + "\n");
    EXPECT_FALSE(read_key_encryption_key(file("kek")).has_value()) << wrong;
  }
  write(file("kek"), "relais-kek+1000000+" + body + "\n");
  EXPECT_TRUE(read_key_encryption_key(file("kek")).has_value());
}

TEST_F(Keys, one_kind_of_key_is_never_read_as_another) {
  ASSERT_TRUE(create_lookup_key(file("lookup"), entropy_).has_value());
  ASSERT_TRUE(create_key_encryption_key(file("kek"), 1, entropy_).has_value());
  EXPECT_FALSE(read_key_encryption_key(file("lookup")).has_value());
  EXPECT_FALSE(read_lookup_key(file("kek")).has_value());
  EXPECT_FALSE(read_signer(file("kek"), SignatureType::ed25519).has_value());
}

}  // namespace
}  // namespace relais::ops
