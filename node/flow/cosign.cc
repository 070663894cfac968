// SPDX-License-Identifier: Apache-2.0
#include "node/flow/cosign.h"

#include "node/core/step.h"
#include "node/flow/checkpoints.h"
#include "node/flow/ledger_keys.h"

namespace relais::flow {
namespace {

using ledger::WitnessAnswer;

ledger::WitnessReply reply_with(const WitnessDesk& desk, WitnessAnswer answer) {
  desk.observer.asked(answer);
  return {static_cast<uint16_t>(answer)};
}

// And with it the largest that came with a message, where it is larger.
Result<void> add_cosignature(const WitnessDesk& desk, const ledger::AddCheckpoint& request,
                             const std::string& origin, uint64_t size,
                             ledger::WitnessReply& reply) {
  const auto now_s = static_cast<uint64_t>(unix_ms(desk.clock.now()) / 1000);
  RELAIS_TRY(line, ledger::cosignature_line(request, *desk.signer, now_s));
  reply.lines = std::move(line);
  auto largest = desk.checkpoints.largest(origin);
  if (largest && largest->tree.size > size) reply.held = std::move(largest->note);
  return {};
}

}  // namespace

std::optional<ledger::VerifierKey> log_of(const Directory& directory, const std::string& origin,
                                          Instant now) {
  for (const Agency& agency : directory.agencies) {
    if (!agency.current(now)) continue;
    if (auto key = ledger_key_of(agency, origin, now)) return key;
  }
  return std::nullopt;
}

Result<ledger::WitnessReply> cosign(const WitnessDesk& desk, std::string_view body) {
  if (desk.signer == nullptr) {
    return fail(FaultKind::precondition, "this node is nobody's witness");
  }
  const auto request = ledger::parse_add_checkpoint(body);
  const auto origin =
      request ? ledger::origin_of(*request) : fail(FaultKind::invalid, "not a checkpoint");
  if (!origin) return reply_with(desk, WitnessAnswer::malformed);
  const auto directory = desk.directories.current();
  if (!directory) return fail(FaultKind::unavailable, "no directory is in force");
  const auto log = log_of(*directory, *origin, desk.clock.now());
  if (!log) return reply_with(desk, WitnessAnswer::unknown_log);
  const auto came = desk.checkpoints.came(*origin);
  RELAIS_TRY(judged, desk.book.see(*request, *log, came));
  if (judged.taken) desk.checkpoints.taken(*origin, came->tree);
  at_step("cosign.after_see");
  const ledger::WitnessJudgement& judgement = judged.judgement;
  if (judgement.alarm != ledger::WitnessAlarm::none) {
    desk.observer.alarmed(*origin, judgement.alarm);
  }
  ledger::WitnessReply reply = reply_with(desk, judgement.answer);
  reply.known = judged.before.size;
  reply.held = std::move(judged.held);
  if (judgement.answer == WitnessAnswer::cosign) {
    RELAIS_TRY_VOID(add_cosignature(desk, *request, *origin, judgement.next.size, reply));
  }
  return reply;
}

}  // namespace relais::flow
