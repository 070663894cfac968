// SPDX-License-Identifier: Apache-2.0
// Both ends of an echo over mutual TLS, in one process: a callback server that answers where the
// call arrives, and a callback client that keeps 64 calls in flight.
#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <mutex>

#include "policy/document.h"
#include "tests/bench/echo.grpc.pb.h"
#include "tests/bench/limits.h"

namespace relais::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kInFlight = 64;
constexpr size_t kBodyBytes = 1500;

class Echoes final : public EchoService::CallbackService {
  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context, const EchoRequest* request,
                                 EchoResponse* response) override {
    response->set_body(request->body());
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

// Calls until the time is up; then waits for those in flight.
class Callers {
 public:
  Callers(std::shared_ptr<grpc::Channel> channel, Lasting lasting)
      : stub_(EchoService::NewStub(std::move(channel))),
        until_(Clock::now() + std::chrono::duration_cast<Clock::duration>(lasting)) {
    request_.set_body(std::string(kBodyBytes, 'e'));
  }

  // Milliseconds each call took; nothing when one of them failed.
  std::vector<double> run() {
    in_flight_ = kInFlight;
    for (size_t i = 0; i < kInFlight; ++i) start();
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [this] { return in_flight_ == 0; });
    if (failed_) took_ms_.clear();
    return std::move(took_ms_);
  }

 private:
  struct Call {
    grpc::ClientContext context;
    EchoResponse response;
    Clock::time_point begun = Clock::now();
  };

  void start() {
    auto call = std::make_shared<Call>();
    stub_->async()->Echo(&call->context, &request_, &call->response,
                         [this, call](grpc::Status status) { end(*call, status); });
  }

  void end(const Call& call, const grpc::Status& status) {
    const auto now = Clock::now();
    {
      const std::scoped_lock lock(mutex_);
      took_ms_.push_back(std::chrono::duration<double, std::milli>(now - call.begun).count());
      failed_ = failed_ || !status.ok() || call.response.body().size() != kBodyBytes;
      if (failed_ || now >= until_) {
        if (--in_flight_ == 0) idle_.notify_all();
        return;
      }
    }
    start();
  }

  std::unique_ptr<EchoService::Stub> stub_;
  const Clock::time_point until_;
  EchoRequest request_;
  std::mutex mutex_;
  std::condition_variable idle_;
  size_t in_flight_ = 0;
  bool failed_ = false;
  std::vector<double> took_ms_;
};

struct Papers {
  std::string key, certificate, roots;
};

Result<Papers> papers_of(const demo::Federation& federation, const std::string& agency) {
  const demo::Seat& seat = federation.seat(agency);
  RELAIS_TRY(key, policy::read_file(seat.file("exchange.key")));
  RELAIS_TRY(certificate, policy::read_file(seat.file("exchange.pem")));
  RELAIS_TRY(roots, policy::read_file(federation.ground().folder + "/exchange-authority.pem"));
  return Papers{key, certificate, roots};
}

std::shared_ptr<grpc::ServerCredentials> server_side(const Papers& papers) {
  grpc::SslServerCredentialsOptions options(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = papers.roots;
  options.pem_key_cert_pairs.push_back({papers.key, papers.certificate});
  return grpc::SslServerCredentials(options);
}

std::shared_ptr<grpc::Channel> channel_to(int port, const Papers& papers) {
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride("localhost");
  return grpc::CreateCustomChannel(
      "127.0.0.1:" + std::to_string(port),
      grpc::SslCredentials({papers.roots, papers.key, papers.certificate}), arguments);
}

}  // namespace

Result<Figure> measure_echoes(const demo::Federation& federation, const std::string& agency,
                              Lasting lasting) {
  RELAIS_TRY(papers, papers_of(federation, agency));
  Echoes echo;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", server_side(papers), &port);
  builder.RegisterService(&echo);
  const auto server = builder.BuildAndStart();
  if (!server) return fail(FaultKind::unavailable, "the echo server did not start");
  const auto channel = channel_to(port, papers);
  if (!channel->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds{10})) {
    return fail(FaultKind::unavailable, "the echo server was not reached");
  }
  auto took_ms = Callers(channel, lasting).run();
  server->Shutdown();
  if (took_ms.empty()) return fail(FaultKind::internal, "an echo failed");
  Figure figure{"mtls_echo", static_cast<double>(took_ms.size()) / lasting.count(), {}, {}, {}, {}};
  figure.p50_ms = quantile(took_ms, 0.50);
  figure.p99_ms = quantile(took_ms, 0.99);
  figure.more = {{"in_flight", kInFlight}, {"bytes", kBodyBytes}};
  return figure;
}

}  // namespace relais::bench
