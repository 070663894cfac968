// SPDX-License-Identifier: Apache-2.0
// Two releases: messages and answers as an earlier one put them on the wire stand in recorded/,
// byte for byte, and this node sends, reads and answers the same. Everything is from fixed seeds
// and a fixed clock. To record anew, after a change that is meant to change them:
//   RELAIS_RECORD=1 build/release/tests/unit_transport --gtest_filter='Recorded*'
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "node/flow/acknowledge.h"
#include "node/flow/capacity.h"
#include "node/flow/correct.h"
#include "node/flow/erase.h"
#include "node/flow/record.h"
#include "node/flow/supply.h"
#include "node/transport/wire_exchange.h"
#include "relais/v1/exchange.pb.h"
#include "tests/support/agencies.h"

namespace relais::transport {
namespace {

using flow::Attempt;

bool recording() { return std::getenv("RELAIS_RECORD") != nullptr; }

std::string path_of(const std::string& name) {
  return RELAIS_SOURCE_DIR "/tests/unit/transport/recorded/" + name + ".binpb";
}

std::string load(const std::string& name) {
  std::ifstream file(path_of(name), std::ios::binary);
  EXPECT_TRUE(file) << path_of(name);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

void save(const std::string& name, const std::string& bytes) {
  std::ofstream(path_of(name), std::ios::binary | std::ios::trunc) << bytes;
}

Result<std::string> answer_to(test::TwoAgencies& world, const std::string& bytes) {
  v1::DeliverRequest request;
  EXPECT_TRUE(request.ParseFromString(bytes));
  RELAIS_TRY(envelope, read(request));
  const bool to_siao = envelope.recipient == AgencyId("siao");
  const flow::Line& line = to_siao ? world.siao->line : world.sds->line;
  RELAIS_TRY(word, flow::receive(line, envelope.sender, envelope));
  v1::DeliverResponse response;
  write(word, *response.mutable_acknowledgement());
  return response.SerializeAsString();
}

Result<Acknowledgement> word_of(const std::string& bytes) {
  v1::DeliverResponse response;
  EXPECT_TRUE(response.ParseFromString(bytes));
  return read(response.acknowledgement());
}

// The way between the two agencies: what goes over it is what was recorded.
class Tape final : public Courier {
 public:
  explicit Tape(test::TwoAgencies& world) : world_(world) {}
  void begin(const std::string& kind) { kind_ = kind; }

  Result<Acknowledgement> deliver(const Disclosure& disclosure) override {
    v1::DeliverRequest message;
    write(disclosure.envelope(), message);
    const std::string name = kind_ + "-" + std::to_string(++messages_);
    if (recording()) record(name, message.SerializeAsString());
    last_request = load(name + ".request");
    const std::string answer = load(name + ".answer");
    EXPECT_EQ(message.SerializeAsString(), last_request) << name << ": sent otherwise";
    if (!recording()) {
      EXPECT_EQ(answer_to(world_, last_request).value(), answer) << name << ": answered otherwise";
    }
    EXPECT_EQ(answer_to(world_, last_request).value(), answer) << name << ": repeated";
    auto word = word_of(answer);
    EXPECT_TRUE(word &&
                flow::is_word_of_recipient(*word, disclosure.envelope(), disclosure.signing_keys()))
        << name << ": the recorded answer is not believed";
    if (word) said = word->status + " " + word->reason;
    return word;
  }

  std::string last_request;
  std::string said;  // in the last answer

 private:
  void record(const std::string& name, const std::string& request) {
    save(name + ".request", request);
    save(name + ".answer", answer_to(world_, request).value());
  }

  test::TwoAgencies& world_;
  std::string kind_;
  int messages_ = 0;
};

struct Recorded : testing::Test, test::TwoAgencies {
  // What waits at this agency goes over the tape; what the other answers is in tape.said.
  void carry(test::AgencyNode& from) {
    const auto claim = from.store.claim(100, std::chrono::seconds{30}, {}).value();
    ASSERT_FALSE(claim.messages.empty());
    for (auto& attempt : flow::deliver(from.line, tape, {}, claim.messages)) {
      EXPECT_EQ(attempt.value(), Attempt::delivered);
    }
  }
  flow::StoredReferral refer() {
    flow::Request asked = request();
    asked.consent = consent();
    auto sent = flow::submit(sds->line, caller(), "key-1", asked).value();
    carry(*sds);
    return sent.referral;
  }
  std::vector<flow::Opened> inbox() { return flow::list_inbox(siao->line, "", 10)->referrals; }
  std::string state_at_siao() { return inbox().at(0).referral.state; }

  Tape tape{*this};
};

TEST_F(Recorded, a_request_is_sent_read_and_answered_as_by_the_release_before) {
  tape.begin("request");
  refer();
  EXPECT_EQ(tape.said, "filed ");
  EXPECT_EQ(state_at_siao(), "received");
  ASSERT_EQ(inbox().at(0).items.size(), 2U);
  EXPECT_EQ(inbox().at(0).items[0].value.reveal(), "Nadia Exemple");
}

TEST_F(Recorded, a_move_is_sent_read_and_answered_as_by_the_release_before) {
  tape.begin("move");
  const auto sent = refer();
  ASSERT_TRUE(flow::move(sds->line, caller(), sent.id, {"cancel_requested", "", {}, {}, {}}));
  carry(*sds);
  EXPECT_EQ(tape.said, "filed ");
  EXPECT_EQ(state_at_siao(), "cancel_requested");
}

TEST_F(Recorded, an_answer_is_sent_read_and_answered_as_by_the_release_before) {
  tape.begin("answer");
  const auto sent = refer();
  const ReferralId there = inbox().at(0).referral.id;
  ASSERT_TRUE(flow::accept(siao->line, caller(), there, PersonReference("siao-1")));
  carry(*siao);
  EXPECT_EQ(tape.said, "filed ");
  EXPECT_EQ(sds->store.get(sent.id).value()->state, "accepted");
}

TEST_F(Recorded, a_further_release_is_sent_read_and_answered_as_by_the_release_before) {
  tape.begin("supply");
  const auto sent = refer();
  const ReferralId there = inbox().at(0).referral.id;
  for (const char* state : {"accepted", "in_progress"}) {
    ASSERT_TRUE(flow::move(siao->line, caller(), there, {state, "", {}, {}, {}}));
    carry(*siao);
  }
  flow::Supply more;
  more.items = {{"need.code", Sensitive<std::string>("food")}};
  ASSERT_TRUE(flow::supply(sds->line, caller(), sent.id, more));
  carry(*sds);
  EXPECT_EQ(tape.said, "filed ");
  EXPECT_EQ(inbox().at(0).items.back().value.reveal(), "food");
}

TEST_F(Recorded, an_outcome_is_sent_back_read_and_answered_as_by_the_release_before) {
  tape.begin("outcome");
  const auto sent = refer();
  const ReferralId there = inbox().at(0).referral.id;
  for (const char* state : {"accepted", "in_progress", "completed"}) {
    ASSERT_TRUE(flow::move(siao->line, caller(), there, {state, "", {}, {}, {}}));
    carry(*siao);
  }
  flow::Supply said;
  said.items = {{"outcome.code", Sensitive<std::string>("service_provided")}};
  said.attestations = {{"recipient.named", {"true"}}};
  ASSERT_TRUE(flow::supply(siao->line, caller(), there, said));
  carry(*siao);
  EXPECT_EQ(tape.said, "filed ");
  EXPECT_EQ(flow::get_referral(sds->line, sent.id).value().outcome.size(), 1U);
}

TEST_F(Recorded, a_question_about_room_is_sent_read_and_answered_as_by_the_release_before) {
  tape.begin("room");
  flow::Request asked = request();
  asked.consent = consent();
  asked.items = {{"need.code", Sensitive<std::string>("housing")}};
  const auto id = flow::ask_capacity(sds->line, caller(), "room-1", asked).value().referral.id;
  carry(*sds);
  EXPECT_EQ(state_at_siao(), "capacity_probe");
  ASSERT_TRUE(flow::answer_capacity(siao->line, caller(), inbox().at(0).referral.id, true));
  carry(*siao);
  EXPECT_EQ(tape.said, "filed ");
  EXPECT_EQ(sds->store.get(id).value()->reason, "room");
}

TEST_F(Recorded, a_withdrawal_is_sent_read_and_answered_as_by_the_release_before) {
  tape.begin("withdrawal");
  refer();
  const ConsentId id = sds->store.find(request().person).value()->consents.front().id;
  ASSERT_TRUE(flow::withdraw_consent(sds->line, caller(), request().person, id, "person_asked"));
  carry(*sds);
  EXPECT_EQ(tape.said, "filed stopped");
  EXPECT_EQ(state_at_siao(), "consent_withdrawn");
}

TEST_F(Recorded, an_objection_and_its_end_is_sent_read_and_answered_as_by_the_release_before) {
  tape.begin("objection");
  refer();
  const auto person = request().person;
  ASSERT_TRUE(flow::record_right(sds->line, caller(), person, flow::Right::objection, false));
  carry(*sds);
  EXPECT_EQ(tape.said, "filed stopped");
  ASSERT_TRUE(flow::record_right(sds->line, caller(), person, flow::Right::objection, true));
  carry(*sds);
  EXPECT_EQ(tape.said, "filed resumed");
}

TEST_F(Recorded, a_restriction_is_sent_read_and_answered_as_by_the_release_before) {
  tape.begin("restriction");
  refer();
  const auto person = request().person;
  ASSERT_TRUE(flow::record_right(sds->line, caller(), person, flow::Right::restriction, false));
  carry(*sds);
  EXPECT_EQ(tape.said, "filed stopped");
}

TEST_F(Recorded, a_correction_is_sent_read_and_answered_as_by_the_release_before) {
  tape.begin("correction");
  refer();
  ASSERT_TRUE(flow::correct(sds->line, caller(), request().person,
                            {{"identity.name", Sensitive<std::string>("Nadia Exemplaire")}}));
  carry(*sds);
  EXPECT_EQ(tape.said, "filed corrected");
  EXPECT_EQ(inbox().at(0).items[0].value.reveal(), "Nadia Exemplaire");
}

TEST_F(Recorded, an_erasure_is_sent_read_and_answered_as_by_the_release_before) {
  tape.begin("erasure");
  const auto sent = refer();
  ASSERT_TRUE(flow::erase(sds->line, caller(), request().person, "consent_withdrawn"));
  carry(*sds);
  EXPECT_EQ(tape.said, "filed ");
  EXPECT_FALSE(siao->store.by_handle(AgencyId("sds"), sent.handle).value().has_value());
}

// A newer release may say more beside what is signed; the answer is the same, and nothing of it is
// kept.
TEST_F(Recorded, a_field_of_a_newer_release_beside_what_is_signed_changes_nothing) {
  if (recording()) return;
  const std::string field = "\xfa\xff\x0f\x05Nadia";  // field 32767, five bytes
  const std::string answer = load("request-1.answer");
  EXPECT_EQ(answer_to(*this, load("request-1.request") + field).value(), answer);
  const auto& stored = siao->store.ledger_entries().at(0).stored;
  EXPECT_EQ(stored.payload.find("\x05Nadia"), std::string::npos);
  v1::DeliverResponse more;
  ASSERT_TRUE(more.ParseFromString(answer));
  std::string word;
  ASSERT_TRUE(more.acknowledgement().SerializeToString(&word));
  v1::Acknowledgement newer;
  ASSERT_TRUE(newer.ParseFromString(word + field));
  v1::DeliverRequest request;
  ASSERT_TRUE(request.ParseFromString(load("request-1.request")));
  EXPECT_TRUE(
      flow::is_word_of_recipient(read(newer).value(), read(request).value(),
                                 {sds->signer.verifier().text(), siao->signer.verifier().text()}));
}

// What is signed over is read in one form only: more in it would be filed and not understood.
TEST_F(Recorded, more_inside_what_is_signed_is_refused) {
  if (recording()) return;
  v1::DeliverRequest request;
  ASSERT_TRUE(request.ParseFromString(load("request-1.request")));
  const auto refused = [&](const std::function<void(Envelope&)>& change) {
    Envelope envelope = read(request).value();
    change(envelope);
    envelope.signature = sds->signer.sign(ledger::signed_bytes(flow::signed_part(envelope)));
    const auto word = flow::receive(siao->line, AgencyId("sds"), envelope);
    return word ? "filed: " + word->status : word.error().where;
  };
  EXPECT_EQ(refused([](Envelope& one) { one.shared_bytes += '\0'; }), "shared_part");
  EXPECT_EQ(refused([](Envelope& one) { one.shared_bytes.insert(0, "relais/"); }), "shared_part");
  EXPECT_EQ(refused([](Envelope& one) { one.payload += '\0'; }), "shared_part");
  Envelope newer = read(request).value();
  Bytes bytes = ledger::signed_bytes(flow::signed_part(newer));
  bytes.replace(bytes.find("/v1"), 3, "/v2");  // another form of the envelope: another label
  newer.signature = sds->signer.sign(bytes);
  EXPECT_EQ(flow::receive(siao->line, AgencyId("sds"), newer).error().where, "signature");
  EXPECT_TRUE(siao->store.ledger_entries().empty());
}

// A recorded message is its sender's alone, to its recipient alone.
TEST_F(Recorded, a_message_given_to_another_or_by_another_is_refused) {
  if (recording()) return;
  v1::DeliverRequest request;
  ASSERT_TRUE(request.ParseFromString(load("request-1.request")));
  const Envelope envelope = read(request).value();
  EXPECT_FALSE(flow::receive(siao->line, AgencyId("siao"), envelope).has_value());
  EXPECT_FALSE(flow::receive(sds->line, AgencyId("sds"), envelope).has_value());
}

}  // namespace
}  // namespace relais::transport
