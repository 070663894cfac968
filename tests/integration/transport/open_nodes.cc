// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/transport/open_nodes.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include "node/flow/deliver.h"

namespace relais::test {
namespace {

namespace tls = grpc::experimental;

std::shared_ptr<grpc::Channel> connect(const std::string& target,
                                       const std::shared_ptr<grpc::ChannelCredentials>& who) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(target, who, arguments);
}

// A client that looks at no name: what is under test is the server's judgement.
std::shared_ptr<grpc::ChannelCredentials> lax(tls::TlsChannelCredentialsOptions options) {
  options.watch_root_certs();
  options.set_check_call_host(false);
  options.set_certificate_verifier(std::make_shared<tls::NoOpCertificateVerifier>());
  return tls::TlsCredentials(options);
}

std::string bytes_of(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Valid() || !buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace

void Witness::answered(const transport::Answered& answered) {
  std::unique_lock lock(mutex_);
  seen_.push_back({std::string(answered.method), std::string(answered.code),
                   std::string(answered.reason), std::string(answered.trace_id)});
  if (!holding_ || answered.code == "RESOURCE_EXHAUSTED") return;
  held_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return !holding_; });
}

void Witness::queued(std::string_view /*desk*/, size_t entries) {
  const std::scoped_lock lock(mutex_);
  waiting_ = entries;
  changed_.notify_all();
}

void Witness::refused(const transport::Refused& refused) {
  const std::scoped_lock lock(mutex_);
  sent_away_.insert(std::string(refused.who) + " " + std::string(refused.reason));
}

std::set<std::string> Witness::sent_away() const {
  const std::scoped_lock lock(mutex_);
  return sent_away_;
}

void Witness::hold() {
  const std::scoped_lock lock(mutex_);
  holding_ = true;
}

void Witness::release() {
  const std::scoped_lock lock(mutex_);
  holding_ = false;
  changed_.notify_all();
}

void Witness::wait_until_held() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return held_; });
}

void Witness::wait_for_queue(size_t entries) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return waiting_ == entries; });
}

std::vector<Witness::Seen> Witness::seen() const {
  const std::scoped_lock lock(mutex_);
  return seen_;
}

OpenNodes::OpenNodes() {
  sds_server_ = start(sds->line, settings_of("sds", sds_leaf));
  siao_server_ = start(siao->line, settings_of("siao", siao_leaf));
  const auto here = [](const transport::Server& server) {
    return "127.0.0.1:" + std::to_string(server.exchange_port());
  };
  change_agency("sds", [&](Agency& one) { one.endpoint = here(*sds_server_); });
  change_agency("siao", [&](Agency& one) { one.endpoint = here(*siao_server_); });
}

OpenNodes::~OpenNodes() {
  witness.release();
  sds_server_.reset();
  siao_server_.reset();
}

transport::ServerSettings OpenNodes::settings_of(const std::string& id, const Leaf& leaf) const {
  transport::ServerSettings settings;
  settings.desk_address = "127.0.0.1:0";
  settings.desk_tls = {leaf.private_key, leaf.certificate, desk_roots};
  settings.exchange_address = "127.0.0.1:0";
  settings.exchange_tls = {leaf.private_key, leaf.certificate, peer_roots};
  settings.steward_socket = folder.file(id + "/steward.sock");
  settings.roles["worker"] = DeskRights::all();
  settings.desk_workers = 2;
  settings.exchange_workers = 2;
  settings.steward_workers = 1;
  settings.refresh = std::chrono::seconds{1};
  return settings;
}

std::unique_ptr<transport::Server> OpenNodes::start(const flow::Line& line,
                                                    const transport::ServerSettings& settings) {
  return transport::Server::start(settings, line,
                                  {[]() -> Result<transport::Counts> {
                                     return transport::Counts{3, 2, 1, 7};
                                   },
                                   []() -> Result<int64_t> { return 7; }},
                                  witness, peer_office)
      .value();
}

void OpenNodes::restart_siao(const std::function<void(transport::ServerSettings&)>& change) {
  siao_server_.reset();
  transport::ServerSettings settings = settings_of("siao", siao_leaf);
  change(settings);
  siao_server_ = start(siao->line, settings);
  change_agency("siao", [&](Agency& one) {
    one.endpoint = "127.0.0.1:" + std::to_string(siao_server_->exchange_port());
  });
}

std::shared_ptr<grpc::Channel> OpenNodes::channel(int port, const Leaf& leaf,
                                                  const std::string& roots) {
  tls::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(std::make_shared<tls::FileWatcherCertificateProvider>(
      leaf.private_key, leaf.certificate, roots, 60));
  options.watch_identity_key_cert_pairs();
  return connect("127.0.0.1:" + std::to_string(port), lax(options));
}

std::shared_ptr<grpc::Channel> OpenNodes::channel_without_certificate(int port,
                                                                      const std::string& roots) {
  tls::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(
      std::make_shared<tls::FileWatcherCertificateProvider>(roots, 60));
  return connect("127.0.0.1:" + std::to_string(port), lax(options));
}

std::shared_ptr<grpc::Channel> OpenNodes::desk_channel(transport::Server& server) {
  return channel(server.desk_port(), software, peer_roots);
}

std::shared_ptr<grpc::Channel> OpenNodes::exchange_channel(const Leaf& leaf) {
  return channel(siao_server_->exchange_port(), leaf, peer_roots);
}

std::shared_ptr<grpc::Channel> OpenNodes::steward_channel() {
  return connect("unix:" + folder.file("siao/steward.sock"), grpc::InsecureChannelCredentials());
}

std::vector<flow::Attempt> OpenNodes::carry(Courier& through) {
  std::vector<flow::Attempt> attempts;
  const auto claim = sds->store.claim(100, std::chrono::seconds{30}, {}).value();
  for (auto& attempt : flow::deliver(sds->line, through, {}, claim.messages)) {
    attempts.push_back(std::move(attempt).value());
  }
  return attempts;
}

std::unique_ptr<transport::GrpcCourier> OpenNodes::courier(std::chrono::milliseconds call_timeout) {
  transport::CourierSettings settings;
  settings.tls = {sds_leaf.private_key, sds_leaf.certificate, peer_roots};
  settings.call_timeout = call_timeout;
  return transport::GrpcCourier::make(settings).value();
}

void OpenNodes::change_agency(const std::string& id, const std::function<void(Agency&)>& change) {
  Directory content = directory.copy();
  for (Agency& one : content.agencies) {
    if (one.id.text() == id) change(one);
  }
  ++content.version;
  directory.set(content);
}

RawAnswer call_raw(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                   const std::string& bytes, bool with_deadline,
                   std::chrono::milliseconds at_most) {
  grpc::ClientContext context;
  if (with_deadline) {
    context.set_deadline(std::chrono::system_clock::now() + at_most);
  }
  grpc::Slice slice(bytes);
  const grpc::ByteBuffer request(&slice, 1);
  grpc::ByteBuffer reply;
  RawAnswer answer;
  grpc::CompletionQueue queue;
  grpc::GenericStub stub(channel);
  const auto call = stub.PrepareUnaryCall(&context, method, request, &queue);
  call->StartCall();
  call->Finish(&reply, &answer.status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  queue.Next(&tag, &ok);
  answer.bytes = bytes_of(reply);
  answer.problem = problem_of(context);
  return answer;
}

grpc::StatusCode list_code(const std::shared_ptr<grpc::Channel>& channel) {
  v1::ListInboxRequest request;
  *request.mutable_acting() = acting();
  v1::ListInboxResponse reply;
  const auto context = soon();
  return v1::DeskService::NewStub(channel)->ListInbox(context.get(), request, &reply).error_code();
}

grpc::StatusCode deliver_code(const std::shared_ptr<grpc::Channel>& channel) {
  v1::DeliverResponse reply;
  const auto context = soon();
  return v1::ExchangeService::NewStub(channel)
      ->Deliver(context.get(), v1::DeliverRequest(), &reply)
      .error_code();
}

std::unique_ptr<grpc::ClientContext> soon(int seconds) {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds{seconds});
  return context;
}

v1::Problem problem_of(const grpc::ClientContext& context) {
  v1::Problem problem;
  const auto& trailing = context.GetServerTrailingMetadata();
  const auto found = trailing.find("relais-problem-bin");
  if (found != trailing.end())
    problem.ParseFromArray(found->second.data(), static_cast<int>(found->second.size()));
  return problem;
}

v1::ActingProfessional acting() {
  v1::ActingProfessional who;
  who.set_role("worker");
  who.set_staff_id("staff-7");
  return who;
}

}  // namespace relais::test
