// SPDX-License-Identifier: Apache-2.0
#include "node/web/witness_page.h"

#include <memory>
#include <string>

#include "node/web/pace.h"

namespace relais::web {
namespace {

using ledger::WitnessAnswer;

constexpr Constant kText = "text/plain; charset=utf-8";

Response later(unsigned status, std::string text) {
  Response response{status, kText, std::move(text)};
  response.retry_after_s = 1;
  return response;
}

Response page_of(const ledger::WitnessReply& reply) {
  switch (static_cast<WitnessAnswer>(reply.status)) {
    case WitnessAnswer::cosign:
      return {200, kText, reply.lines};
    case WitnessAnswer::conflict:
      return {409, "text/x.tlog.size", std::to_string(reply.known) + "\n"};
    case WitnessAnswer::not_signed:
      return {403, kText, "not signed by the key known for this log\n"};
    case WitnessAnswer::unknown_log:
      return {404, kText, "this log is not known here\n"};
    case WitnessAnswer::inconsistent:
      return {422, kText, "the proof does not lead from what was cosigned to this checkpoint\n"};
    case WitnessAnswer::malformed:
      break;
  }
  return {400, kText, "not an add-checkpoint request\n"};
}

}  // namespace

Inlets witness_page(Cosign cosign, unsigned per_second) {
  const auto pace = std::make_shared<Pace>(per_second);
  Inlets inlets;
  inlets["/add-checkpoint"] = [pace, cosign = std::move(cosign)](std::string_view body) {
    if (!pace->take()) return later(429, "too many requests\n");
    const auto reply = cosign(body);
    if (reply) return page_of(*reply);
    if (reply.error().retryable()) return later(503, "try again\n");
    return Response{500, kText, "this cannot be answered\n"};
  };
  return inlets;
}

}  // namespace relais::web
