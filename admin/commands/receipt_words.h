// SPDX-License-Identifier: Apache-2.0
// What `receipt verify` says, in French and English, for somebody who is no specialist. Pure; any
// thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/ledger/checkpoint.h"
#include "node/ledger/record.h"

namespace relais::admin {

enum class Verdict {
  holds,
  no_receipt,     // the file is not one
  no_record,      // nor is the record's
  other_key,      // the keys given did not sign it
  false_witness,  // a witness of the policy is named, and did not sign it
  other_record,   // the record was changed, or is another one's
  unreadable,     // proven, but not a record this program knows
  not_witnessed,  // proven, and fewer witnesses than the policy asks
};

// A witness that signed: the policy's name for it, and the time it states.
struct WitnessWord {
  std::string name;
  uint64_t time_s = 0;
};

struct ReceiptReport {
  Verdict verdict = Verdict::no_receipt;
  uint64_t index = 0;
  ledger::Checkpoint checkpoint;
  ledger::SharedPart shared;
  ledger::PrivatePart privately;
  bool asked_for_witnesses = false;
  size_t witnesses_known = 0;
  std::vector<WitnessWord> witnesses;
};

std::string words_of(const ReceiptReport& report, bool french);
// A code, for --json: "holds", "other_key", …
std::string code_of(Verdict verdict);

// "2026-11-26T10:00:00Z"; a number of seconds beyond the calendar. A claim, so it may be any.
std::string utc_text(uint64_t seconds);

}  // namespace relais::admin
