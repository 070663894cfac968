// SPDX-License-Identifier: Apache-2.0
// record  the Minimal becomes a durable ledger entry, a sealed body and an outbox row in ONE
// transaction.
//         Before commit: nothing happened. After: the outbox delivers later.
// recall  the only maker of a Disclosure: re-verifies commitment and inclusion proof from the
// stored
//         bytes, re-reads expiry and directory, and decides again under the law, the consent and
//         the person's rights of this moment. It runs before every attempt to deliver, on what the
//         outbox read just then.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "node/core/disclosure.h"
#include "node/core/minimal.h"
#include "node/flow/line.h"
#include "node/flow/question.h"
#include "node/flow/submit.h"
#include "node/ledger/exchange.h"

namespace relais::flow {

// What the entry says besides what the Minimal itself carries.
struct Recording {
  ledger::PrivatePart private_part;  // decision, facts, sentences; the sequence is the appender's
  std::vector<std::string> bases;    // data-protection bases of the release
  std::string secrecy_ground;        // id@date of the rule that lifted secrecy, or not_bound
  std::vector<std::string> origin_labels;
  std::string consent_ref;
  std::string trace_id;
  std::optional<Submission> submission;
  std::optional<ExpectedState> expected;
  StoredReferral referral;                     // its attachments are what travels
  std::shared_ptr<const Directory> directory;  // the one it was decided by
};

// The referral behind a stored one, as it is asked now: with the question's items and consent.
Referral referral_of(const Line& line, const StoredReferral& stored, const Question& question);

// What a decision says of itself, for the record; who asked and where it is kept is the caller's.
Recording recording_of(const Line& line, const Question& question, const Explained& explained,
                       const Person& person, const std::string& role);
Draft draft_disclosure(const Line& line, const Minimal& minimal, Recording recording);

using Recorded = std::variant<Appended, Stale, Existing, Moved>;
Result<Recorded> record(const Line& line, Minimal minimal, Recording recording);
// A Fault `unavailable` when the directory in force has expired, `corrupt` when stored bytes do not
// verify.
Result<Recalled> recall(const Line& line, const StoredDisclosure& stored);

// The part of an envelope its signature covers (docs/exchange-format.md).
ledger::SignedEnvelope signed_part(const Envelope& envelope);

}  // namespace relais::flow
