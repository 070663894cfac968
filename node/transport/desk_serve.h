// SPDX-License-Identifier: Apache-2.0
// How every unary method of the desk begins, and what those that decide answer alike. For the files
// in which DeskService's methods stand.
#pragma once

#include "node/transport/desk_service.h"
#include "node/transport/wire_desk.h"
#include "node/transport/wire_reply.h"

namespace relais::transport {

template <class Request, class Act>
grpc::ServerUnaryReactor* DeskService::serve(const Method& method,
                                             grpc::CallbackServerContext* context,
                                             const Request* request, Stake stake, Act act) {
  return answer(door_, method, context, stake,
                [this, method, request, act](const Call& call) -> Result<void> {
                  RELAIS_TRY(caller, caller_of(door_, line_, method, call, request->acting()));
                  return act(caller);
                });
}

// The parts that submit, answer, confirm and supply answer alike.
template <class Reply>
void write_submitted(const flow::Line& line, const flow::Submitted& submitted, Reply& reply) {
  write(submitted.referral, *reply.mutable_referral());
  write(line.vocabulary, submitted.explained, *reply.mutable_decision());
}

}  // namespace relais::transport
