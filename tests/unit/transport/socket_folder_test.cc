// SPDX-License-Identifier: Apache-2.0
#include "node/transport/socket_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/transport/tls.h"
#include "tests/support/certificates.h"

namespace relais::transport {
namespace {

TEST(SocketFolder, is_made_for_this_user_alone) {
  const test::TestFolder folder;
  ASSERT_TRUE(lock_socket_folder(folder.file("run/steward.sock")));
  struct stat status {};
  ASSERT_EQ(::stat(folder.file("run").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
}

TEST(SocketFolder, that_others_may_enter_is_refused) {
  const test::TestFolder folder;
  ASSERT_EQ(::mkdir(folder.file("run").c_str(), 0700), 0);
  ASSERT_EQ(::chmod(folder.file("run").c_str(), 0750), 0);
  const auto outcome = lock_socket_folder(folder.file("run/steward.sock"));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, FaultKind::precondition);
  EXPECT_EQ(outcome.error().where, folder.file("run"));
}

TEST(SocketFolder, that_is_a_link_is_refused) {
  const test::TestFolder folder;
  ASSERT_EQ(::mkdir(folder.file("real").c_str(), 0700), 0);
  ASSERT_EQ(::symlink(folder.file("real").c_str(), folder.file("run").c_str()), 0);
  EXPECT_FALSE(lock_socket_folder(folder.file("run/steward.sock")));
}

TEST(SocketFolder, needs_an_absolute_path_that_fits) {
  EXPECT_EQ(lock_socket_folder("steward.sock").error().kind, FaultKind::invalid);
  EXPECT_EQ(lock_socket_folder("").error().kind, FaultKind::invalid);
  EXPECT_EQ(lock_socket_folder("/steward.sock").error().kind, FaultKind::invalid);
  EXPECT_EQ(lock_socket_folder("/tmp/" + std::string(100, 'a') + "/s").error().kind,
            FaultKind::invalid);
}

TEST(TlsFiles, that_cannot_be_read_are_named) {
  const test::TestFolder folder;
  const test::Authority authority("authority");
  const auto leaf = authority.issue(folder, "leaf", {"spiffe://test/agency/a"});
  const std::string root = authority.write_root(folder, "root");
  EXPECT_TRUE(check_readable({leaf.private_key, leaf.certificate, root}));
  const auto outcome = check_readable({leaf.private_key, folder.file("absent"), root});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().where, folder.file("absent"));
}

}  // namespace
}  // namespace relais::transport
