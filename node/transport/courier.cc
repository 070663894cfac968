// SPDX-License-Identifier: Apache-2.0
#include "node/transport/courier.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <tuple>
#include <utility>

#include "node/flow/acknowledge.h"
#include "node/transport/credentials.h"
#include "node/transport/wire.h"
#include "node/transport/wire_exchange.h"
#include "node/transport/wire_pair.h"
#include "relais/v1/exchange.grpc.pb.h"

namespace relais::transport {
namespace {

using Stub = v1::ExchangeService::Stub;

constexpr size_t kMostPeers = 1024;
constexpr std::chrono::milliseconds kLongestWitness{5'000};
constexpr int kMostReplyBytes = 64 * 1024;  // a page of a pair
constexpr int kMostDirectoryBytes = 4 * 1024 * 1024;

grpc::ChannelArguments channel_arguments(int most_reply_bytes) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(most_reply_bytes);
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, 8 * 1024);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 120'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 0);
  // A peer that restarted is found again at once. The "minimum" is also the time one attempt to
  // connect may take, so it must leave room for a TLS handshake.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5'000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
  // An attempt is one attempt: whether another is made is the outbox's to say, which knows whether
  // this one may have arrived.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  // Where to call stands in the signed directory; no environment variable redirects it.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return arguments;
}

// The way to one peer.
struct Way {
  std::shared_ptr<grpc::Channel> channel;
  std::shared_ptr<Stub> stub;
  bool is_open() const { return channel->GetState(false) == GRPC_CHANNEL_READY; }
};

// Whether something of a call that has just ended may have gone out. One whose peer was heard from
// names where it leads ("ipv4:…"), else gRPC tells the channel's own target: also of a peer that
// took the whole request and never said a word. But then there was a connection; without one the
// channel is still looking for it. What is not certain may have left.
bool may_have_left(const grpc::ClientContext& context, const Way& way, bool was_open) {
  const std::string peer = context.peer();
  if (peer.starts_with("ipv4:") || peer.starts_with("ipv6:") || peer.starts_with("unix:")) {
    return true;
  }
  const grpc_connectivity_state now = way.channel->GetState(false);
  return was_open || (now != GRPC_CHANNEL_CONNECTING && now != GRPC_CHANNEL_TRANSIENT_FAILURE);
}

Fault fault_of(grpc::StatusCode code, bool handed_over) {
  if (!handed_over) {
    return {FaultKind::unavailable, "the peer is away, or is not the pinned one"};
  }
  switch (code) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::ABORTED:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return {FaultKind::deadline, "the peer did not answer; it may have the envelope"};
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return {FaultKind::exhausted, "the peer is busy"};
    case grpc::StatusCode::PERMISSION_DENIED:
      return {FaultKind::forbidden, "the peer refuses this agency"};
    case grpc::StatusCode::UNAUTHENTICATED:
      return {FaultKind::unauthenticated, "the peer does not accept this certificate"};
    case grpc::StatusCode::INVALID_ARGUMENT:
      return {FaultKind::invalid, "the peer found the envelope invalid"};
    case grpc::StatusCode::FAILED_PRECONDITION:
      return {FaultKind::precondition, "the peer cannot take the envelope now"};
    default:
      return {FaultKind::internal, "the peer failed"};
  }
}

Result<Acknowledgement> read_word(const v1::DeliverResponse& response,
                                  const Disclosure& disclosure) {
  auto word = read(response.acknowledgement());
  if (!word ||
      !flow::is_word_of_recipient(*word, disclosure.envelope(), disclosure.signing_keys())) {
    return fail(FaultKind::internal, "the answer is not the peer's signed word on this envelope",
                disclosure.envelope().disclosure.text());
  }
  return word;
}

// One call under way. It stays where it is until it has ended: gRPC holds its address.
struct Call {
  Way way;
  bool was_open = false;  // the way, before the call
  bool left = false;      // something of it may have, once it has ended
  grpc::ClientContext context;
  v1::DeliverRequest request;
  v1::DeliverResponse response;
  grpc::Status status;
  bool too_large = false;
};

// Waits until so many calls have ended. Every call ends, by its deadline at the latest. The last
// one counts under the lock, so that nothing of this is touched after the wait is over.
class Countdown {
 public:
  explicit Countdown(size_t left) : left_(left) {}
  void count() {
    const std::scoped_lock lock(mutex_);
    if (--left_ == 0) ended_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return left_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  size_t left_;
};

Result<Acknowledgement> answer_to(const Call& call, const Disclosure& disclosure) {
  if (call.too_large) {
    return fail(FaultKind::invalid, "the envelope is larger than a peer takes in",
                disclosure.envelope().disclosure.text());
  }
  if (!call.status.ok()) {
    return tl::unexpected(fault_of(call.status.error_code(), call.left));
  }
  return read_word(call.response, disclosure);
}

}  // namespace

// The channels in use, by where, who and under which keys. Bounded: a directory that keeps changing
// endpoints costs a reconnection, never memory.
class GrpcCourier::Peers {
 public:
  Peers(const TlsFiles& files, std::chrono::seconds refresh)
      : certificates_(watch(files, refresh)) {}

  Way to(const PeerAddress& peer) {
    const std::scoped_lock lock(mutex_);
    if (ways_.size() >= kMostPeers) ways_.clear();
    Way& way = ways_[{peer.endpoint, peer.tls_identity, peer.tls_keys}];
    if (!way.stub) way = open(peer, kMostReplyBytes);
    return way;
  }
  Way open(const PeerAddress& peer, int most_reply_bytes) const {
    auto channel =
        grpc::CreateCustomChannel(peer.endpoint, channel_credentials(certificates_, peer),
                                  channel_arguments(most_reply_bytes));
    return Way{channel, v1::ExchangeService::NewStub(channel)};
  }

 private:
  const Certificates certificates_;
  std::mutex mutex_;
  // Other keys in force make another channel: whom the old ones let in is not asked any more.
  using Place = std::tuple<std::string, std::string, std::optional<std::vector<std::string>>>;
  std::map<Place, Way> ways_;
};

GrpcCourier::GrpcCourier(const CourierSettings& settings, std::unique_ptr<Peers> peers)
    : call_timeout_(settings.call_timeout), peers_(std::move(peers)) {}

GrpcCourier::~GrpcCourier() = default;

Result<std::unique_ptr<GrpcCourier>> GrpcCourier::make(const CourierSettings& settings) {
  RELAIS_TRY_VOID(check_readable(settings.tls));
  if (settings.call_timeout < std::chrono::milliseconds{1} ||
      settings.call_timeout > std::chrono::seconds{30}) {
    return fail(FaultKind::invalid, "a call may take 1 ms to 30 s", "call_timeout");
  }
  return std::unique_ptr<GrpcCourier>(
      new GrpcCourier(settings, std::make_unique<Peers>(settings.tls, settings.refresh)));
}

Result<Acknowledgement> GrpcCourier::deliver(const Disclosure& disclosure) {
  return std::move(deliver_all({&disclosure, 1}).front());
}

std::vector<Result<Acknowledgement>> GrpcCourier::deliver_all(
    std::span<const Disclosure> disclosures) {
  const auto deadline = std::chrono::system_clock::now() + call_timeout_;
  std::vector<std::unique_ptr<Call>> calls;
  Countdown under_way(disclosures.size());
  for (const Disclosure& disclosure : disclosures) {
    calls.push_back(std::make_unique<Call>());
    Call& call = *calls.back();
    write(disclosure.envelope(), call.request);
    if (call.request.ByteSizeLong() > static_cast<size_t>(kMostMessageBytes)) {
      call.too_large = true;
      under_way.count();
      continue;
    }
    call.context.set_deadline(deadline);
    call.way = peers_->to(disclosure.address());
    call.was_open = call.way.is_open();
    call.way.stub->async()->Deliver(&call.context, &call.request, &call.response,
                                    [&call, &under_way](const grpc::Status& status) {
                                      call.status = status;
                                      call.left =
                                          may_have_left(call.context, call.way, call.was_open);
                                      under_way.count();
                                    });
  }
  under_way.wait();
  std::vector<Result<Acknowledgement>> answers;
  for (size_t i = 0; i < calls.size(); ++i) answers.push_back(answer_to(*calls[i], disclosures[i]));
  return answers;
}

Result<ledger::WitnessReply> GrpcCourier::add_checkpoint(const PeerAddress& peer,
                                                         const Bytes& body) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::min(call_timeout_, kLongestWitness));
  v1::AddCheckpointRequest request;
  request.set_body(body);
  v1::AddCheckpointResponse response;
  const Way way = peers_->to(peer);
  const bool was_open = way.is_open();
  const grpc::Status status = way.stub->AddCheckpoint(&context, request, &response);
  if (!status.ok()) {
    return tl::unexpected(fault_of(status.error_code(), may_have_left(context, way, was_open)));
  }
  return read(response);
}

Result<flow::PairPage> GrpcCourier::pair(const PeerAddress& peer,
                                         const flow::PairQuestion& question) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + call_timeout_);
  v1::ListPairRequest request;
  write(question, request);
  v1::ListPairResponse response;
  const Way way = peers_->to(peer);
  const bool was_open = way.is_open();
  const grpc::Status status = way.stub->ListPair(&context, request, &response);
  if (!status.ok()) {
    return tl::unexpected(fault_of(status.error_code(), may_have_left(context, way, was_open)));
  }
  return read(response);
}

Result<std::string> GrpcCourier::directory(const PeerAddress& peer, int64_t known) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + call_timeout_);
  v1::GetDirectoryRequest request;
  request.set_known_version(known);
  v1::GetDirectoryResponse response;
  const Way way = peers_->open(peer, kMostDirectoryBytes);
  const grpc::Status status = way.stub->GetDirectory(&context, request, &response);
  if (!status.ok()) {
    return tl::unexpected(fault_of(status.error_code(), may_have_left(context, way, false)));
  }
  return std::move(*response.mutable_note());
}

}  // namespace relais::transport
