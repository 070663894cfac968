// SPDX-License-Identifier: Apache-2.0
#include "admin/federation/desk.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>

#include "policy/document.h"
#include "relais/v1/desk.grpc.pb.h"

namespace relais::demo {
namespace {

using namespace std::chrono_literals;

constexpr auto kDeadline = 20s;
constexpr const char* kProblem = "relais-problem-bin";

CallFault fault_of(const grpc::Status& status, const grpc::ClientContext& context) {
  CallFault fault;
  fault.code = static_cast<int>(status.error_code());
  fault.message = status.error_message();
  const auto& trailers = context.GetServerTrailingMetadata();
  const auto found = trailers.find(kProblem);
  v1::Problem problem;
  if (found != trailers.end() &&
      problem.ParseFromString(std::string(found->second.data(), found->second.size()))) {
    fault.kind = problem.kind();
    fault.where = problem.where();
    fault.retryable = problem.retryable();
    fault.telephone_route = problem.telephone_route();
  }
  return fault;
}

std::string bytes_of(const std::string& path) {
  const auto bytes = policy::read_file(path);
  return bytes ? *bytes : std::string();
}

// gRPC's client makes progress only while some call polls: between two calls a handshake would
// stand still, and a node that drains would wait for a connection nobody closes. This thread polls
// always.
class Poller {
 public:
  Poller() : thread_([this] { poll(); }) {}
  ~Poller() {
    stop_ = true;
    thread_.join();
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) continue;
  }
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // The process's one, while anybody holds it.
  static std::shared_ptr<Poller> shared() {
    static std::mutex mutex;
    static std::weak_ptr<Poller> only;
    const std::scoped_lock lock(mutex);
    auto held = only.lock();
    if (!held) only = held = std::make_shared<Poller>();
    return held;
  }

 private:
  void poll() {
    void* tag = nullptr;
    bool ok = false;
    while (!stop_) queue_.AsyncNext(&tag, &ok, std::chrono::system_clock::now() + 100ms);
  }
  grpc::CompletionQueue queue_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

bool may_repeat(const CallFault& fault) {
  return fault.code == grpc::UNAVAILABLE || fault.code == grpc::DEADLINE_EXCEEDED;
}

}  // namespace

std::string CallFault::text() const {
  std::string text =
      message + " [" + (kind.empty() ? "status " + std::to_string(code) : kind) + "]";
  if (!where.empty()) text += " at " + where;
  return text;
}

struct DeskClient::Channel {
  std::shared_ptr<Poller> poller = Poller::shared();
  std::unique_ptr<v1::DeskService::Stub> stub;
};

// One unary call, again while the node is away and patience lasts. Every desk call may be repeated:
// reads change nothing, a submission has its key, and a change that was made already says so.
template <class Request, class Response, class Method>
Answer<Response> DeskClient::call(Method method, const Request& request) {
  const auto until = std::chrono::steady_clock::now() + patience_;
  while (true) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kDeadline);
    Response response;
    const grpc::Status status = (channel_->stub.get()->*method)(&context, request, &response);
    if (status.ok()) return response;
    CallFault fault = fault_of(status, context);
    if (!may_repeat(fault) || std::chrono::steady_clock::now() >= until) {
      return tl::unexpected(std::move(fault));
    }
    if (away_) away_();
    std::this_thread::sleep_for(50ms);
  }
}

DeskClient::DeskClient(const DeskAccess& access) : channel_(std::make_unique<Channel>()) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = bytes_of(access.roots);
  options.pem_cert_chain = bytes_of(access.certificate);
  options.pem_private_key = bytes_of(access.key);
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride("localhost");
  // How long one attempt may take, and how soon the next follows: the node may be starting again.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5000);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  channel_->stub = v1::DeskService::NewStub(
      grpc::CreateCustomChannel(access.address, grpc::SslCredentials(options), arguments));
}

DeskClient::~DeskClient() = default;
DeskClient::DeskClient(DeskClient&&) noexcept = default;
DeskClient& DeskClient::operator=(DeskClient&&) noexcept = default;

// One line each: which method of the contract, with which messages.
#define RELAIS_DEMO_CALL(name, Rpc)                                                         \
  Answer<v1::Rpc##Response> DeskClient::name(const v1::Rpc##Request& request) {             \
    return call<v1::Rpc##Request, v1::Rpc##Response>(&v1::DeskService::Stub::Rpc, request); \
  }
RELAIS_DEMO_CALL(record_person, RecordPerson)
RELAIS_DEMO_CALL(preview, PreviewReferral)
RELAIS_DEMO_CALL(submit, SubmitReferral)
RELAIS_DEMO_CALL(get, GetReferral)
RELAIS_DEMO_CALL(list_inbox, ListInbox)
RELAIS_DEMO_CALL(accept, AcceptReferral)
RELAIS_DEMO_CALL(reject, RejectReferral)
RELAIS_DEMO_CALL(update, UpdateReferral)
RELAIS_DEMO_CALL(record_consent, RecordConsent)
RELAIS_DEMO_CALL(withdraw, WithdrawConsent)
RELAIS_DEMO_CALL(object, RecordObjection)
RELAIS_DEMO_CALL(answer, AnswerAsks)
RELAIS_DEMO_CALL(confirm, ConfirmDuty)
#undef RELAIS_DEMO_CALL

}  // namespace relais::demo
