// SPDX-License-Identifier: Apache-2.0
// Whether the appender may sign, and what it signs when nothing happens.
#include "node/storage/append_batch.h"
#include "node/storage/appender.h"

namespace relais::storage {

// The beat went by and nothing happened: leaves that say nothing. What goes wrong shows when
// something is to be recorded.
void Appender::cover() {
  const auto started = std::chrono::steady_clock::now();
  const auto outcome = commit({});
  if (!outcome && outcome.error().kind == FaultKind::corrupt) halted_ = true;
  if (outcome && settings_.observe) {
    settings_.observe({outcome->leaves, outcome->size, std::chrono::steady_clock::now() - started});
  }
}

Result<void> Appender::may_sign() const {
  if (halted_) return fail(FaultKind::corrupt, "the ledger does not verify");
  switch (signing_.load()) {
    case flow::Signing::allowed:
      return {};
    case flow::Signing::asking:
      return fail(FaultKind::unavailable, "the ledger's witnesses are being asked");
    case flow::Signing::contradicted:
      break;
    case flow::Signing::damaged:
      return fail(FaultKind::corrupt, "the ledger does not verify");
  }
  return fail(FaultKind::precondition, "a witness contradicts this ledger: nothing is signed");
}

void Appender::halt() {
  const std::scoped_lock lock(signs_);
  halted_ = true;
}

void Appender::sign(flow::Signing signing) {
  const std::scoped_lock lock(signs_);
  signing_ = signing;
}

}  // namespace relais::storage
