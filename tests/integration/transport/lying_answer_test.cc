// SPDX-License-Identifier: Apache-2.0
// A peer whose answer is its own signed word about this very envelope, and a lie; or that says one
// thing and then another. The node cannot know better: it takes the word once, keeps it with its
// signature as evidence of who said it, and settles this one message for good.
#include <thread>

#include "tests/integration/transport/answering_peer.h"
#include "tests/integration/transport/sender.h"

namespace relais {
namespace {

using flow::Attempt;
using test::AnsweringPeer;
using test::Said;
using testing::ElementsAre;

struct SecondWord : test::Sender {};

struct SignedLie {
  const char* name;
  std::function<void(Acknowledgement&)> lie;
  const char* status;
};
const std::vector<SignedLie>& signed_lies() {
  static const std::vector<SignedLie> all{
      {"filed_what_it_threw_away", [](auto&) {}, "delivered"},
      {"refused_what_it_filed",
       [](auto& word) {
         word.status = "refused";
         word.reason = "not_expected";
       },
       "refused"},
      {"filed_it_before_it_was_sent", [](auto& word) { word.time -= std::chrono::hours{24 * 400}; },
       "delivered"},
      {"filed_it_in_the_year_2100",
       [](auto& word) { word.time = Date::parse("2100-01-01")->start(); }, "delivered"},
      {"filed_it_under_an_entry_it_has_not",
       [](auto& word) {
         word.entry = EntryId("01890a5d-ac96-774b-bcce-b302099a8057");
         word.commitment.fill(7);
       },
       "delivered"}};
  return all;
}

struct Liar : test::Sender, testing::WithParamInterface<SignedLie> {};

TEST_P(Liar, is_taken_at_its_word_once_and_the_word_is_kept) {
  AnsweringPeer peer(as(siao_leaf), [this](const v1::DeliverRequest& request) {
    Acknowledgement word = truth(request);
    GetParam().lie(word);
    sign(word, *siao);
    return Said{bytes_of(word)};
  });
  peer_is_at(peer.port());
  ASSERT_EQ(attempt().size(), 1u);
  expect_settled(GetParam().status);
  EXPECT_EQ(peer.heard(), 1) << "what is settled is not sent again";
  const auto told = flow::statement(honest.line, caller(), request().person, "en", "subject");
  ASSERT_TRUE(told);
  EXPECT_TRUE(told->complete);
  EXPECT_EQ(honest.count("outbox WHERE counterpart_commitment IS NOT NULL"), 1);
}
INSTANTIATE_TEST_SUITE_P(Who, Liar, testing::ValuesIn(signed_lies()),
                         [](const auto& one) { return "says_it_" + std::string(one.param.name); });

// Its first word comes too late, its second says the opposite.
TEST_F(SecondWord, settles_when_the_first_came_too_late) {
  AnsweringPeer peer(as(siao_leaf), [this, calls = 0](const v1::DeliverRequest& request) mutable {
    Acknowledgement word = truth(request);
    if (++calls == 1) return Said{bytes_of(word), {}, std::chrono::milliseconds{1'400}};
    word.status = "refused";
    word.reason = "not_expected";
    sign(word, *siao);
    return Said{bytes_of(word)};
  });
  peer_is_at(peer.port());
  EXPECT_THAT(attempt(), ElementsAre(Attempt::postponed));
  EXPECT_THAT(attempt(), ElementsAre(Attempt::refused));
  expect_settled("refused");
  EXPECT_EQ(peer.heard(), 2);
}

// Two workers send the same message (a lease had run out) and each is told something else.
TEST_F(SecondWord, told_to_another_worker_settles_nothing_twice) {
  AnsweringPeer peer(as(siao_leaf), [this, calls = 0](const v1::DeliverRequest& request) mutable {
    Acknowledgement word = truth(request);
    if (++calls == 2) {
      word.status = "refused";
      word.reason = "not_expected";
      sign(word, *siao);
    }
    return Said{bytes_of(word), {}, std::chrono::milliseconds{200}};
  });
  peer_is_at(peer.port());
  const auto work = [this] {
    static_cast<void>(flow::deliver(honest.line, *through, {}, {disclosure}));
  };
  std::thread other(work);
  work();
  other.join();
  EXPECT_EQ(peer.heard(), 2);
  expect_settled(status());
  EXPECT_THAT(status(), testing::AnyOf("delivered", "refused"));
}

}  // namespace
}  // namespace relais
