// SPDX-License-Identifier: Apache-2.0
// What a peer may have of the exchange, over real connections: what one of them sends, the others
// do not feel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "node/flow/deliver.h"
#include "node/transport/wire.h"
#include "tests/integration/transport/open_nodes.h"

namespace relais {
namespace {

using grpc::StatusCode;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

struct SharedExchange : testing::Test, test::OpenNodes {
  // One more agency in the directory, with a certificate to call with.
  test::Leaf enlist(const std::string& id) {
    Directory content = directory.copy();
    Agency one = content.agencies.at(0);
    one.id = AgencyId(id);
    one.tls_identity = "spiffe://test/agency/" + id;
    content.agencies.push_back(std::move(one));
    ++content.version;
    directory.set(content);
    return peers.issue(folder, id, {"spiffe://test/agency/" + id});
  }

  // A referral of the social service, submitted and carried: how long the second half took.
  milliseconds refer(Courier& through, int number) {
    const auto key = "key-" + std::to_string(number);
    const auto submitted = flow::submit(sds->line, caller(), key, with_consent());
    EXPECT_TRUE(submitted) << submitted.error().message.view() << submitted.error().where;
    const auto claim = sds->store.claim(1, std::chrono::seconds{30}, {}).value();
    EXPECT_EQ(claim.messages.size(), 1u);
    const auto begun = Clock::now();
    for (const auto& attempt : flow::deliver(sds->line, through, {}, claim.messages)) {
      EXPECT_EQ(attempt.value_or(flow::Attempt::gone), flow::Attempt::delivered);
    }
    return std::chrono::duration_cast<milliseconds>(Clock::now() - begun);
  }

  flow::Request with_consent() {
    if (consent_.empty()) consent_ = consent();
    flow::Request asked = request();
    asked.consent = consent_;
    return asked;
  }

  milliseconds median_of(Courier& through, int from, int times) {
    std::vector<milliseconds> took;
    for (int i = 0; i < times; ++i) took.push_back(refer(through, from + i));
    std::nth_element(took.begin(), took.begin() + times / 2, took.end());
    return took[static_cast<size_t>(times) / 2];
  }

 private:
  ConsentId consent_;
};

// A peer that sends without a pause and waits for nothing: calls that take a worker long, messages
// that are none, and calls that never say what they want.
class BadPeer {
 public:
  explicit BadPeer(const std::vector<std::shared_ptr<grpc::Channel>>& channels) {
    for (const auto& channel : channels) {
      threads_.emplace_back([this, channel] { flood(channel); });
      hang(channel);
    }
  }
  ~BadPeer() {
    done_ = true;
    for (std::thread& thread : threads_) thread.join();
    for (const auto& call : hanging_) call->context.TryCancel();
    for (const auto& call : hanging_) call->stream->Finish();
  }
  int served() const { return served_; }
  int sent_away() const { return sent_away_; }

 private:
  struct Hanging {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReaderWriter<v1::DeliverRequest, v1::DeliverResponse>> stream;
  };

  void flood(const std::shared_ptr<grpc::Channel>& channel) {
    constexpr size_t kTogether = 24;
    const auto stub = v1::ExchangeService::NewStub(channel);
    while (!done_) {
      std::atomic<size_t> ended{0};
      const auto end = [&](const grpc::Status& status) {
        const bool away = status.error_code() == StatusCode::RESOURCE_EXHAUSTED;
        ++(away ? sent_away_ : served_);
        ++ended;
      };
      std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
      const v1::AddCheckpointRequest slow;
      const v1::DeliverRequest garbage;
      std::vector<v1::AddCheckpointResponse> checkpoints(kTogether);
      std::vector<v1::DeliverResponse> deliveries(kTogether);
      for (size_t i = 0; i < kTogether; ++i) {
        contexts.push_back(test::soon(20));
        if (i % 2 == 0) {
          stub->async()->AddCheckpoint(contexts.back().get(), &slow, &checkpoints[i], end);
        } else {
          stub->async()->Deliver(contexts.back().get(), &garbage, &deliveries[i], end);
        }
      }
      while (ended < kTogether) std::this_thread::sleep_for(milliseconds{1});
    }
  }

  // Headers, and then nothing.
  void hang(const std::shared_ptr<grpc::Channel>& channel) {
    for (int i = 0; i < 16; ++i) {
      auto call = std::make_unique<Hanging>();
      call->context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds{20});
      const grpc::internal::RpcMethod method("/relais.v1.ExchangeService/Deliver",
                                             grpc::internal::RpcMethod::BIDI_STREAMING, channel);
      call->stream.reset(grpc::internal::ClientReaderWriterFactory<
                         v1::DeliverRequest, v1::DeliverResponse>::Create(channel.get(), method,
                                                                          &call->context));
      hanging_.push_back(std::move(call));
    }
  }

  std::atomic<bool> done_{false};
  std::atomic<int> served_{0};
  std::atomic<int> sent_away_{0};
  std::vector<std::thread> threads_;
  std::vector<std::unique_ptr<Hanging>> hanging_;
};

// The measure of the bounds: beside a peer that floods, another's deliveries are never refused and
// take, in the middle, at most `kFactor` times as long as they took alone a moment before (or as
// 3 ms, which a busy machine makes of less). Without a queue of their own they wait behind 50 ms
// calls or are sent away.
TEST_F(SharedExchange, one_bad_peer_does_not_slow_the_others) {
  constexpr int kTimes = 40;
  constexpr int kFactor = 10;
  peer_office.cosign = [](std::string_view) -> Result<ledger::WitnessReply> {
    std::this_thread::sleep_for(milliseconds{50});
    return fail(FaultKind::invalid, "no checkpoint");
  };
  restart_siao([](transport::ServerSettings& settings) {
    settings.exchange_workers = 4;
    settings.peer = {2, 8, 1000};
  });
  const test::Leaf bad = enlist("bad");
  const auto good = courier();
  const milliseconds alone = std::max(median_of(*good, 0, kTimes), milliseconds{3});
  milliseconds beside{0};
  {
    const BadPeer flood({exchange_channel(bad), exchange_channel(bad), exchange_channel(bad)});
    for (int i = 0; i < 2000 && flood.sent_away() == 0; ++i) {
      std::this_thread::sleep_for(milliseconds{5});
    }
    beside = median_of(*good, kTimes, kTimes);
    EXPECT_GT(flood.served(), 0);
    EXPECT_GT(flood.sent_away(), 0);
  }
  RecordProperty("alone_ms", static_cast<int>(alone.count()));
  RecordProperty("beside_ms", static_cast<int>(beside.count()));
  EXPECT_LE(beside, alone * kFactor);
  EXPECT_THAT(witness.sent_away(), testing::Each(testing::StartsWith("bad ")));
}

// Who is in no directory can make as many certificates' worth of noise as the federation gives out:
// together they have what one peer has.
TEST_F(SharedExchange, strangers_have_one_queue_together) {
  restart_siao([](transport::ServerSettings& settings) { settings.peer = {2, 8, 1}; });
  const auto one = exchange_channel(peers.issue(folder, "one", {"spiffe://test/agency/one"}));
  const auto two = exchange_channel(peers.issue(folder, "two", {"spiffe://test/agency/two"}));
  const auto known = exchange_channel(sds_leaf);
  test::deliver_code(two);  // connected
  test::deliver_code(known);
  std::this_thread::sleep_for(milliseconds{1100});
  EXPECT_EQ(test::deliver_code(one), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(test::deliver_code(two), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(test::deliver_code(known), StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(witness.sent_away(), testing::ElementsAre(" pace"));
}

// Two nodes of one agency, or two of its certificates, are one peer.
TEST_F(SharedExchange, an_agency_has_one_queue_whatever_it_connects_with) {
  restart_siao([](transport::ServerSettings& settings) { settings.peer = {2, 8, 2}; });
  const auto newer = peers.issue(folder, "sds-newer", {"spiffe://test/agency/sds"});
  const auto first = exchange_channel(sds_leaf);
  const auto second = exchange_channel(newer);
  EXPECT_EQ(test::deliver_code(first), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(test::deliver_code(second), StatusCode::INVALID_ARGUMENT);
  StatusCode last = StatusCode::OK;
  for (int i = 0; i < 10 && last != StatusCode::RESOURCE_EXHAUSTED; ++i) {
    last = test::deliver_code(i % 2 == 0 ? first : second);
  }
  EXPECT_EQ(last, StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(witness.sent_away(), testing::ElementsAre("sds pace"));
}

// Sent away is not refused for good: the sender's outbox keeps the message and tries again.
TEST_F(SharedExchange, a_message_sent_away_is_postponed_by_its_sender) {
  restart_siao([](transport::ServerSettings& settings) { settings.peer = {1, 1, 1}; });
  ASSERT_TRUE(flow::submit(sds->line, caller(), "key", with_consent()));
  const auto through = exchange_channel(sds_leaf);
  StatusCode last = StatusCode::OK;
  while (last != StatusCode::RESOURCE_EXHAUSTED) last = test::deliver_code(through);
  const auto out = courier();
  EXPECT_THAT(carry(*out), testing::ElementsAre(flow::Attempt::busy));
  EXPECT_EQ(sds->store.list(1).value().at(0).last_failure, "peer_busy");
  EXPECT_EQ(sds->store.waiting(), 1U);
}

v1::DeliverRequest sized(size_t bytes) {
  v1::DeliverRequest request;
  request.set_payload(std::string(bytes, 'x'));
  while (request.ByteSizeLong() > bytes) request.mutable_payload()->pop_back();
  return request;
}

TEST_F(SharedExchange, a_message_is_as_large_as_it_may_be_and_not_a_byte_larger) {
  const auto stub = v1::ExchangeService::NewStub(exchange_channel(sds_leaf));
  const auto code = [&](const v1::DeliverRequest& request, grpc_compression_algorithm how) {
    v1::DeliverResponse reply;
    const auto context = test::soon();
    context->set_compression_algorithm(how);
    return stub->Deliver(context.get(), request, &reply).error_code();
  };
  const auto most = static_cast<size_t>(transport::kMostMessageBytes);
  EXPECT_EQ(sized(most).ByteSizeLong(), most);
  EXPECT_EQ(code(sized(most), GRPC_COMPRESS_NONE), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(code(sized(most + 1), GRPC_COMPRESS_NONE), StatusCode::RESOURCE_EXHAUSTED);
  // Nor does it become smaller by being sent smaller.
  EXPECT_NE(code(sized(32 * most), GRPC_COMPRESS_GZIP), StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace relais
