// SPDX-License-Identifier: Apache-2.0
#include "node/transport/exchange_service.h"

#include "node/flow/receive.h"
#include "node/transport/wire_exchange.h"

namespace relais::transport {

grpc::ServerUnaryReactor* ExchangeService::Deliver(grpc::CallbackServerContext* context,
                                                   const v1::DeliverRequest* request,
                                                   v1::DeliverResponse* reply) {
  return answer(door_, method("/relais.v1.ExchangeService/Deliver"), context, Stake::ordinary,
                [this, request, reply](const Call& call) -> Result<void> {
                  RELAIS_TRY(peer, peer_of(line_.directories, line_.clock.now(), call.identity));
                  RELAIS_TRY(envelope, read(*request));
                  RELAIS_TRY(word, flow::receive(line_, peer, envelope));
                  write(word, *reply->mutable_acknowledgement());
                  return {};
                });
}

Result<AgencyId> peer_of(const Directories& directories, Instant now, const std::string& identity) {
  const auto directory = directories.current();
  if (!directory) return fail(FaultKind::unavailable, "no directory is in force");
  const Agency* peer = directory->by_tls_identity(identity);
  if (peer == nullptr || !peer->current(now)) {
    return fail(FaultKind::forbidden, "not a peer of this node");
  }
  return peer->id;
}

}  // namespace relais::transport
