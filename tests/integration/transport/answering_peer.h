// SPDX-License-Identifier: Apache-2.0
// A peer that takes deliveries over real gRPC and answers each with whatever bytes or status a test
// says, at once or late. Its answers are made on gRPC's threads; it ends after the last of them.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "node/transport/credentials.h"
#include "relais/v1/exchange.grpc.pb.h"

namespace relais::test {

struct Said {
  std::string bytes;
  grpc::Status status{};
  std::chrono::milliseconds after{0};
};

class AnsweringPeer final
    : public v1::ExchangeService::WithRawCallbackMethod_Deliver<v1::ExchangeService::Service> {
 public:
  using Answer = std::function<Said(const v1::DeliverRequest&)>;

  AnsweringPeer(const transport::TlsFiles& files, Answer answer) : answer_(std::move(answer)) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(
        "127.0.0.1:0",
        transport::server_credentials(transport::watch(files, std::chrono::seconds{60})), &port_);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }
  ~AnsweringPeer() override {
    for (std::thread& one : late_) one.join();
    server_->Shutdown(std::chrono::system_clock::now());
  }

  int port() const { return port_; }
  int heard() const { return heard_; }  // deliveries
  // All that was delivered, in the order of arrival.
  std::vector<v1::DeliverRequest> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

 private:
  grpc::ServerUnaryReactor* Deliver(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* reply) override {
    auto* reactor = context->DefaultReactor();
    const std::scoped_lock lock(mutex_);
    ++heard_;
    grpc::ByteBuffer copy(*request);
    grpc::Slice bytes;
    v1::DeliverRequest& asked = requests_.emplace_back();
    if (copy.DumpToSingleSlice(&bytes).ok()) {
      asked.ParseFromArray(bytes.begin(), static_cast<int>(bytes.size()));
    }
    const Said said = answer_(asked);
    const auto finish = [reactor, reply, said] {
      std::this_thread::sleep_for(said.after);
      const grpc::Slice slice(said.bytes);
      *reply = grpc::ByteBuffer(&slice, 1);
      reactor->Finish(said.status);
    };
    if (said.after.count() > 0) {
      late_.emplace_back(finish);
    } else {
      finish();
    }
    return reactor;
  }

  const Answer answer_;
  int port_ = 0;
  std::atomic<int> heard_{0};
  mutable std::mutex mutex_;
  std::vector<v1::DeliverRequest> requests_;
  std::vector<std::thread> late_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace relais::test
