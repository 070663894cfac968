// SPDX-License-Identifier: Apache-2.0
// What every method of the desk begins with, who acts, and what those that decide answer alike.
#pragma once

#include "node/flow/question.h"
#include "node/transport/answer.h"
#include "node/transport/wire_desk.h"
#include "node/transport/wire_reply.h"

namespace relais::transport {

// Whoever acts has a role of the register, also to read: what an inbox holds is about people.
inline Result<flow::Caller> caller_of(const flow::Line& line, const Call& call,
                                      const v1::ActingProfessional& acting) {
  RELAIS_TRY(professional, read(acting));
  RELAIS_TRY_VOID(flow::check_role(line, professional.role));
  return flow::Caller{call.identity, std::move(professional), call.trace_id};
}

// The parts that submit, answer, confirm and supply answer alike.
template <class Reply>
void write_submitted(const flow::Line& line, const flow::Submitted& submitted, Reply& reply) {
  write(submitted.referral, *reply.mutable_referral());
  write(line.vocabulary, submitted.explained, *reply.mutable_decision());
}

}  // namespace relais::transport
