// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/lossy_link.h"

#include <grpcpp/grpcpp.h>

#include <functional>
#include <mutex>
#include <random>
#include <utility>

#include "policy/document.h"
#include "relais/v1/exchange.grpc.pb.h"

namespace relais::bench {
namespace {

using Stub = v1::ExchangeService::Stub;

class Loss {
 public:
  explicit Loss(uint64_t seed) : random_(seed) {}
  void set(double share) { share_ = share; }
  bool strikes() {
    const std::scoped_lock lock(mutex_);
    const bool struck = std::uniform_real_distribution<double>(0, 1)(random_) < share_;
    ++(struck ? lost_ : passed_);
    return struck;
  }
  uint64_t lost() const { return lost_; }
  uint64_t passed() const { return passed_; }

 private:
  std::mutex mutex_;
  std::mt19937_64 random_;
  std::atomic<double> share_{0};
  std::atomic<uint64_t> lost_{0};
  std::atomic<uint64_t> passed_{0};
};

// One call on its way. It ends when its answer is given, or, once something of it was lost, when
// its caller has given up; deleted by gRPC's last word.
template <class Request, class Response>
class Passage final : public grpc::ServerUnaryReactor {
 public:
  using Onward =
      std::function<void(grpc::ClientContext*, Response*, std::function<void(grpc::Status)>)>;

  Passage(Loss& loss, const grpc::CallbackServerContext& caller, Response* reply,
          const Onward& onward)
      : loss_(loss), sent_on_(!loss.strikes()) {
    if (!sent_on_) return;
    onward_.set_deadline(caller.deadline());
    onward(&onward_, reply, [this](const grpc::Status& status) { came_back(status); });
  }

  void OnCancel() override {
    bool silent = false;
    {
      const std::scoped_lock lock(mutex_);
      given_up_ = true;
      silent = !sent_on_ || answer_lost_;
    }
    if (silent) Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

 private:
  void came_back(const grpc::Status& status) {
    {
      const std::scoped_lock lock(mutex_);
      answer_lost_ = loss_.strikes() && !given_up_;
      if (answer_lost_) return;
    }
    Finish(status);
  }

  Loss& loss_;
  const bool sent_on_;
  grpc::ClientContext onward_;
  std::mutex mutex_;
  bool given_up_ = false;
  bool answer_lost_ = false;
};

class Relay final : public v1::ExchangeService::CallbackService {
 public:
  Relay(Loss& loss, std::shared_ptr<grpc::Channel> onward)
      : loss_(loss), stub_(v1::ExchangeService::NewStub(std::move(onward))) {}

  grpc::ServerUnaryReactor* Deliver(grpc::CallbackServerContext* caller,
                                    const v1::DeliverRequest* request,
                                    v1::DeliverResponse* reply) override {
    return new Passage<v1::DeliverRequest, v1::DeliverResponse>(
        loss_, *caller, reply, [this, request](auto* context, auto* answer, auto end) {
          stub_->async()->Deliver(context, request, answer, std::move(end));
        });
  }
  grpc::ServerUnaryReactor* AddCheckpoint(grpc::CallbackServerContext* caller,
                                          const v1::AddCheckpointRequest* request,
                                          v1::AddCheckpointResponse* reply) override {
    return new Passage<v1::AddCheckpointRequest, v1::AddCheckpointResponse>(
        loss_, *caller, reply, [this, request](auto* context, auto* answer, auto end) {
          stub_->async()->AddCheckpoint(context, request, answer, std::move(end));
        });
  }

 private:
  Loss& loss_;
  const std::unique_ptr<Stub> stub_;
};

struct Papers {
  std::string roots, key, certificate;
};
Result<Papers> papers_of(const demo::Seat& seat, const std::string& roots_file) {
  RELAIS_TRY(roots, policy::read_file(roots_file));
  RELAIS_TRY(key, policy::read_file(seat.file("exchange.key")));
  RELAIS_TRY(certificate, policy::read_file(seat.file("exchange.pem")));
  return Papers{roots, key, certificate};
}

std::shared_ptr<grpc::Channel> channel_to(const demo::Seat& seat, const Papers& as) {
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride("localhost");
  // A node that comes back is found at once: what is measured is the nodes, not this.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
  return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(seat.exchange_port),
                                   grpc::SslCredentials({as.roots, as.key, as.certificate}),
                                   arguments);
}

class Link final : public LossyLink {
 public:
  Link(std::shared_ptr<grpc::Channel> onward, const Papers& shown, uint64_t seed)
      : loss_(seed), relay_(loss_, std::move(onward)) {
    grpc::SslServerCredentialsOptions options(
        GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    options.pem_root_certs = shown.roots;
    options.pem_key_cert_pairs = {{shown.key, shown.certificate}};
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(options), &port_);
    builder.RegisterService(&relay_);
    server_ = builder.BuildAndStart();
  }
  ~Link() override {
    server_->Shutdown(std::chrono::system_clock::now());
    server_->Wait();
  }
  int port() const override { return port_; }
  void lose(double share) override { loss_.set(share); }
  uint64_t passed() const override { return loss_.passed(); }
  uint64_t lost() const override { return loss_.lost(); }

 private:
  Loss loss_;
  Relay relay_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

Result<std::unique_ptr<LossyLink>> LossyLink::open(const demo::Seat& from, const demo::Seat& to,
                                                   const std::string& roots, uint64_t seed) {
  RELAIS_TRY(shown, papers_of(to, roots));
  RELAIS_TRY(carried, papers_of(from, roots));
  std::unique_ptr<LossyLink> link = std::make_unique<Link>(channel_to(to, carried), shown, seed);
  if (link->port() == 0) return fail(FaultKind::unavailable, "no port for the link");
  return link;
}

}  // namespace relais::bench
