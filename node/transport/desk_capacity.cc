// SPDX-License-Identifier: Apache-2.0
// The desk's methods about room: the question and its answer.
#include "node/flow/capacity.h"
#include "node/transport/desk_serve.h"
#include "node/transport/wire.h"

namespace relais::transport {

grpc::ServerUnaryReactor* DeskService::AskCapacity(grpc::CallbackServerContext* context,
                                                   const v1::AskCapacityRequest* request,
                                                   v1::AskCapacityResponse* reply) {
  return serve(method("/relais.v1.DeskService/AskCapacity"), context, request, Stake::ordinary,
               [this, request, reply](const flow::Caller& caller) -> Result<void> {
                 const std::string& key = request->idempotency_key();
                 RELAIS_TRY_VOID(check_printable("idempotency_key", key));
                 RELAIS_TRY(asked, read(request->referral()));
                 RELAIS_TRY(submitted, flow::ask_capacity(line_, caller, key, std::move(asked)));
                 write_submitted(line_, submitted, *reply);
                 return {};
               });
}

grpc::ServerUnaryReactor* DeskService::AnswerCapacity(grpc::CallbackServerContext* context,
                                                      const v1::AnswerCapacityRequest* request,
                                                      v1::AnswerCapacityResponse* reply) {
  return serve(method("/relais.v1.DeskService/AnswerCapacity"), context, request, Stake::ordinary,
               [this, request, reply](const flow::Caller& caller) -> Result<void> {
                 RELAIS_TRY(id, read_referral_id(request->referral_id()));
                 RELAIS_TRY(opened, flow::answer_capacity(line_, caller, id, request->has_room()));
                 write(opened, *reply->mutable_referral());
                 return {};
               });
}

}  // namespace relais::transport
