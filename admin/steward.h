// SPDX-License-Identifier: Apache-2.0
// The way to the running node: its steward socket. One call at a time, with a deadline; gRPC stays
// in the .cc. Owned by a command; one thread.
#pragma once

#include <memory>
#include <string>

#include "admin/command.h"
#include "node/core/result.h"
#include "relais/v1/steward.pb.h"

namespace relais::admin {

class Steward {
 public:
  // The socket of --socket, else of the node.toml of -c. Opens nothing yet.
  static Result<Steward> find(const Arguments& given);
  ~Steward();
  Steward(Steward&&) noexcept;

  // `unavailable` when nothing listens there; else the node's own fault, with its `where`.
  Result<v1::StatementResponse> call(const v1::StatementRequest& request);
  Result<v1::AccountingResponse> call(const v1::AccountingRequest& request);
  Result<v1::SuspendAccountingResponse> call(const v1::SuspendAccountingRequest& request);
  Result<v1::ExportResponse> call(const v1::ExportRequest& request);
  Result<v1::ListOutboxResponse> call(const v1::ListOutboxRequest& request);
  Result<v1::ListConsentsResponse> call(const v1::ListConsentsRequest& request);
  Result<v1::GrantConsentResponse> call(const v1::GrantConsentRequest& request);
  Result<v1::RevokeConsentResponse> call(const v1::RevokeConsentRequest& request);
  Result<v1::EraseResponse> call(const v1::EraseRequest& request);
  Result<v1::ErasureStatusResponse> call(const v1::ErasureStatusRequest& request);
  Result<v1::ListOverdueResponse> call(const v1::ListOverdueRequest& request);
  Result<v1::ReconcileResponse> call(const v1::ReconcileRequest& request);
  Result<v1::StatusResponse> call(const v1::StatusRequest& request);
  Result<v1::ActivateLawResponse> call(const v1::ActivateLawRequest& request);
  Result<v1::FetchDirectoryResponse> call(const v1::FetchDirectoryRequest& request);

 private:
  class Line;
  explicit Steward(std::unique_ptr<Line> line);
  std::unique_ptr<Line> line_;
};

Parameter socket_option();

}  // namespace relais::admin
