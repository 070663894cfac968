// SPDX-License-Identifier: Apache-2.0
#include "node/transport/answer.h"

#include <array>
#include <utility>

#include "relais/v1/desk.pb.h"

namespace relais::transport {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

struct KindRow {
  FaultKind kind;
  grpc::StatusCode code;
  std::string_view name;
};

// The one table from kinds to gRPC codes.
constexpr std::array kKinds{
    KindRow{FaultKind::invalid, grpc::StatusCode::INVALID_ARGUMENT, "invalid"},
    KindRow{FaultKind::not_found, grpc::StatusCode::NOT_FOUND, "not_found"},
    KindRow{FaultKind::already_exists, grpc::StatusCode::ALREADY_EXISTS, "already_exists"},
    KindRow{FaultKind::precondition, grpc::StatusCode::FAILED_PRECONDITION, "precondition"},
    KindRow{FaultKind::unauthenticated, grpc::StatusCode::UNAUTHENTICATED, "unauthenticated"},
    KindRow{FaultKind::forbidden, grpc::StatusCode::PERMISSION_DENIED, "forbidden"},
    KindRow{FaultKind::exhausted, grpc::StatusCode::RESOURCE_EXHAUSTED, "exhausted"},
    KindRow{FaultKind::unavailable, grpc::StatusCode::UNAVAILABLE, "unavailable"},
    KindRow{FaultKind::deadline, grpc::StatusCode::DEADLINE_EXCEEDED, "deadline"},
    // The caller asks again with the same idempotency key and learns which it was.
    KindRow{FaultKind::in_doubt, grpc::StatusCode::ABORTED, "in_doubt"},
    KindRow{FaultKind::corrupt, grpc::StatusCode::DATA_LOSS, "corrupt"},
    KindRow{FaultKind::internal, grpc::StatusCode::INTERNAL, "internal"},
};

constexpr bool in_order() {
  for (size_t i = 0; i < kKinds.size(); ++i) {
    if (static_cast<size_t>(kKinds[i].kind) != i) return false;
  }
  return kKinds.size() == static_cast<size_t>(FaultKind::internal) + 1;
}
static_assert(in_order(), "every FaultKind has its row, in the enum's order");

const KindRow& row_of(FaultKind kind) { return kKinds.at(static_cast<size_t>(kind)); }

bool is_lower_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string trace_of(const grpc::CallbackServerContext& context) {
  const auto found = context.client_metadata().find("traceparent");
  if (found == context.client_metadata().end()) return {};
  return trace_id_of({found->second.data(), found->second.size()});
}

// The one URI the verified certificate names. Several URIs would let a holder choose who to be.
Result<std::string> identity_of(const grpc::CallbackServerContext& context) {
  const auto auth = context.auth_context();
  if (!auth || !auth->IsPeerAuthenticated()) {
    return fail(FaultKind::unauthenticated, "no verified client certificate");
  }
  const auto names = auth->FindPropertyValues(GRPC_PEER_URI_PROPERTY_NAME);
  if (names.size() != 1 || names[0].empty()) {
    return fail(FaultKind::unauthenticated, "the certificate must name exactly one URI");
  }
  return std::string(names[0].data(), names[0].size());
}

// Which of its keys a peer holds: the directory may say which ones count.
std::string certificate_of(const grpc::CallbackServerContext& context) {
  const auto found = context.auth_context()->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  return found.size() == 1 ? std::string(found[0].data(), found[0].size()) : std::string();
}

Result<void> check_deadline(const grpc::CallbackServerContext& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) {
    return fail(FaultKind::invalid, "a call carries a deadline", "deadline");
  }
  // The header's units round up, so a caller's 30 s may arrive as a little more.
  constexpr std::chrono::milliseconds kRounding{500};
  if (deadline > std::chrono::system_clock::now() + kLongestCall + kRounding) {
    return fail(FaultKind::invalid, "a deadline is at most 30 s", "deadline");
  }
  return {};
}

// The node could not do its part, as opposed to a caller who asked for what cannot be.
bool machinery_failed(const Fault& fault) {
  return fault.retryable() || fault.kind == FaultKind::in_doubt ||
         fault.kind == FaultKind::corrupt || fault.kind == FaultKind::internal;
}

// Everything needed to finish one unary call, on whatever thread.
struct Ending {
  const Door& door;
  Method method;
  grpc::CallbackServerContext* context;
  grpc::ServerUnaryReactor* reactor;
  Stake stake;
  SteadyTime arrived;

  void finish(Result<void> outcome, const std::string& trace_id) const {
    if (!outcome && stake == Stake::protective && outcome.error().telephone_route == nullptr &&
        machinery_failed(outcome.error())) {
      outcome.error().telephone_route = door.telephone_route();
    }
    const grpc::Status status = outcome ? grpc::Status::OK : status_of(outcome.error(), *context);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - arrived;
    // Told before Finish: afterwards the context may be gone.
    door.observer.answered({method.path, name_of(status.error_code()),
                            outcome ? std::string_view{} : outcome.error().message.view(), trace_id,
                            took.count()});
    reactor->Finish(status);
  }
};

Result<void> still_wanted(const grpc::CallbackServerContext& context) {
  if (context.deadline() <= std::chrono::system_clock::now()) {
    return fail(FaultKind::deadline, "the time given ran out before the call's turn");
  }
  if (context.IsCancelled()) {
    return fail(FaultKind::deadline, "the caller went away before the call's turn");
  }
  return {};
}

}  // namespace

grpc::ServerUnaryReactor* answer(const Door& door, const Method& method,
                                 grpc::CallbackServerContext* context, Stake stake, Handle handle) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const Ending ending{door, method, context, reactor, stake, std::chrono::steady_clock::now()};
  auto call = admit(door, method, *context, DeadlineRule::at_most_30_s);
  if (!call) {
    ending.finish(tl::unexpected(call.error()), {});
    return reactor;
  }
  const std::string queue = door.queue_of ? door.queue_of(*call) : std::string();
  const Seat seat = door.desk.seat(queue, [ending, call = *call, handle = std::move(handle)] {
    auto outcome = still_wanted(*ending.context);
    if (outcome) outcome = guarded(handle, call);
    ending.finish(outcome, call.trace_id);
  });
  if (seat == Seat::full) {
    ending.finish(fail(FaultKind::exhausted, "the node is busy; try again later"), call->trace_id);
  }
  if (seat == Seat::too_fast) {
    ending.finish(fail(FaultKind::exhausted, "too many calls a second from this peer; try later"),
                  call->trace_id);
  }
  return reactor;
}

Result<Call> admit(const Door& door, const Method& method,
                   const grpc::CallbackServerContext& context, DeadlineRule rule) {
  if (!authorised(method.path, door.surface)) {
    return fail(FaultKind::forbidden, "not on this surface");
  }
  Call call{"steward", trace_of(context)};
  if (door.surface != Surface::steward) {
    RELAIS_TRY(identity, identity_of(context));
    call.identity = std::move(identity);
  }
  if (door.surface == Surface::exchange) call.certificate = certificate_of(context);
  // Should the desk's authority ever be the federation's by mistake, no peer becomes a desk by it.
  if (door.surface == Surface::desk && !door.agency_prefix.empty() &&
      call.identity.starts_with(door.agency_prefix)) {
    return fail(FaultKind::forbidden, "an agency's certificate is not a desk's");
  }
  if (rule == DeadlineRule::at_most_30_s) RELAIS_TRY_VOID(check_deadline(context));
  return call;
}

Result<void> guarded(const Handle& handle, const Call& call) {
  try {
    return handle(call);
  } catch (...) {
    return fail(FaultKind::internal, "a defect in this node");
  }
}

grpc::Status status_of(const Fault& fault, grpc::CallbackServerContext& context) {
  v1::Problem problem;
  problem.set_kind(std::string(name_of(fault.kind)));
  problem.set_where(fault.where);
  problem.set_retryable(fault.retryable());
  if (fault.telephone_route != nullptr) problem.set_telephone_route(fault.telephone_route);
  context.AddTrailingMetadata(kProblemHeader, problem.SerializeAsString());
  return {code_of(fault.kind), std::string(fault.message.view())};
}

grpc::StatusCode code_of(FaultKind kind) { return row_of(kind).code; }
std::string_view name_of(FaultKind kind) { return row_of(kind).name; }

std::string_view name_of(grpc::StatusCode code) {
  constexpr std::array<std::string_view, 17> kNames{"OK",
                                                    "CANCELLED",
                                                    "UNKNOWN",
                                                    "INVALID_ARGUMENT",
                                                    "DEADLINE_EXCEEDED",
                                                    "NOT_FOUND",
                                                    "ALREADY_EXISTS",
                                                    "PERMISSION_DENIED",
                                                    "RESOURCE_EXHAUSTED",
                                                    "FAILED_PRECONDITION",
                                                    "ABORTED",
                                                    "OUT_OF_RANGE",
                                                    "UNIMPLEMENTED",
                                                    "INTERNAL",
                                                    "UNAVAILABLE",
                                                    "DATA_LOSS",
                                                    "UNAUTHENTICATED"};
  const auto index = static_cast<size_t>(code);
  return index < kNames.size() ? kNames.at(index) : "UNKNOWN";
}

std::string trace_id_of(std::string_view traceparent) {
  // 00-<32 hex>-<16 hex>-<2 hex>
  if (traceparent.size() != 55) return {};
  if (traceparent[2] != '-' || traceparent[35] != '-' || traceparent[52] != '-') return {};
  const std::string_view version = traceparent.substr(0, 2);
  const std::string_view trace = traceparent.substr(3, 32);
  const std::string_view parent = traceparent.substr(36, 16);
  if (!is_lower_hex(version) || !is_lower_hex(trace) || !is_lower_hex(parent)) return {};
  if (version == "ff" || trace.find_first_not_of('0') == std::string_view::npos) return {};
  if (parent.find_first_not_of('0') == std::string_view::npos) return {};
  return std::string(trace);
}

}  // namespace relais::transport
