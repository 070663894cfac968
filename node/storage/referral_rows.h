// SPDX-License-Identifier: Apache-2.0
// How a referral's row becomes a StoredReferral, its body opened under the person's key. Inside
// storage only; pure, any thread.
#pragma once

#include <pqxx/pqxx>

#include "node/core/result.h"
#include "node/flow/ports.h"
#include "node/storage/keyring.h"

namespace relais::storage {

// The columns referral_of() reads, from r (referral) and p (person, left joined): kReferralColumns
// of them, first in the select list.
#define RELAIS_REFERRAL_COLUMNS                                                              \
  "r.id, r.received, r.disclosure, r.handle, r.person, r.counterpart, r.service, r.purpose," \
  " r.state, r.reason, r.delivery, r.ledger, r.index, r.attachments, r.created_ms,"          \
  " r.expires_ms, r.sequence_out, r.sequence_in, r.duty, r.body, p.reference_sealed,"        \
  " p.key_epoch, p.key_wrapped"
inline constexpr pqxx::row::size_type kReferralColumns = 23;
inline constexpr pqxx::row::size_type kReferralLedgerColumn = 11;

Result<flow::StoredReferral> referral_of(const pqxx::row& row, const Keyring& keyring);

// Attachments are codes, kept one a line.
std::string join_lines(const std::vector<std::string>& lines);

}  // namespace relais::storage
