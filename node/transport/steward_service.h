// SPDX-License-Identifier: Apache-2.0
// What relaisctl calls over the unix socket: the permissions of the socket's folder are the lock,
// so whoever reaches it is the administrator. Owned by the Server; gRPC calls it on its own
// threads.
#pragma once

#include "node/flow/line.h"
#include "node/transport/answer.h"
#include "node/transport/server.h"
#include "relais/v1/steward.grpc.pb.h"

namespace relais::transport {

class StewardService final : public v1::StewardService::CallbackService {
 public:
  StewardService(Door door, const flow::Line& line, Office office);

  grpc::ServerUnaryReactor* Statement(grpc::CallbackServerContext* context,
                                      const v1::StatementRequest* request,
                                      v1::StatementResponse* reply) override;
  grpc::ServerUnaryReactor* Accounting(grpc::CallbackServerContext* context,
                                       const v1::AccountingRequest* request,
                                       v1::AccountingResponse* reply) override;
  grpc::ServerUnaryReactor* SuspendAccounting(grpc::CallbackServerContext* context,
                                              const v1::SuspendAccountingRequest* request,
                                              v1::SuspendAccountingResponse* reply) override;
  grpc::ServerUnaryReactor* Export(grpc::CallbackServerContext* context,
                                   const v1::ExportRequest* request,
                                   v1::ExportResponse* reply) override;
  grpc::ServerUnaryReactor* ListOutbox(grpc::CallbackServerContext* context,
                                       const v1::ListOutboxRequest* request,
                                       v1::ListOutboxResponse* reply) override;
  grpc::ServerUnaryReactor* ListConsents(grpc::CallbackServerContext* context,
                                         const v1::ListConsentsRequest* request,
                                         v1::ListConsentsResponse* reply) override;
  grpc::ServerUnaryReactor* GrantConsent(grpc::CallbackServerContext* context,
                                         const v1::GrantConsentRequest* request,
                                         v1::GrantConsentResponse* reply) override;
  grpc::ServerUnaryReactor* RevokeConsent(grpc::CallbackServerContext* context,
                                          const v1::RevokeConsentRequest* request,
                                          v1::RevokeConsentResponse* reply) override;
  grpc::ServerUnaryReactor* Erase(grpc::CallbackServerContext* context,
                                  const v1::EraseRequest* request,
                                  v1::EraseResponse* reply) override;
  grpc::ServerUnaryReactor* ErasureStatus(grpc::CallbackServerContext* context,
                                          const v1::ErasureStatusRequest* request,
                                          v1::ErasureStatusResponse* reply) override;
  grpc::ServerUnaryReactor* ListOverdue(grpc::CallbackServerContext* context,
                                        const v1::ListOverdueRequest* request,
                                        v1::ListOverdueResponse* reply) override;
  grpc::ServerUnaryReactor* Reconcile(grpc::CallbackServerContext* context,
                                      const v1::ReconcileRequest* request,
                                      v1::ReconcileResponse* reply) override;
  grpc::ServerUnaryReactor* Status(grpc::CallbackServerContext* context,
                                   const v1::StatusRequest* request,
                                   v1::StatusResponse* reply) override;
  grpc::ServerUnaryReactor* ActivateLaw(grpc::CallbackServerContext* context,
                                        const v1::ActivateLawRequest* request,
                                        v1::ActivateLawResponse* reply) override;
  grpc::ServerUnaryReactor* FetchDirectory(grpc::CallbackServerContext* context,
                                           const v1::FetchDirectoryRequest* request,
                                           v1::FetchDirectoryResponse* reply) override;

 private:
  const Door door_;
  const flow::Line& line_;
  const Office office_;
};

}  // namespace relais::transport
