// SPDX-License-Identifier: Apache-2.0
// POST /add-checkpoint over real sockets, from both ends.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>

#include "node/web/witness_client.h"
#include "node/web/witness_page.h"

namespace relais::web {
namespace {

struct Web : testing::Test {
  std::unique_ptr<HttpServer> serve(unsigned per_second = 1000) {
    auto inlets = witness_page(
        [this](std::string_view body) -> Result<ledger::WitnessReply> {
          ++asked;
          heard = Bytes(body);
          return reply;
        },
        per_second);
    return HttpServer::start({"127.0.0.1:0"}, {}, {}, std::move(inlets)).value();
  }
  Result<ledger::WitnessReply> post(const HttpServer& server, const Bytes& body) {
    return WitnessClient().add_checkpoint("http://127.0.0.1:" + std::to_string(server.port()) + "/",
                                          body);
  }
  Result<ledger::WitnessReply> reply = ledger::WitnessReply{200, "line\n"};
  std::atomic<int> asked{0};
  Bytes heard;
};

TEST_F(Web, carries_a_request_and_its_answer_byte_for_byte) {
  const auto server = serve();
  const Bytes body = "old 7\n" + Bytes(20'000, 'x') + "\n\nnote\n";
  const auto answered = post(*server, body);
  ASSERT_TRUE(answered.has_value());
  EXPECT_EQ(answered->status, 200);
  EXPECT_EQ(answered->lines, "line\n");
  EXPECT_FALSE(answered->held.has_value());
  EXPECT_EQ(heard, body);
}

TEST_F(Web, gives_the_size_that_is_known_with_a_conflict) {
  reply = ledger::WitnessReply{409, "", 12345};
  const auto server = serve();
  const auto answered = post(*server, "old 1\n");
  EXPECT_EQ(answered->status, 409);
  EXPECT_EQ(answered->known, 12345U);
}

TEST_F(Web, gives_every_other_status_as_it_is) {
  const auto server = serve();
  for (const int status : {400, 403, 404, 422}) {
    reply = ledger::WitnessReply{static_cast<uint16_t>(status)};
    EXPECT_EQ(post(*server, "x")->status, status);
  }
}

TEST_F(Web, is_tried_again_later_when_the_database_is_away_or_too_many_ask) {
  reply = fail(FaultKind::unavailable, "away");
  const auto server = serve(3);
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(post(*server, "x").error().kind, FaultKind::unavailable);
  }
  EXPECT_LE(asked, 4);
}

TEST_F(Web, reads_no_body_that_is_too_large_and_none_where_nothing_takes_one) {
  const auto server = serve();
  EXPECT_EQ(post(*server, Bytes(kMostBodyBytes + 1, 'x'))->status, 413);
  EXPECT_EQ(asked, 0);
  const auto elsewhere = WitnessClient().add_checkpoint(
      "http://127.0.0.1:" + std::to_string(server->port()) + "/elsewhere", "x");
  EXPECT_EQ(elsewhere->status, 405);
}

TEST_F(Web, goes_nowhere_but_to_the_web) {
  EXPECT_EQ(WitnessClient().add_checkpoint("file:///etc", "x").error().kind, FaultKind::invalid);
  EXPECT_EQ(WitnessClient().add_checkpoint("http://127.0.0.1:1", "x").error().kind,
            FaultKind::unavailable);
}

}  // namespace
}  // namespace relais::web
