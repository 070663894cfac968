// SPDX-License-Identifier: Apache-2.0
// An honest receiver, over PostgreSQL, and a hostile agency (the social service, over memory) whose
// certificate, keys and ledger are good; and what must be true of the receiver after whatever came.
// The base of the tests of bad callers; one per test.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "node/ledger/exchange.h"
#include "node/transport/wire_exchange.h"
#include "tests/integration/transport/open_nodes.h"
#include "tests/integration/transport/stored_line.h"
#include "tests/support/forged.h"

namespace relais::test {

struct Answered {
  grpc::StatusCode code;
  std::string where;
  std::string bytes;  // of the acknowledgement
  Acknowledgement word;
};

struct Receiver : testing::Test, OpenNodes {
  // Really recorded and signed by the hostile agency.
  Envelope referral() { return signed_by(*sds, housing_referral(clock.now())); }
  Envelope sent(Message message) { return signed_by(*sds, std::move(message)); }
  static void sign(Envelope& envelope, const AgencyNode& by) {
    envelope.signature = by.signer.sign(ledger::signed_bytes(flow::signed_part(envelope)));
  }
  // To the receiver's exchange, with this certificate.
  std::shared_ptr<grpc::Channel> as(const Leaf& leaf) {
    return channel(node->exchange_port(), leaf, peer_roots);
  }
  static Answered deliver(const std::shared_ptr<grpc::Channel>& through, const Envelope& envelope) {
    v1::DeliverRequest request;
    transport::write(envelope, request);
    v1::DeliverResponse reply;
    const auto context = soon(5);
    const auto status =
        v1::ExchangeService::NewStub(through)->Deliver(context.get(), request, &reply);
    Answered answered{status.error_code(), problem_of(*context).where(), {}, {}};
    if (!status.ok()) return answered;
    answered.bytes = reply.acknowledgement().SerializeAsString();
    answered.word = transport::read(reply.acknowledgement()).value();
    return answered;
  }
  Answered deliver(const Envelope& envelope) { return deliver(as(sds_leaf), envelope); }

  // Nothing of what came left a trace, and the node serves as before.
  void expect_unharmed() {
    EXPECT_EQ(honest.count("entry"), 0);
    EXPECT_EQ(honest.count("filed"), 0);
    EXPECT_EQ(honest.count("referral"), 0);
    expect_honest_message_filed();
  }
  void expect_honest_message_filed() {
    const int entries = honest.count("entry");
    const int filed = honest.count("filed");
    const auto begun = std::chrono::steady_clock::now();
    Message next = housing_referral(clock.now());
    next.shared.handle = std::string(64, 'b');
    EXPECT_EQ(deliver(sent(next)).word.status, "filed");
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{3});
    EXPECT_EQ(honest.count("entry"), entries + 1);
    EXPECT_EQ(honest.count("filed"), filed + 1);
    EXPECT_EQ(honest.count("outbox"), 0) << "a receiver sends nothing of its own accord";
    EXPECT_TRUE(honest.is_sound());
  }

  StoredLine honest{*siao};
  std::unique_ptr<transport::Server> node = start(honest.line, settings_of("stored", siao_leaf));
};

}  // namespace relais::test
