// SPDX-License-Identifier: Apache-2.0
// The desk's methods about what is said after the request.
#include "node/flow/supply.h"
#include "node/transport/desk_caller.h"
#include "node/transport/desk_service.h"

namespace relais::transport {

grpc::ServerUnaryReactor* DeskService::PreviewItems(grpc::CallbackServerContext* context,
                                                    const v1::PreviewItemsRequest* request,
                                                    v1::PreviewItemsResponse* reply) {
  return answer(door_, method("/relais.v1.DeskService/PreviewItems"), context, Stake::ordinary,
                [this, request, reply](const Call& call) -> Result<void> {
                  RELAIS_TRY(caller, caller_of(line_, call, request->acting()));
                  RELAIS_TRY(id, read_referral_id(request->referral_id()));
                  RELAIS_TRY(supply, read(*request));
                  RELAIS_TRY(explained, flow::preview_supply(line_, caller, id, supply));
                  write(line_.vocabulary, explained, *reply->mutable_decision());
                  return {};
                });
}

grpc::ServerUnaryReactor* DeskService::SupplyItems(grpc::CallbackServerContext* context,
                                                   const v1::SupplyItemsRequest* request,
                                                   v1::SupplyItemsResponse* reply) {
  return answer(door_, method("/relais.v1.DeskService/SupplyItems"), context, Stake::protective,
                [this, request, reply](const Call& call) -> Result<void> {
                  RELAIS_TRY(caller, caller_of(line_, call, request->acting()));
                  RELAIS_TRY(id, read_referral_id(request->referral_id()));
                  RELAIS_TRY(supply, read(*request));
                  RELAIS_TRY(supplied, flow::supply(line_, caller, id, supply));
                  write_submitted(line_, supplied, *reply);
                  return {};
                });
}

}  // namespace relais::transport
