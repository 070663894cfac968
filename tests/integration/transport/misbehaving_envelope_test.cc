// SPDX-License-Identifier: Apache-2.0
// A peer whose calls are well formed and whose envelopes are not what they say: forged, repeated,
// changed, out of order, or brought by somebody else. What is not exactly a message from this peer
// to this agency leaves no row at all; what is, is filed once.
#include "tests/integration/transport/receiver.h"

namespace relais {
namespace {

using grpc::StatusCode;
using test::Answered;
using test::Message;
using test::Receiver;

// Envelopes that are not what they say.
struct Forgery {
  const char* name;
  std::function<void(Receiver&, Envelope&)> forge;
  StatusCode code;
  const char* where;
};

// The hostile agency signs what it has changed, and signs well.
std::function<void(Receiver&, Envelope&)> resigned(const std::function<void(Envelope&)>& forge) {
  return [forge](Receiver& test, Envelope& envelope) {
    forge(envelope);
    Receiver::sign(envelope, *test.sds);
  };
}

const std::vector<Forgery>& forgeries() {
  constexpr auto kInvalid = StatusCode::INVALID_ARGUMENT;
  constexpr auto kForbidden = StatusCode::PERMISSION_DENIED;
  static const std::vector<Forgery> all{
      {"not_signed", [](auto&, auto& one) { one.signature.clear(); }, kInvalid, "signature"},
      {"signed_with_zeros", [](auto&, auto& one) { one.signature = Bytes(64, '\0'); }, kInvalid,
       "signature"},
      {"signed_with_another_agencys_key",
       [](auto& test, auto& one) { Receiver::sign(one, *test.siao); }, kInvalid, "signature"},
      {"changed_in_its_sequence", [](auto&, auto& one) { ++one.sequence; }, kInvalid, "signature"},
      {"prolonged", [](auto&, auto& one) { one.expires += std::chrono::hours{900}; }, kInvalid,
       "signature"},
      {"with_another_payload", resigned([](auto& one) { one.payload += "x"; }), kInvalid,
       "shared_part"},
      {"with_a_record_of_something_else", resigned([](auto& one) { one.shared_bytes[40] ^= 1; }),
       kInvalid, "proof.hashes"},
      {"to_another_service", resigned([](auto& one) { one.service = ServiceId("other"); }),
       kInvalid, "shared_part"},
      {"under_another_disclosure_id", resigned([](auto& one) {
         one.disclosure = DisclosureId("01890a5d-ac96-774b-bcce-b302099a8057");
       }),
       kInvalid, "shared_part"},
      {"not_in_its_ledger", resigned([](auto& one) { ++one.index; }), kInvalid, "proof.hashes"},
      {"with_another_opening", resigned([](auto& one) { one.shared_opening[0] ^= 1; }), kInvalid,
       "proof.hashes"},
      {"with_a_proof_of_too_much", resigned([](auto& one) { one.proof.emplace_back(); }), kInvalid,
       "proof.hashes"},
      {"under_a_checkpoint_of_its_own_making",
       resigned([](auto& one) { one.checkpoint.replace(one.checkpoint.size() - 8, 2, "AA"); }),
       kInvalid, "proof.checkpoint"},
      {"of_another_federation", resigned([](auto& one) { one.federation = "other"; }), kForbidden,
       ""},
      {"to_another_agency", resigned([](auto& one) { one.recipient = AgencyId("pass"); }),
       kForbidden, ""},
      {"from_another_agency", resigned([](auto& one) { one.sender = AgencyId("pass"); }),
       kForbidden, ""},
      {"from_the_receiver_itself", resigned([](auto& one) { one.sender = AgencyId("siao"); }),
       kForbidden, ""},
      {"with_sequence_zero", resigned([](auto& one) { one.sequence = 0; }), kInvalid, "sequence"},
      {"without_an_end", resigned([](auto& one) { one.expires = Instant{}; }), kInvalid,
       "expires_ms"}};
  return all;
}

struct ForgedEnvelope : Receiver, testing::WithParamInterface<Forgery> {};

TEST_P(ForgedEnvelope, is_refused_and_leaves_no_trace) {
  Envelope envelope = referral();
  GetParam().forge(*this, envelope);
  const Answered answered = deliver(envelope);
  EXPECT_EQ(answered.code, GetParam().code);
  EXPECT_EQ(answered.where, GetParam().where);
  expect_unharmed();
}
INSTANTIATE_TEST_SUITE_P(That, ForgedEnvelope, testing::ValuesIn(forgeries()),
                         [](const auto& one) { return "is_" + std::string(one.param.name); });

// A good envelope, by a caller who may not bring it.
struct Stranger {
  const char* name;
  std::function<test::Leaf(Receiver&)> leaf;
  StatusCode code;
};
const std::vector<Stranger>& strangers_all() {
  static const std::string sds = "spiffe://test/agency/sds";
  static const std::vector<Stranger> all{
      {"expired", [](auto& of) { return of.peers.issue(of.folder, "it", {sds}, -1); },
       StatusCode::UNAVAILABLE},
      {"not_yet_in_date", [](auto& of) { return of.peers.issue(of.folder, "it", {sds}, 2, 1); },
       StatusCode::UNAVAILABLE},
      {"of_another_authority", [](auto& of) { return of.strangers.issue(of.folder, "it", {sds}); },
       StatusCode::UNAVAILABLE},
      {"of_another_agency", [](auto& of) { return of.siao_leaf; }, StatusCode::PERMISSION_DENIED},
      {"of_an_agency_outside_the_directory",
       [](auto& of) { return of.peers.issue(of.folder, "it", {"spiffe://test/agency/other"}); },
       StatusCode::PERMISSION_DENIED},
      {"of_an_agency_of_another_federation",
       [](auto& of) { return of.peers.issue(of.folder, "it", {"spiffe://other/agency/sds"}); },
       StatusCode::PERMISSION_DENIED},
      {"of_a_suspended_agency",
       [](auto& of) {
         of.change_agency("sds", [](Agency& one) { one.suspended = true; });
         return of.sds_leaf;
       },
       StatusCode::PERMISSION_DENIED},
      {"of_an_agency_that_has_left",
       [](auto& of) {
         of.change_agency("sds", [&](Agency& one) { one.valid_until = of.clock.now(); });
         return of.sds_leaf;
       },
       StatusCode::PERMISSION_DENIED},
      {"of_two_agencies",
       [](auto& of) {
         return of.peers.issue(of.folder, "it", {sds, "spiffe://test/agency/siao"});
       },
       StatusCode::UNAUTHENTICATED}};
  return all;
}

struct BadCertificate : Receiver, testing::WithParamInterface<Stranger> {};

TEST_P(BadCertificate, brings_nothing_in) {
  const Directory before = directory.copy();
  const Envelope envelope = referral();
  EXPECT_EQ(deliver(as(GetParam().leaf(*this)), envelope).code, GetParam().code);
  Directory again = before;
  again.version = directory.copy().version + 1;
  directory.set(again);
  expect_unharmed();
  EXPECT_EQ(deliver(envelope).word.status, "filed") << "it was the certificate's fault";
}
INSTANTIATE_TEST_SUITE_P(That, BadCertificate, testing::ValuesIn(strangers_all()),
                         [](const auto& one) { return "is_" + std::string(one.param.name); });

// What is repeated, changed and out of order.
TEST_F(Receiver, answers_a_replayed_delivery_with_the_same_bytes_and_files_once) {
  const Envelope envelope = referral();
  const Answered first = deliver(envelope);
  EXPECT_EQ(first.word.status, "filed");
  clock.advance(std::chrono::minutes{10});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(deliver(envelope).bytes, first.bytes);
  EXPECT_EQ(honest.count("entry"), 1);
  EXPECT_EQ(honest.count("referral"), 1);
  expect_honest_message_filed();
}

TEST_F(Receiver, takes_no_second_content_under_the_same_id) {
  Envelope envelope = referral();
  const Answered first = deliver(envelope);
  for (const auto& change : std::vector<std::function<void(Envelope&)>>{
           [](auto& one) { one.sequence = 7; },
           [](auto& one) { one.expires += std::chrono::hours{1}; }}) {
    Envelope other = envelope;
    change(other);
    sign(other, *sds);
    const Answered answered = deliver(other);
    EXPECT_EQ(answered.code, StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(answered.where, "disclosure_id");
  }
  EXPECT_EQ(deliver(envelope).bytes, first.bytes) << "the first stands";
  EXPECT_EQ(honest.count("referral"), 1);
  EXPECT_EQ(honest.count("entry"), 1);
  expect_honest_message_filed();
}

TEST_F(Receiver, refuses_a_replay_of_what_it_never_saw_and_that_has_expired) {
  const Envelope envelope = referral();
  clock.advance(std::chrono::hours{25});
  const Answered late = deliver(envelope);
  EXPECT_EQ(late.word.status, "refused");
  EXPECT_EQ(late.word.reason, "expired");
  EXPECT_EQ(deliver(envelope).bytes, late.bytes);
  EXPECT_EQ(honest.count("referral"), 0);
  expect_honest_message_filed();
}

TEST_F(Receiver, refuses_a_second_referral_under_the_same_handle_or_files_it_apart) {
  const Answered first = deliver(referral());
  const Answered second = deliver(referral());
  EXPECT_EQ(first.word.status, "filed");
  EXPECT_NE(second.word.disclosure, first.word.disclosure);
  EXPECT_EQ(honest.count("filed"), 2);
  EXPECT_EQ(honest.count("referral"), honest.count("filed WHERE status = 'filed'"));
  expect_honest_message_filed();
}

Message move_of(Instant now, const std::string& state, uint64_t sequence) {
  Message message = test::housing_referral(now);
  message.shared.event = ledger::Event::outcome;
  message.shared.status = state;
  message.shared.categories_released = {};
  message.shared.grounds = {};
  message.items = {};
  message.sequence = sequence;
  return message;
}

std::string state_at(const test::StoredLine& line) {
  return line.sql("SELECT state, sequence_in FROM referral");
}

TEST_F(Receiver, refuses_what_comes_before_the_message_it_is_about) {
  const Answered early = deliver(sent(move_of(clock.now(), "cancel_requested", 2)));
  EXPECT_EQ(early.word.status, "refused");
  EXPECT_EQ(early.word.reason, "not_expected");
  EXPECT_EQ(deliver(referral()).word.status, "filed");
  EXPECT_EQ(state_at(honest), "received|1");
  expect_honest_message_filed();
}

TEST_F(Receiver, lets_no_peer_make_a_move_that_is_not_its_own) {
  EXPECT_EQ(deliver(referral()).word.status, "filed");
  for (const char* state : {"accepted", "completed", "rejected", "received", "no_such_state"}) {
    const Answered moved = deliver(sent(move_of(clock.now(), state, 2)));
    EXPECT_EQ(moved.word.status, "refused") << state;
    EXPECT_EQ(moved.word.reason, "illegal_transition") << state;
  }
  EXPECT_EQ(state_at(honest), "received|1");
  expect_honest_message_filed();
}

TEST_F(Receiver, makes_no_move_whose_sequence_does_not_rise) {
  EXPECT_EQ(deliver(referral()).word.status, "filed");
  const Answered stale = deliver(sent(move_of(clock.now(), "cancel_requested", 1)));
  EXPECT_EQ(stale.code, StatusCode::OK);
  EXPECT_EQ(state_at(honest), "received|1");
  EXPECT_EQ(deliver(sent(move_of(clock.now(), "cancel_requested", 9))).word.status, "filed");
  EXPECT_EQ(state_at(honest), "cancel_requested|9");
  expect_honest_message_filed();
}

}  // namespace
}  // namespace relais
