// SPDX-License-Identifier: Apache-2.0
// record and recall: the two makers of a Disclosure (node/core/disclosure.h).
//
// record  appends the entry, the sealed body and the outbox row in ONE transaction and waits for COMMIT.
//         Before commit: nothing happened. After: the outbox delivers later.
// recall  re-verifies commitment and inclusion proof from the stored bytes, re-reads expiry and
//         directory, and decides again if the person's epoch moved. It runs before every attempt.
#pragma once

#include <optional>
#include <string>

#include "node/core/disclosure.h"
#include "node/flow/line.h"
#include "node/flow/submit.h"

namespace relais::flow {

// What the entry says besides what the Minimal itself carries.
struct Recording {
  ledger::PrivatePart private_part;         // decision, facts, sentences; the sequence is the appender's
  std::vector<std::string> origin_labels;
  std::string consent_ref;
  std::string trace_id;
  std::optional<Submission> submission;
  StoredReferral referral;
};

Result<Recorded> record(const Line& line, Minimal minimal, Recording recording);
Result<Recalled> recall(const Line& line, const DisclosureId& id);

}  // namespace relais::flow
