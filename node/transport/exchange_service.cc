// SPDX-License-Identifier: Apache-2.0
#include "node/transport/exchange_service.h"

#include "node/flow/receive.h"
#include "node/transport/tls.h"
#include "node/transport/wire_exchange.h"
#include "node/transport/wire_pair.h"

namespace relais::transport {

grpc::ServerUnaryReactor* ExchangeService::Deliver(grpc::CallbackServerContext* context,
                                                   const v1::DeliverRequest* request,
                                                   v1::DeliverResponse* reply) {
  return answer(door_, method("/relais.v1.ExchangeService/Deliver"), context, Stake::ordinary,
                [this, request, reply](const Call& call) -> Result<void> {
                  RELAIS_TRY(peer, peer_of(line_.directories, line_.clock.now(), call));
                  RELAIS_TRY(envelope, read(*request));
                  RELAIS_TRY(word, flow::receive(line_, peer, envelope));
                  write(word, *reply->mutable_acknowledgement());
                  return {};
                });
}

// Whose checkpoint it is, the checkpoint says: any peer of the directory may bring any log's.
grpc::ServerUnaryReactor* ExchangeService::AddCheckpoint(grpc::CallbackServerContext* context,
                                                         const v1::AddCheckpointRequest* request,
                                                         v1::AddCheckpointResponse* reply) {
  return answer(door_, method("/relais.v1.ExchangeService/AddCheckpoint"), context, Stake::ordinary,
                [this, request, reply](const Call& call) -> Result<void> {
                  RELAIS_TRY_VOID(peer_of(line_.directories, line_.clock.now(), call));
                  if (!office_.cosign) {
                    return fail(FaultKind::precondition, "this node is nobody's witness");
                  }
                  RELAIS_TRY(answered, office_.cosign(request->body()));
                  write(answered, *reply);
                  return {};
                });
}

// The pair is the caller's own: who calls stands in its certificate, and no field can say another.
grpc::ServerUnaryReactor* ExchangeService::ListPair(grpc::CallbackServerContext* context,
                                                    const v1::ListPairRequest* request,
                                                    v1::ListPairResponse* reply) {
  return answer(door_, method("/relais.v1.ExchangeService/ListPair"), context, Stake::ordinary,
                [this, request, reply](const Call& call) -> Result<void> {
                  RELAIS_TRY(peer, peer_of(line_.directories, line_.clock.now(), call));
                  RELAIS_TRY(question, read(*request));
                  if (!office_.pair) return fail(FaultKind::precondition, "no pairs are kept here");
                  RELAIS_TRY(page, office_.pair(peer, question));
                  write(page, *reply);
                  return {};
                });
}

grpc::ServerUnaryReactor* ExchangeService::GetDirectory(grpc::CallbackServerContext* context,
                                                        const v1::GetDirectoryRequest* request,
                                                        v1::GetDirectoryResponse* reply) {
  return answer(door_, method("/relais.v1.ExchangeService/GetDirectory"), context, Stake::ordinary,
                [this, request, reply](const Call& call) -> Result<void> {
                  RELAIS_TRY_VOID(peer_of(line_.directories, line_.clock.now(), call));
                  if (!office_.directory) {
                    return fail(FaultKind::precondition, "no directory is handed on here");
                  }
                  const auto directory = line_.directories.current();
                  if (request->known_version() >= directory->version) return {};
                  reply->set_note(office_.directory());
                  return {};
                });
}

Result<AgencyId> peer_of(const Directories& directories, Instant now, const Call& call) {
  const auto directory = directories.current();
  if (!directory) return fail(FaultKind::unavailable, "no directory is in force");
  const Agency* peer = directory->by_tls_identity(call.identity);
  if (peer == nullptr || !peer->current(now) ||
      !is_listed(peer->peer_address(now), call.certificate)) {
    return fail(FaultKind::forbidden, "not a peer of this node");
  }
  return peer->id;
}

}  // namespace relais::transport
