// SPDX-License-Identifier: Apache-2.0
// A peer with the right certificate, or a wrong one, that answers a delivery with what is not its
// signed word about exactly this envelope. Whatever it says costs one attempt; nothing is concluded
// from it, and the message is tried again.
#include "tests/integration/transport/answering_peer.h"
#include "tests/integration/transport/sender.h"

namespace relais {
namespace {

using flow::Attempt;
using grpc::StatusCode;
using test::AnsweringPeer;
using test::Said;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

struct BadAnswer : test::Sender {};

using Spoil = std::function<void(BadAnswer&, Acknowledgement&)>;
struct Lie {
  const char* name;
  Spoil spoil;
};

// Signed as the peer signs, unless it says otherwise.
Spoil resigned(const std::function<void(Acknowledgement&)>& spoil) {
  return [spoil](BadAnswer& test, Acknowledgement& word) {
    spoil(word);
    BadAnswer::sign(word, *test.siao);
  };
}

const std::vector<Lie>& words_of_something_else() {
  static const std::vector<Lie> all{
      {"of_another_disclosure", resigned([](auto& word) {
         word.disclosure = DisclosureId("01890a5d-ac96-774b-bcce-b302099a8057");
       })},
      {"of_another_digest", resigned([](auto& word) { word.envelope_digest[0] ^= 1; })},
      {"of_another_sequence", resigned([](auto& word) { ++word.sequence; })},
      {"of_another_federation", resigned([](auto& word) { word.federation = "other"; })},
      {"to_another_sender", resigned([](auto& word) { word.sender = AgencyId("pass"); })},
      {"by_another_acknowledger",
       resigned([](auto& word) { word.acknowledger = AgencyId("sds"); })},
      {"with_a_status_nobody_knows", resigned([](auto& word) { word.status = "seen"; })},
      {"with_no_status", resigned([](auto& word) { word.status = ""; })},
      {"with_a_refusal_without_a_reason", resigned([](auto& word) { word.status = "refused"; })},
      {"with_a_reason_of_many_lines", resigned([](auto& word) {
         word.status = "refused";
         word.reason = "no\nplace";
       })},
      {"with_no_time", resigned([](auto& word) { word.time = Instant{}; })},
      {"signed_with_another_agencys_key",
       [](BadAnswer& test, Acknowledgement& word) { BadAnswer::sign(word, *test.sds); }},
      {"signed_with_its_ledgers_key",
       [](BadAnswer& test, Acknowledgement& word) {
         word.signature =
             test.siao->ledger_signer.sign(ledger::signed_bytes(flow::signed_part(word)));
       }},
      {"changed_after_it_was_signed",
       [](BadAnswer&, Acknowledgement& word) {
         word.status = "refused";
         word.reason = "not_expected";
       }},
      {"not_signed", [](BadAnswer&, Acknowledgement& word) { word.signature.clear(); }},
      {"with_zeros_for_a_signature",
       [](BadAnswer&, Acknowledgement& word) { word.signature = Bytes(64, '\0'); }}};
  return all;
}

struct Word : BadAnswer, testing::WithParamInterface<Lie> {};

TEST_P(Word, is_not_believed_and_the_true_one_is_afterwards) {
  AnsweringPeer peer(as(siao_leaf), [this](const v1::DeliverRequest& request) {
    Acknowledgement word = truth(request);
    GetParam().spoil(*this, word);
    return Said{bytes_of(word)};
  });
  peer_is_at(peer.port());
  EXPECT_THAT(attempt(), ElementsAre(Attempt::postponed));
  EXPECT_EQ(row(), "queued|1|0|failed");
  EXPECT_THAT(peer.requests().at(0).payload(), Not(HasSubstr("asthme")));
  expect_it_goes_to_an_honest_peer();
}
INSTANTIATE_TEST_SUITE_P(Of, Word, testing::ValuesIn(words_of_something_else()),
                         [](const auto& one) { return std::string(one.param.name); });

struct Reply {
  const char* name;
  std::function<Said(const std::string& truth)> say;
  const char* row;
};

grpc::Status says(StatusCode code) { return {code, "Nadia Exemple, dossier-1: call 0899 000 000"}; }

const std::vector<Reply>& replies() {
  static const std::vector<Reply> all{
      {"truncated", [](const auto& truth) { return Said{truth.substr(0, truth.size() / 2)}; },
       "queued|1|0|failed"},
      {"of_random_bytes", [](const auto&) { return Said{std::string(300, '\xfe')}; },
       "queued|1|0|failed"},
      {"empty", [](const auto&) { return Said{""}; }, "queued|1|0|failed"},
      {"huge", [](const auto& truth) { return Said{truth + std::string(4 << 20, '\x7a')}; },
       "queued|1|0|peer_busy"},
      {"after_the_deadline",
       [](const auto& truth) {
         return Said{truth, {}, std::chrono::milliseconds{1'400}};
       },
       "queued|1|0|no_answer"},
      {"forbidden",
       [](const auto&) {
         return Said{"", says(StatusCode::PERMISSION_DENIED)};
       },
       "queued|1|0|peer_refused_us"},
      {"unauthenticated",
       [](const auto&) {
         return Said{"", says(StatusCode::UNAUTHENTICATED)};
       },
       "queued|1|0|peer_refused_us"},
      {"busy",
       [](const auto&) {
         return Said{"", says(StatusCode::RESOURCE_EXHAUSTED)};
       },
       "queued|1|0|peer_busy"},
      {"invalid",
       [](const auto&) {
         return Said{"", says(StatusCode::INVALID_ARGUMENT)};
       },
       "queued|1|0|peer_found_it_invalid"},
      {"unimplemented",
       [](const auto&) {
         return Said{"", says(StatusCode::UNIMPLEMENTED)};
       },
       "queued|1|0|failed"},
      {"unknown",
       [](const auto&) {
         return Said{"", says(StatusCode::UNKNOWN)};
       },
       "queued|1|0|failed"},
      {"of_a_code_there_is_not",
       [](const auto&) {
         return Said{"", says(static_cast<StatusCode>(30))};
       },
       "queued|1|0|failed"}};
  return all;
}

struct BadReply : BadAnswer, testing::WithParamInterface<Reply> {};

TEST_P(BadReply, costs_one_attempt_and_no_word_of_it_is_kept) {
  AnsweringPeer peer(as(siao_leaf), [this](const v1::DeliverRequest& request) {
    return GetParam().say(bytes_of(truth(request)));
  });
  peer_is_at(peer.port());
  const bool busy = std::string_view(GetParam().row).ends_with("peer_busy");
  EXPECT_THAT(attempt(), ElementsAre(busy ? Attempt::busy : Attempt::postponed));
  EXPECT_EQ(row(), GetParam().row);
  EXPECT_THAT(honest.sql("SELECT * FROM outbox"), Not(HasSubstr("0899")));
  expect_it_goes_to_an_honest_peer();
}
INSTANTIATE_TEST_SUITE_P(That, BadReply, testing::ValuesIn(replies()),
                         [](const auto& one) { return "is_" + std::string(one.param.name); });

// Who answers is looked at before anything is handed over.
struct WrongCertificate {
  const char* name;
  std::function<test::Leaf(const BadAnswer&)> leaf;
};
const std::vector<WrongCertificate>& wrong_certificates() {
  static const std::string siao = "spiffe://test/agency/siao";
  static const std::vector<WrongCertificate> all{
      {"expired", [](auto& of) { return of.peers.issue(of.folder, "wrong", {siao}, -1); }},
      {"not_yet_in_date",
       [](auto& of) { return of.peers.issue(of.folder, "wrong", {siao}, 2, 1); }},
      {"of_another_authority",
       [](auto& of) { return of.strangers.issue(of.folder, "wrong", {siao}); }},
      {"of_another_agency", [](auto& of) { return of.sds_leaf; }},
      {"of_two_agencies",
       [](auto& of) {
         return of.peers.issue(of.folder, "wrong", {siao, "spiffe://test/agency/pass"});
       }},
      {"of_nobody", [](auto& of) { return of.peers.issue(of.folder, "wrong", {}); }}};
  return all;
}

struct Certificate : BadAnswer, testing::WithParamInterface<WrongCertificate> {};

TEST_P(Certificate, is_shown_nothing) {
  AnsweringPeer peer(as(GetParam().leaf(*this)), [this](const v1::DeliverRequest& request) {
    return Said{bytes_of(truth(request))};
  });
  peer_is_at(peer.port());
  EXPECT_THAT(attempt(), ElementsAre(Attempt::postponed));
  EXPECT_EQ(row(), "queued|1|1|peer_away");
  EXPECT_EQ(peer.heard(), 0);
  expect_it_goes_to_an_honest_peer();
}
INSTANTIATE_TEST_SUITE_P(That, Certificate, testing::ValuesIn(wrong_certificates()),
                         [](const auto& one) { return "is_" + std::string(one.param.name); });

// Suspended, or gone from the directory, after the message was recorded: nothing goes to it.
TEST_F(BadAnswer, of_a_peer_that_was_suspended_meanwhile_is_never_asked_for) {
  AnsweringPeer peer(as(siao_leaf), [this](const v1::DeliverRequest& request) {
    return Said{bytes_of(truth(request))};
  });
  peer_is_at(peer.port());
  change_agency("siao", [](Agency& one) { one.suspended = true; });
  static_cast<void>(attempt());
  EXPECT_EQ(peer.heard(), 0);
  EXPECT_EQ(filed(), 0u);
  EXPECT_TRUE(honest.is_sound());
}

}  // namespace
}  // namespace relais
