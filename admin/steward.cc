// SPDX-License-Identifier: Apache-2.0
#include "admin/steward.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <chrono>

#include "admin/files.h"
#include "relais/v1/desk.pb.h"
#include "relais/v1/steward.grpc.pb.h"

namespace relais::admin {
namespace {

constexpr std::chrono::seconds kPatience{25};  // the node refuses deadlines beyond 30 s
constexpr int kMostReplyBytes = 64 << 20;      // a statement with all its receipts, from this host
constexpr const char* kProblem = "relais-problem-bin";

FaultKind kind_of(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::INVALID_ARGUMENT:
      return FaultKind::invalid;
    case grpc::StatusCode::NOT_FOUND:
      return FaultKind::not_found;
    case grpc::StatusCode::ALREADY_EXISTS:
      return FaultKind::already_exists;
    case grpc::StatusCode::FAILED_PRECONDITION:
      return FaultKind::precondition;
    case grpc::StatusCode::PERMISSION_DENIED:
      return FaultKind::forbidden;
    case grpc::StatusCode::UNAUTHENTICATED:
      return FaultKind::unauthenticated;
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return FaultKind::exhausted;
    case grpc::StatusCode::UNAVAILABLE:
      return FaultKind::unavailable;
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return FaultKind::deadline;
    case grpc::StatusCode::ABORTED:
      return FaultKind::in_doubt;
    case grpc::StatusCode::DATA_LOSS:
      return FaultKind::corrupt;
    default:
      return FaultKind::internal;
  }
}

// The node's message is a constant there but run-time text here, so it goes into `where`.
Fault fault_of(const grpc::Status& status, const grpc::ClientContext& context,
               const std::string& socket) {
  const auto& trailers = context.GetServerTrailingMetadata();
  const auto found = trailers.find(kProblem);
  v1::Problem problem;
  const bool answered =
      found != trailers.end() &&
      problem.ParseFromArray(found->second.data(), static_cast<int>(found->second.size()));
  const FaultKind kind = kind_of(status.error_code());
  if (!answered && kind == FaultKind::unavailable) {
    return {kind, "the node does not answer: is it running?", socket, nullptr};
  }
  std::string where = status.error_message();
  if (answered && !problem.where().empty()) where += " (" + problem.where() + ")";
  return {kind, "the node refused", std::move(where), nullptr};
}

}  // namespace

class Steward::Line {
 public:
  explicit Line(const std::string& socket) : socket_(socket) {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(kMostReplyBytes);
    stub_ = v1::StewardService::NewStub(
        grpc::CreateCustomChannel("unix:" + socket, grpc::InsecureChannelCredentials(), arguments));
  }

  template <class Response, class Request, class Method>
  Result<Response> ask(Method method, const Request& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kPatience);
    Response response;
    const grpc::Status status = ((*stub_).*method)(&context, request, &response);
    if (!status.ok()) return tl::unexpected<Fault>(fault_of(status, context, socket_));
    return response;
  }

 private:
  const std::string socket_;
  std::unique_ptr<v1::StewardService::Stub> stub_;
};

Steward::Steward(std::unique_ptr<Line> line) : line_(std::move(line)) {}
Steward::~Steward() = default;
Steward::Steward(Steward&&) noexcept = default;

Result<Steward> Steward::find(const Arguments& given) {
  std::string socket = given.one("socket");
  if (socket.empty()) {
    RELAIS_TRY(config, node_config(given));
    socket = config.steward.socket;
  }
  return Steward(std::make_unique<Line>(socket));
}

using Stub = v1::StewardService::Stub;

Result<v1::AccountingResponse> Steward::call(const v1::AccountingRequest& request) {
  return line_->ask<v1::AccountingResponse>(&Stub::Accounting, request);
}
Result<v1::SuspendAccountingResponse> Steward::call(const v1::SuspendAccountingRequest& request) {
  return line_->ask<v1::SuspendAccountingResponse>(&Stub::SuspendAccounting, request);
}
Result<v1::ExportResponse> Steward::call(const v1::ExportRequest& request) {
  return line_->ask<v1::ExportResponse>(&Stub::Export, request);
}
Result<v1::StatementResponse> Steward::call(const v1::StatementRequest& request) {
  return line_->ask<v1::StatementResponse>(&Stub::Statement, request);
}
Result<v1::ListOutboxResponse> Steward::call(const v1::ListOutboxRequest& request) {
  return line_->ask<v1::ListOutboxResponse>(&Stub::ListOutbox, request);
}
Result<v1::ListConsentsResponse> Steward::call(const v1::ListConsentsRequest& request) {
  return line_->ask<v1::ListConsentsResponse>(&Stub::ListConsents, request);
}
Result<v1::GrantConsentResponse> Steward::call(const v1::GrantConsentRequest& request) {
  return line_->ask<v1::GrantConsentResponse>(&Stub::GrantConsent, request);
}
Result<v1::RevokeConsentResponse> Steward::call(const v1::RevokeConsentRequest& request) {
  return line_->ask<v1::RevokeConsentResponse>(&Stub::RevokeConsent, request);
}
Result<v1::EraseResponse> Steward::call(const v1::EraseRequest& request) {
  return line_->ask<v1::EraseResponse>(&Stub::Erase, request);
}
Result<v1::ErasureStatusResponse> Steward::call(const v1::ErasureStatusRequest& request) {
  return line_->ask<v1::ErasureStatusResponse>(&Stub::ErasureStatus, request);
}
Result<v1::ListOverdueResponse> Steward::call(const v1::ListOverdueRequest& request) {
  return line_->ask<v1::ListOverdueResponse>(&Stub::ListOverdue, request);
}
Result<v1::ReconcileResponse> Steward::call(const v1::ReconcileRequest& request) {
  return line_->ask<v1::ReconcileResponse>(&Stub::Reconcile, request);
}
Result<v1::StatusResponse> Steward::call(const v1::StatusRequest& request) {
  return line_->ask<v1::StatusResponse>(&Stub::Status, request);
}
Result<v1::ActivateLawResponse> Steward::call(const v1::ActivateLawRequest& request) {
  return line_->ask<v1::ActivateLawResponse>(&Stub::ActivateLaw, request);
}
Result<v1::FetchDirectoryResponse> Steward::call(const v1::FetchDirectoryRequest& request) {
  return line_->ask<v1::FetchDirectoryResponse>(&Stub::FetchDirectory, request);
}

Parameter socket_option() {
  return option("socket", "the node's steward socket (default: the one of -c)");
}

}  // namespace relais::admin
