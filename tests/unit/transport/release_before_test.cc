// SPDX-License-Identifier: Apache-2.0
// A node of the release before on the other side. Its messages and its answers, as they went over
// the wire then, stand in recorded/before/ and are never recorded anew: entries have changed since
// (what a peer cannot read of them), so that this node would write neither byte for byte today. It
// reads them, does the same, says the same and believes the same.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "node/flow/acknowledge.h"
#include "node/transport/wire_exchange.h"
#include "relais/v1/exchange.pb.h"
#include "tests/support/agencies.h"

namespace relais::transport {
namespace {

std::string recorded_bytes(const std::string& name) {
  const std::string path = RELAIS_SOURCE_DIR "/tests/unit/transport/recorded/before/" + name;
  std::ifstream file(path + ".binpb", std::ios::binary);
  EXPECT_TRUE(file) << path;
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

Envelope message(const std::string& name) {
  v1::DeliverRequest request;
  EXPECT_TRUE(request.ParseFromString(recorded_bytes(name + ".request")));
  return read(request).value();
}

Acknowledgement answer(const std::string& name) {
  v1::DeliverResponse response;
  EXPECT_TRUE(response.ParseFromString(recorded_bytes(name + ".answer")));
  return read(response.acknowledgement()).value();
}

struct ReleaseBefore : testing::Test, test::TwoAgencies {
  test::AgencyNode& node(const AgencyId& id) { return id == AgencyId("siao") ? *siao : *sds; }

  // What the old node said is taken as an old node took it; what that one answered is its word.
  void arrives(const std::string& name) {
    const Envelope envelope = message(name);
    const Acknowledgement then = answer(name);
    const auto now = flow::receive(node(envelope.recipient).line, envelope.sender, envelope);
    ASSERT_TRUE(now) << name << ": " << now.error().message.view() << " " << now.error().where;
    EXPECT_EQ(now->status + " " + now->reason, then.status + " " + then.reason) << name;
    const auto again = flow::receive(node(envelope.recipient).line, envelope.sender, envelope);
    EXPECT_EQ(flow::encode_acknowledgement(*again), flow::encode_acknowledgement(*now)) << name;
    const auto key = node(envelope.recipient).signer.verifier().text();
    EXPECT_TRUE(flow::is_word_of_recipient(then, envelope, {key})) << name;
  }
  std::optional<flow::StoredReferral> at_siao() {
    const auto shared = ledger::decode_shared(message("request-1").shared_bytes).value();
    return siao->store.by_handle(AgencyId("sds"), Handle(shared.handle)).value();
  }
};

TEST_F(ReleaseBefore, is_understood_when_it_refers_and_asks_to_cancel) {
  arrives("request-1");
  EXPECT_EQ(at_siao()->state, "received");
  arrives("move-2");
  EXPECT_EQ(at_siao()->state, "cancel_requested");
}

TEST_F(ReleaseBefore, is_understood_when_a_person_withdraws) {
  arrives("withdrawal-1");
  arrives("withdrawal-2");
  EXPECT_EQ(at_siao()->state, "consent_withdrawn");
}

TEST_F(ReleaseBefore, is_understood_when_a_person_objects_and_takes_it_back) {
  arrives("objection-1");
  arrives("objection-2");
  EXPECT_TRUE(siao->store.get(at_siao()->person).value().objection);
  arrives("objection-3");
  EXPECT_FALSE(siao->store.get(at_siao()->person).value().objection);
}

TEST_F(ReleaseBefore, is_understood_when_a_person_has_data_blocked) {
  arrives("restriction-1");
  arrives("restriction-2");
  EXPECT_TRUE(siao->store.get(at_siao()->person).value().restriction);
}

TEST_F(ReleaseBefore, is_understood_when_it_corrects) {
  arrives("correction-1");
  arrives("correction-2");
  const auto opened = flow::get_referral(siao->line, at_siao()->id).value();
  EXPECT_EQ(opened.items.at(0).value.reveal(), "Nadia Exemplaire");
}

TEST_F(ReleaseBefore, is_understood_when_it_tells_of_an_erasure) {
  arrives("erasure-1");
  arrives("erasure-2");
  EXPECT_FALSE(at_siao());
}

TEST_F(ReleaseBefore, is_understood_when_it_says_more) {
  arrives("supply-1");
  const auto shared = ledger::decode_shared(message("supply-1").shared_bytes).value();
  const auto there = siao->store.by_handle(AgencyId("sds"), Handle(shared.handle)).value();
  for (const char* state : {"accepted", "in_progress"}) {
    ASSERT_TRUE(flow::move(siao->line, caller(), there->id, {state, "", {}, {}, {}}));
  }
  arrives("supply-4");
  const auto opened = flow::get_referral(siao->line, there->id).value();
  EXPECT_EQ(opened.items.back().value.reveal(), "food");
}

TEST_F(ReleaseBefore, is_understood_when_it_asks_for_room) {
  arrives("room-1");
  const auto inbox = flow::list_inbox(siao->line, "", 10).value().referrals;
  ASSERT_EQ(inbox.size(), 1U);
  EXPECT_EQ(inbox[0].referral.state, "capacity_probe");
}

// This node has asked, and a node of the release before accepts.
TEST_F(ReleaseBefore, answers_what_this_one_asked) {
  flow::Request asked = request();
  asked.consent = consent();
  const auto sent = flow::submit(sds->line, caller(), "key-1", asked).value().referral;
  ASSERT_EQ(sent.handle.text(),
            ledger::decode_shared(message("answer-2").shared_bytes).value().handle);
  EXPECT_EQ(message("answer-2").sender, AgencyId("siao"));
  arrives("answer-2");
  EXPECT_EQ(sds->store.get(sent.id).value()->state, "accepted");
}

// The bytes are of another release: nobody has recorded them over with this one's.
TEST_F(ReleaseBefore, says_it_in_other_bytes_than_this_one) {
  flow::Request asked = request();
  asked.consent = consent();
  ASSERT_TRUE(flow::submit(sds->line, caller(), "key-1", asked));
  deliver_all(*sds);
  v1::DeliverRequest today;
  write(seen.at(0), today);
  EXPECT_NE(today.SerializeAsString(), recorded_bytes("request-1.request"));
}

}  // namespace
}  // namespace relais::transport
