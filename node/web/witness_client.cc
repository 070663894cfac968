// SPDX-License-Identifier: Apache-2.0
#include "node/web/witness_client.h"

#include <string>

#include "node/ledger/encoding.h"
#include "node/web/transfer.h"

namespace relais::web {
namespace {

constexpr long kConflict = 409;

}  // namespace

Result<ledger::WitnessReply> WitnessClient::add_checkpoint(const std::string& url,
                                                           const Bytes& body) {
  std::string place = url;
  while (place.ends_with('/')) place.pop_back();
  RELAIS_TRY(answer, transfer({place + "/add-checkpoint", body}));
  if (answer.status == 429 || answer.status >= 500) {
    return fail(FaultKind::unavailable, "the witness is busy", url);
  }
  ledger::WitnessReply reply;
  reply.status = static_cast<uint16_t>(answer.status);
  if (answer.status == kConflict) {
    if (answer.body.ends_with('\n')) answer.body.pop_back();
    const auto known = ledger::from_decimal(answer.body);
    if (!known) return fail(FaultKind::invalid, "a conflict without a size", url);
    reply.known = *known;
  } else {
    reply.lines = std::move(answer.body);
  }
  return reply;
}

}  // namespace relais::web
