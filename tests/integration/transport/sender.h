// SPDX-License-Identifier: Apache-2.0
// An honest sender, over PostgreSQL, whose peer does not behave; and what must be true of it when
// the peer has come to its senses: the message went once, it is recorded so, and nothing else is.
// The base of the tests of bad servers; one per test.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "node/flow/acknowledge.h"
#include "node/flow/deliver.h"
#include "node/ledger/exchange.h"
#include "node/transport/wire_exchange.h"
#include "tests/integration/transport/open_nodes.h"
#include "tests/integration/transport/stored_line.h"

namespace relais::test {

struct Sender : testing::Test, OpenNodes {
  static constexpr std::chrono::milliseconds kCallTimeout{1'000};

  void SetUp() override {
    flow::Request asked = request();
    asked.consent = consent(honest.line);
    const auto submitted = flow::submit(honest.line, caller(), "key-1", asked);
    ASSERT_TRUE(submitted) << submitted.error().where;
    disclosure = submitted->referral.disclosure;
    entries = honest.count("entry");
  }

  // Where the intake service's node is to be found from now on.
  void peer_is_at(int port) {
    change_agency("siao", [&](Agency& one) { one.endpoint = "127.0.0.1:" + std::to_string(port); });
  }
  // One attempt for everything that is due.
  std::vector<flow::Attempt> attempt() {
    const std::chrono::milliseconds at_once{1};
    std::vector<flow::Attempt> attempts;
    const auto claim = honest.outbox.claim(100, std::chrono::seconds{30}, {}).value();
    for (auto& one : flow::deliver(honest.line, *through, {at_once, at_once}, claim.messages)) {
      attempts.push_back(std::move(one).value());
    }
    return attempts;
  }
  transport::TlsFiles as(const Leaf& leaf) const {
    return {leaf.private_key, leaf.certificate, peer_roots};
  }
  // What the intake service says when it behaves: it has really filed the envelope.
  Acknowledgement truth(const v1::DeliverRequest& request) {
    return flow::receive(siao->line, AgencyId("sds"), transport::read(request).value()).value();
  }
  static void sign(Acknowledgement& word, const AgencyNode& by) {
    word.signature = by.signer.sign(ledger::signed_bytes(flow::signed_part(word)));
  }
  static std::string bytes_of(const Acknowledgement& word) {
    v1::DeliverResponse reply;
    transport::write(word, *reply.mutable_acknowledgement());
    return reply.SerializeAsString();
  }
  // status|attempts|of them in vain|last failure
  std::string row() const {
    return honest.sql("SELECT status, attempts, in_vain, last_failure FROM outbox");
  }
  std::string status() const { return honest.sql("SELECT status FROM outbox"); }
  // How often the intake service filed it.
  size_t filed() const {
    size_t times = 0;
    for (const auto& entry : siao->store.ledger_entries()) {
      if (entry.shared.disclosure_id == disclosure.text()) ++times;
    }
    return times;
  }
  // One outcome, one message settled for good; what is due again is nothing.
  void expect_settled(const std::string& as) {
    EXPECT_EQ(status(), as);
    EXPECT_EQ(honest.count("outbox"), 1);
    EXPECT_EQ(honest.count("entry"), entries + 1) << "one outcome";
    EXPECT_THAT(attempt(), testing::IsEmpty());
    EXPECT_TRUE(honest.is_sound());
  }
  // The peer behaves from now on: the message that waited goes, and is filed once.
  void expect_it_goes_to_an_honest_peer() {
    EXPECT_EQ(honest.count("entry"), entries) << "nothing was concluded from what the peer did";
    peer_is_at(siao_server().exchange_port());
    EXPECT_THAT(attempt(), testing::ElementsAre(flow::Attempt::delivered));
    expect_settled("delivered");
    EXPECT_EQ(filed(), 1u);
    const auto inbox = flow::list_inbox(siao->line, "", 10).value();
    ASSERT_EQ(inbox.referrals.size(), 1u);
    EXPECT_EQ(inbox.referrals[0].items.size(), 2u) << "only what the law lets go";
  }

  StoredLine honest{*sds};
  std::unique_ptr<transport::GrpcCourier> through = courier(kCallTimeout);
  DisclosureId disclosure;
  int entries = 0;  // in its ledger, before the first attempt
};

}  // namespace relais::test
