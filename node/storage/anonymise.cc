// SPDX-License-Identifier: Apache-2.0
// Referrals that have long ended: what is left of them is about nobody.
#include "node/flow/payload.h"
#include "node/storage/referrals.h"
#include "node/storage/sealed.h"
#include "node/storage/sql_array.h"
#include "node/storage/transact.h"

namespace relais::storage {
namespace {

const Statement kEnded{"referral_ended",
                       "SELECT r.id, r.received FROM referral r"
                       " WHERE r.created_ms < $1 AND r.state = ANY ($2::text[])"
                       " AND r.person IS NOT NULL AND NOT r.duty"
                       " AND NOT EXISTS (SELECT 1 FROM outbox o"
                       "  WHERE o.referral = r.id AND o.status = 'queued')"
                       " ORDER BY r.created_ms LIMIT $3 FOR UPDATE OF r SKIP LOCKED"};
// A digest of what was asked would outlive it in the idempotency keys.
const Statement kAnonymise{
    "referral_anonymise",
    "WITH keys AS (DELETE FROM submission WHERE referral = ANY ($1::uuid[]))"
    " UPDATE referral r SET person = NULL, disclosure = NULL, handle = '', attachments = '',"
    "  body = u.body"
    " FROM unnest($1::uuid[], $2::bytea[]) AS u (id, body) WHERE r.id = u.id"};

}  // namespace

Result<size_t> ReferralStore::anonymise(Instant made_before, const std::vector<std::string>& states,
                                        int limit) {
  SqlArray ended;
  for (const std::string& state : states) ended.add(state);
  return transact(pool_, [&](Work& work) -> Result<size_t> {
    SqlArray ids, bodies;
    for (const auto& row : run(work, kEnded, unix_ms(made_before), ended.done(), limit)) {
      const ReferralId id(row[0].as<std::string>());
      const bool received = row[1].as<bool>();
      ids.add(id.text());
      bodies.add_bytes(keyring_.seal(keyring_.agency_key(), referral_bound_to(id),
                                     received ? flow::encode_items({}) : flow::encode_request({})));
    }
    if (!ids.empty()) run(work, kAnonymise, ids.done(), bodies.done());
    return ids.count();
  });
}

}  // namespace relais::storage
