// SPDX-License-Identifier: Apache-2.0
// The desk's methods about what is said after the request.
#include "node/flow/supply.h"
#include "node/transport/desk_serve.h"

namespace relais::transport {

grpc::ServerUnaryReactor* DeskService::PreviewItems(grpc::CallbackServerContext* context,
                                                    const v1::PreviewItemsRequest* request,
                                                    v1::PreviewItemsResponse* reply) {
  return serve(
      method("/relais.v1.DeskService/PreviewItems"), context, request, Stake::ordinary,
      [this, request, reply](const flow::Caller& caller) -> Result<void> {
        RELAIS_TRY(id, read_referral_id(request->referral_id()));
        RELAIS_TRY(supply, read(*request));
        RELAIS_TRY_VOID(check_received(door_, line_, caller.acting.role, id, {DeskRight::follow}));
        RELAIS_TRY(explained, flow::preview_supply(line_, caller, id, supply));
        write(line_.vocabulary, explained, *reply->mutable_decision());
        return {};
      });
}

grpc::ServerUnaryReactor* DeskService::SupplyItems(grpc::CallbackServerContext* context,
                                                   const v1::SupplyItemsRequest* request,
                                                   v1::SupplyItemsResponse* reply) {
  return serve(
      method("/relais.v1.DeskService/SupplyItems"), context, request, Stake::protective,
      [this, request, reply](const flow::Caller& caller) -> Result<void> {
        RELAIS_TRY(id, read_referral_id(request->referral_id()));
        RELAIS_TRY(supply, read(*request));
        RELAIS_TRY_VOID(check_received(door_, line_, caller.acting.role, id, {DeskRight::follow}));
        if (supply.confirmed) {
          RELAIS_TRY_VOID(check_right(door_, caller.acting.role, {DeskRight::duty}));
        }
        RELAIS_TRY(supplied, flow::supply(line_, caller, id, supply));
        write_submitted(line_, supplied, *reply);
        return {};
      });
}

}  // namespace relais::transport
