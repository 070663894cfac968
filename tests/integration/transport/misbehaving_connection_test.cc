// SPDX-License-Identifier: Apache-2.0
// A peer that the courier calls and that breaks the connection itself: TLS, HTTP/2, gRPC's frames.
// Whatever it does costs one attempt; nothing is concluded from it, and the message is tried again.
#include "tests/integration/transport/raw_end.h"
#include "tests/integration/transport/sender.h"

namespace relais {
namespace {

using flow::Attempt;
using test::RawEnd;
using testing::ElementsAre;
namespace h2 = test::h2;

// Longer than a call's time, in steps, or until the courier has gone.
void trickle(RawEnd& end, const std::string& bytes) {
  for (const char one : bytes) {
    if (end.is_cut_off()) return;
    end.say(std::string_view(&one, 1));
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
}

struct Misbehaviour {
  const char* name;
  test::RawPeer::Behaviour behave;
  const char* row;  // of the outbox afterwards
};

// Nothing of the envelope can have gone to a peer that never spoke HTTP/2.
constexpr const char* kAway = "queued|1|1|peer_away";
constexpr const char* kNoAnswer = "queued|1|0|no_answer";
constexpr const char* kFailed = "queued|1|0|failed";

const std::vector<Misbehaviour>& before_the_call() {
  static const std::vector<Misbehaviour> all{
      {"speaks_garbage_instead_of_tls",
       [](RawEnd& end) { end.say("\x15\x03\xff garbage, and no record of TLS"); }, kAway},
      {"closes_without_a_word", [](RawEnd&) {}, kAway},
      {"resets_without_a_word", [](RawEnd& end) { end.reset(); }, kAway},
      {"hangs_before_tls", [](RawEnd& end) { end.hear_out(); }, kAway},
      {"trickles_what_could_be_tls",
       [](RawEnd& end) { trickle(end, std::string("\x16\x03\x03\x40\x00", 5) + "0123456789"); },
       kAway},
      {"closes_right_after_the_handshake", [](RawEnd& end) { end.shake_hands(); }, kAway},
      {"resets_right_after_the_handshake",
       [](RawEnd& end) {
         end.shake_hands();
         end.reset();
       },
       kAway},
      {"hangs_after_the_handshake",
       [](RawEnd& end) {
         end.shake_hands();
         end.hear_out();
       },
       kAway},
      {"speaks_garbage_inside_tls",
       [](RawEnd& end) {
         end.shake_hands();
         end.say(std::string(4096, '\xee'));
       },
       kAway},
      {"speaks_http_1",
       [](RawEnd& end) {
         end.shake_hands();
         end.say("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nfiled");
       },
       kAway},
      {"truncates_its_first_frame",
       [](RawEnd& end) {
         end.shake_hands();
         end.say(h2::frame(h2::settings, h2::none, 0, "", 60));
       },
       kAway}};
  return all;
}

// Says this once it has the whole request, and closes.
test::RawPeer::Behaviour after_request(const std::string& bytes) {
  return [bytes](RawEnd& end) {
    if (h2::await_request(end)) end.say(bytes);
  };
}

const std::string& answer_cut_short() {
  static const std::string bytes =
      h2::answer() + h2::frame(h2::data, h2::none, 1, h2::message("\x0a\x40 the beginning", 900));
  return bytes;
}

const std::vector<Misbehaviour>& during_the_call() {
  static const std::vector<Misbehaviour> all{
      {"closes_when_it_has_the_request", after_request(""), kNoAnswer},
      {"resets_when_it_has_the_request",
       [](RawEnd& end) {
         if (h2::await_request(end)) end.reset();
       },
       kNoAnswer},
      {"hangs_for_ever_without_answering",
       [](RawEnd& end) {
         if (h2::await_request(end)) end.hear_out();
       },
       kNoAnswer},
      {"truncates_a_frame", after_request(h2::answer() + h2::frame(h2::data, 0, 1, "\x00", 400)),
       kNoAnswer},
      {"announces_a_frame_larger_than_allowed",
       after_request(h2::answer() + h2::frame(h2::data, 0, 1, std::string(64, 'x'), 0xffffff)),
       kFailed},
      {"speaks_garbage_as_an_answer", after_request(std::string(600, '\xff')), kFailed},
      {"cuts_its_message_short_and_closes", after_request(answer_cut_short()), kNoAnswer},
      {"ends_its_answer_within_the_message",
       after_request(answer_cut_short() + h2::frame(h2::data, h2::end_stream, 1, "")), kFailed},
      {"ends_the_stream_without_a_word",
       after_request(h2::frame(h2::rst_stream, h2::none, 1, h2::number(8))), kNoAnswer},
      {"says_goodbye_and_hangs",
       [](RawEnd& end) {
         if (!h2::await_request(end)) return;
         end.say(h2::frame(h2::goaway, h2::none, 0, h2::number(1) + h2::number(0)));
         end.hear_out();
       },
       kNoAnswer},
      {"trickles_its_answer",
       [](RawEnd& end) {
         if (h2::await_request(end)) trickle(end, answer_cut_short());
       },
       kNoAnswer},
      {"answers_as_another_protocol",
       after_request(h2::frame(h2::headers, h2::end_headers, 1,
                               h2::block({{":status", "200"}, {"content-type", "text/html"}})) +
                     h2::frame(h2::data, h2::end_stream, 1, "filed")),
       kFailed}};
  return all;
}

struct Connection : test::Sender, testing::WithParamInterface<Misbehaviour> {};

TEST_P(Connection, costs_one_attempt_and_the_message_goes_once_afterwards) {
  const test::RawPeer peer(siao_leaf, GetParam().behave);
  peer_is_at(peer.port());
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_THAT(attempt(), ElementsAre(Attempt::postponed));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, kCallTimeout * 3) << "no peer holds it up";
  EXPECT_EQ(row(), GetParam().row);
  EXPECT_GE(peer.connections(), 1);
  expect_it_goes_to_an_honest_peer();
}

std::string name_of(const testing::TestParamInfo<Misbehaviour>& info) { return info.param.name; }
INSTANTIATE_TEST_SUITE_P(Before, Connection, testing::ValuesIn(before_the_call()), name_of);
INSTANTIATE_TEST_SUITE_P(During, Connection, testing::ValuesIn(during_the_call()), name_of);

struct BadConnections : test::Sender {};

// What has waited through all of them is still one message.
TEST_F(BadConnections, each_after_the_other_loses_nothing) {
  int attempts = 0;
  for (const Misbehaviour& one : during_the_call()) {
    const test::RawPeer peer(siao_leaf, one.behave);
    peer_is_at(peer.port());
    EXPECT_THAT(attempt(), ElementsAre(Attempt::postponed)) << one.name;
    ++attempts;
  }
  EXPECT_EQ(honest.sql("SELECT attempts, in_vain FROM outbox"), std::to_string(attempts) + "|0");
  expect_it_goes_to_an_honest_peer();
}

}  // namespace
}  // namespace relais
