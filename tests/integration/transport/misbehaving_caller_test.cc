// SPDX-License-Identifier: Apache-2.0
// A peer that calls the exchange and does not behave as a connection: TLS, HTTP/2 and gRPC broken
// at every place, silence, and floods. Nothing of it leaves a row, and an honest message is filed
// beside all of it.
#include <atomic>
#include <thread>

#include "tests/integration/transport/raw_end.h"
#include "tests/integration/transport/receiver.h"

namespace relais {
namespace {

using grpc::StatusCode;
using test::RawEnd;
using test::Receiver;
namespace h2 = test::h2;

constexpr const char* kDeliver = "/relais.v1.ExchangeService/Deliver";

struct Connection {
  const char* name;
  std::function<void(RawEnd&)> behave;
};

std::string greeting() { return h2::kPreface + h2::frame(h2::settings, h2::none, 0, ""); }
std::string beginning_of_a_call() { return greeting() + h2::call(kDeliver); }

// Each stays connected, if it can, until the test has ended.
const std::vector<Connection>& connections() {
  static const std::vector<Connection> all{
      {"speaks_garbage_instead_of_tls",
       [](RawEnd& end) {
         end.say(std::string(2000, '\x17'));
         end.hear_out();
       }},
      {"says_nothing", [](RawEnd&) {}},
      {"closes_right_after_the_handshake",
       [](RawEnd& end) {
         end.shake_hands();
         end.cut_off();
       }},
      {"resets_right_after_the_handshake",
       [](RawEnd& end) {
         end.shake_hands();
         end.reset();
       }},
      {"hangs_after_the_handshake", [](RawEnd& end) { end.shake_hands(); }},
      {"speaks_garbage_inside_tls",
       [](RawEnd& end) {
         end.shake_hands();
         end.say(std::string(5000, '\xee'));
         end.hear_out();
       }},
      {"speaks_http_1",
       [](RawEnd& end) {
         end.shake_hands();
         end.say("POST /relais.v1.ExchangeService/Deliver HTTP/1.1\r\nhost: x\r\n\r\n");
         end.hear_out();
       }},
      {"truncates_a_frame_and_closes",
       [](RawEnd& end) {
         end.shake_hands();
         end.say(greeting() + h2::frame(h2::headers, h2::end_headers, 1, "\x01", 300));
         end.cut_off();
       }},
      {"announces_a_frame_larger_than_allowed",
       [](RawEnd& end) {
         end.shake_hands();
         end.say(beginning_of_a_call() +
                 h2::frame(h2::data, h2::none, 1, std::string(64, 'x'), 0xffffff));
         end.hear_out();
       }},
      {"begins_a_call_and_hangs",
       [](RawEnd& end) {
         end.shake_hands();
         end.say(beginning_of_a_call());
       }},
      {"begins_a_message_and_hangs",
       [](RawEnd& end) {
         end.shake_hands();
         end.say(beginning_of_a_call() +
                 h2::frame(h2::data, h2::none, 1, h2::message("\x0a\x04test", 4000)));
       }},
      {"begins_a_message_and_closes",
       [](RawEnd& end) {
         end.shake_hands();
         end.say(beginning_of_a_call() +
                 h2::frame(h2::data, h2::none, 1, h2::message("\x0a\x04test", 4000)));
         end.cut_off();
       }},
      {"resets_within_a_message",
       [](RawEnd& end) {
         end.shake_hands();
         end.say(beginning_of_a_call() +
                 h2::frame(h2::data, h2::none, 1, h2::message("\x0a\x04test", 4000)));
         end.reset();
       }},
      {"trickles_a_message",
       [](RawEnd& end) {
         end.shake_hands();
         end.say(beginning_of_a_call());
         for (int i = 0; i < 20; ++i) {
           end.say(h2::frame(h2::data, h2::none, 1, i == 0 ? h2::message("", 4000) : "x"));
           std::this_thread::sleep_for(std::chrono::milliseconds{20});
         }
       }},
      {"announces_a_message_of_four_gigabytes",
       [](RawEnd& end) {
         end.shake_hands();
         end.say(beginning_of_a_call() +
                 h2::frame(h2::data, h2::none, 1, h2::message("x", 0xffffffff)));
       }},
      {"opens_and_resets_a_thousand_streams", [](RawEnd& end) {
         end.shake_hands();
         end.say(greeting());
         for (uint32_t i = 0; i < 1000; ++i) {
           std::string call = h2::call(kDeliver);
           call.replace(5, 4, h2::number(2 * i + 1));
           end.say(call + h2::frame(h2::rst_stream, h2::none, 2 * i + 1, h2::number(8)));
         }
       }}};
  return all;
}

struct CallerConnection : Receiver, testing::WithParamInterface<Connection> {};

TEST_P(CallerConnection, leaves_no_trace_and_keeps_nobody_waiting) {
  const auto end = test::call_out(node->exchange_port(), sds_leaf);
  GetParam().behave(*end);
  expect_unharmed();
}
INSTANTIATE_TEST_SUITE_P(That, CallerConnection, testing::ValuesIn(connections()),
                         [](const auto& one) { return std::string(one.param.name); });

TEST_F(Receiver, that_is_held_by_sixty_silent_connections_serves_the_others) {
  std::vector<std::unique_ptr<RawEnd>> ends;
  for (int i = 0; i < 60; ++i) {
    ends.push_back(test::call_out(node->exchange_port(), sds_leaf));
    if (i % 2 == 0) continue;
    ends.back()->shake_hands();
    ends.back()->say(beginning_of_a_call());
  }
  expect_unharmed();
}

// Bytes that are no message of the contract.
TEST_F(Receiver, takes_no_bytes_that_are_no_message) {
  v1::DeliverRequest request;
  transport::write(referral(), request);
  const std::string whole = request.SerializeAsString();
  for (const std::string& bytes :
       {whole.substr(0, whole.size() / 2), whole.substr(0, whole.size() - 1),
        std::string(500, '\xff'), std::string(), whole + "\x0a"}) {
    const auto answer = test::call_raw(as(sds_leaf), kDeliver, bytes);
    EXPECT_FALSE(answer.status.ok()) << bytes.size();
  }
  const auto huge = test::call_raw(as(sds_leaf), kDeliver, std::string(20 << 20, 'x'));
  EXPECT_EQ(huge.status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  const auto nowhere = test::call_raw(as(sds_leaf), "/relais.v1.DeskService/ListInbox", "");
  EXPECT_EQ(nowhere.status.error_code(), StatusCode::UNIMPLEMENTED);
  expect_unharmed();
}

// Two hundred at once of one message: some are turned away, and it stands once.
TEST_F(Receiver, files_once_what_floods_it_and_turns_the_rest_away) {
  constexpr int kFlood = 200;
  v1::DeliverRequest request;
  transport::write(referral(), request);
  const auto stub = v1::ExchangeService::NewStub(as(sds_leaf));
  std::vector<v1::DeliverResponse> replies(kFlood);
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::atomic<int> filed{0}, shed{0}, other{0};
  for (int i = 0; i < kFlood; ++i) contexts.push_back(test::soon(20));
  for (size_t i = 0; i < kFlood; ++i) {
    stub->async()->Deliver(
        contexts[i].get(), &request, &replies[i], [&](const grpc::Status& status) {
          const bool turned_away = status.error_code() == StatusCode::RESOURCE_EXHAUSTED;
          ++(status.ok() ? filed : turned_away ? shed : other);
        });
  }
  while (filed + shed + other < kFlood) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  EXPECT_GT(filed, 0);
  EXPECT_EQ(other, 0);
  EXPECT_EQ(honest.count("entry"), 1);
  EXPECT_EQ(honest.count("referral"), 1);
  expect_honest_message_filed();
}

}  // namespace
}  // namespace relais
