// SPDX-License-Identifier: Apache-2.0
// What peers call. The caller is the agency whose TLS identity stands in the directory in force,
// looked up on every call: one that was suspended is refused on its next call, not on its next
// connection. Owned by the Server; gRPC calls it on its own threads.
#pragma once

#include "node/core/agency.h"
#include "node/core/ids.h"
#include "node/flow/line.h"
#include "node/transport/answer.h"
#include "node/transport/server.h"
#include "relais/v1/exchange.grpc.pb.h"

namespace relais::transport {

class ExchangeService final : public v1::ExchangeService::CallbackService {
 public:
  ExchangeService(Door door, const flow::Line& line, PeerOffice office)
      : door_(std::move(door)), line_(line), office_(std::move(office)) {}
  grpc::ServerUnaryReactor* Deliver(grpc::CallbackServerContext* context,
                                    const v1::DeliverRequest* request,
                                    v1::DeliverResponse* reply) override;
  grpc::ServerUnaryReactor* AddCheckpoint(grpc::CallbackServerContext* context,
                                          const v1::AddCheckpointRequest* request,
                                          v1::AddCheckpointResponse* reply) override;
  grpc::ServerUnaryReactor* ListPair(grpc::CallbackServerContext* context,
                                     const v1::ListPairRequest* request,
                                     v1::ListPairResponse* reply) override;
  grpc::ServerUnaryReactor* GetDirectory(grpc::CallbackServerContext* context,
                                         const v1::GetDirectoryRequest* request,
                                         v1::GetDirectoryResponse* reply) override;

 private:
  const Door door_;
  const flow::Line& line_;
  const PeerOffice office_;
};

// The agency whose TLS identity calls, under a key of its that counts now; `forbidden` with the
// same words for unknown, suspended, out of date and under another key, so that a stranger learns
// nothing of the directory.
Result<AgencyId> peer_of(const Directories& directories, Instant now, const Call& call);

}  // namespace relais::transport
