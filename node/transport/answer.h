// SPDX-License-Identifier: Apache-2.0
// answer: the one adapter between a gRPC call and a verb. It admits (deadline, surface, identity),
// seats the blocking part on the desk so that the reaction itself never blocks (a blocked callback
// thread starves gRPC 1.51's polling), turns a Fault into a status with constant words, and is the
// one place in this room that catches exceptions. Handlers never call out: bounded pools that call
// each other deadlock a federation. Thread-safe; Doors live as long as their server.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "node/core/result.h"
#include "node/transport/desk.h"
#include "node/transport/methods.h"
#include "node/transport/observer.h"

namespace relais::transport {

// What a handler may know of its call.
struct Call {
  std::string identity;  // URI SAN of the verified client certificate; "steward" on the unix socket
  std::string trace_id;  // W3C trace id, 32 hex digits; empty when none was sent
  std::string certificate{};  // of a peer, PEM
};

// One server's way in.
struct Door {
  Surface surface;
  Desk& desk;
  Observer& observer;
  // Whom to telephone when a call about a protective duty fails here; nullptr where unknown.
  std::function<const char*()> telephone_route;
  // How the identity of every agency of the federation begins; none of them is a desk's.
  std::string agency_prefix{};
  // In whose queue a caller waits; one queue for everybody where it is empty.
  std::function<std::string(const Call& call)> queue_of{};
  // Of the desk: what each role may. One that is not here may nothing.
  std::map<std::string, DeskRights> roles{};
};

// Whether a failure must show the telephone route.
enum class Stake { ordinary, protective };

using Handle = std::function<Result<void>(const Call&)>;

// Longest deadline a unary call may carry.
inline constexpr std::chrono::seconds kLongestCall{30};
// Trailing metadata that holds a serialised relais.v1.Problem.
inline constexpr const char* kProblemHeader = "relais-problem-bin";

// Runs `handle` on the door's desk and finishes the call with what came of it. `handle` may refer
// to the call's request and reply: gRPC keeps both until the reactor is done.
grpc::ServerUnaryReactor* answer(const Door& door, const Method& method,
                                 grpc::CallbackServerContext* context, Stake stake, Handle handle);

// The call may go on: `invalid` without a deadline or with one beyond `longest`, `forbidden` on
// another surface than the method's, `unauthenticated` unless the certificate names exactly one
// URI.
enum class DeadlineRule { at_most_30_s, any };
Result<Call> admit(const Door& door, const Method& method,
                   const grpc::CallbackServerContext& context, DeadlineRule rule);

// Runs `handle`; an exception becomes `internal` and its text, which may hold a value, is dropped.
Result<void> guarded(const Handle& handle, const Call& call);

// The fault's status; adds its Problem to the trailing metadata of `context`.
grpc::Status status_of(const Fault& fault, grpc::CallbackServerContext& context);
grpc::StatusCode code_of(FaultKind kind);
std::string_view name_of(FaultKind kind);
std::string_view name_of(grpc::StatusCode code);

// The trace id of a `traceparent` header (W3C Trace Context, level 1); empty when it is not one.
std::string trace_id_of(std::string_view traceparent);

}  // namespace relais::transport
