// SPDX-License-Identifier: Apache-2.0
// What is asked of somebody else's web server, and what is believed to be an answer.
#include "node/web/transfer.h"

#include <gtest/gtest.h>

#include "node/web/http.h"

namespace relais::web {
namespace {

struct Transfer : testing::Test {
  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(server->port()) + path;
  }
  static Routes routes() {
    return {{"/note",
             [] {
               return Response{200, "text/plain; charset=utf-8", "a note\n"};
             }},
            {"/long", [] {
               return Response{200, "text/plain; charset=utf-8", std::string(64 * 1024, 'x')};
             }}};
  }
  const std::unique_ptr<HttpServer> server =
      HttpServer::start({.listen = "127.0.0.1:0"}, routes()).value();
};

TEST_F(Transfer, brings_a_page_as_it_is) {
  const auto answer = transfer({url("/note")});
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "a note\n");
  EXPECT_EQ(transfer({url("/elsewhere")})->status, 404);
}

TEST_F(Transfer, brings_nothing_that_is_longer_than_wanted) {
  EXPECT_EQ(transfer({url("/long"), std::nullopt, 64 * 1024})->body.size(), 64U * 1024);
  const auto longer = transfer({url("/long"), std::nullopt, 64 * 1024 - 1});
  ASSERT_FALSE(longer.has_value());
  EXPECT_EQ(longer.error().kind, FaultKind::unavailable);
}

TEST_F(Transfer, goes_nowhere_but_to_the_web) {
  for (const char* place : {"file:///etc/passwd", "ftp://127.0.0.1/", "127.0.0.1", ""}) {
    EXPECT_EQ(transfer({place}).error().kind, FaultKind::invalid) << place;
  }
  EXPECT_EQ(transfer({"http://127.0.0.1:1/"}).error().kind, FaultKind::unavailable);
}

}  // namespace
}  // namespace relais::web
