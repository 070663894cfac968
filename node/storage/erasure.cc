// SPDX-License-Identifier: Apache-2.0
#include "node/storage/erasure.h"

#include <algorithm>
#include <utility>

#include "node/storage/notices.h"
#include "node/storage/sql_array.h"
#include "node/storage/transact.h"

namespace relais::storage {
namespace {

// In the order of ids, as the appender locks them.
const Statement kRows{"erasure_rows",
                      "SELECT id, last_seq, key_epoch FROM person WHERE id = ANY ($1::uuid[])"
                      " ORDER BY id FOR UPDATE"};
// What is leased may be on its way to a peer until the lease ends.
const Statement kLeases{"erasure_leases",
                        "SELECT coalesce(max(next_attempt_ms) FILTER (WHERE attempts > 0), 0)"
                        " FROM outbox WHERE status = 'queued' AND referral IN"
                        " (SELECT id FROM referral WHERE person = ANY ($1::uuid[]))"};
const Statement kOpen{
    "erasure_open",
    "INSERT INTO erasure (id, reference_hash, state, reason, entry, key_epoch,"
    " requested_ms, not_before_ms)"
    " VALUES ($1::uuid, nullif($2, ''::bytea), 'shred_requested', $3, $4::uuid, $5, $6, $7)"};
// Few rows, found by index: the appender may be waiting for the person's row.
const Statement kClose{
    "erasure_close",
    "WITH keys AS (INSERT INTO erasure_person (person, erasure, key_epoch, key_wrapped)"
    "  SELECT id, $2::uuid, key_epoch, key_wrapped FROM person WHERE id = ANY ($1::uuid[])),"
    " referrals AS (DELETE FROM referral WHERE person = ANY ($1::uuid[]) RETURNING id),"
    " messages AS (DELETE FROM outbox WHERE status = 'queued'"
    "  AND referral IN (SELECT id FROM referrals)),"
    " notices AS (DELETE FROM notice WHERE person = ANY ($1::uuid[]))"
    " UPDATE person SET key_epoch = NULL, key_wrapped = NULL WHERE id = ANY ($1::uuid[])"};
// Idempotency keys whose referral is gone: a digest of what was asked would outlive it.
const Statement kKeyless{"erasure_keyless",
                         "DELETE FROM submission s WHERE NOT EXISTS"
                         " (SELECT 1 FROM referral r WHERE r.id = s.referral)"};
const Statement kDestroy{
    "erasure_destroy",
    "WITH keys AS (DELETE FROM erasure_person WHERE erasure = $1::uuid RETURNING person),"
    " bodies AS (DELETE FROM body WHERE person IN (SELECT person FROM keys)),"
    " consents AS (DELETE FROM consent WHERE person IN (SELECT person FROM keys)),"
    " messages AS (DELETE FROM outbox WHERE person IN (SELECT person FROM keys)),"
    " rows AS (DELETE FROM person WHERE id IN (SELECT person FROM keys))"
    " INSERT INTO erased_person (person) SELECT person FROM keys ON CONFLICT DO NOTHING"};
const Statement kShredded{"erasure_shredded",
                          "UPDATE erasure SET state = 'shredded', shredded_ms = $2"
                          " WHERE id = $1::uuid AND state = 'shred_requested'"};

// True when every row is there, open, and as it was when its entries were read.
bool unmoved(const pqxx::result& rows, const std::vector<flow::ErasureRow>& wanted) {
  if (static_cast<size_t>(rows.size()) != wanted.size()) return false;
  return std::all_of(rows.begin(), rows.end(), [&](const pqxx::row& row) {
    const auto id = row[0].as<std::string>();
    const auto same = [&](const flow::ErasureRow& one) {
      return one.person.text() == id && one.last_seq == row[1].as<uint64_t>();
    };
    return !row[2].is_null() && std::any_of(wanted.begin(), wanted.end(), same);
  });
}

int32_t newest_epoch(const pqxx::result& rows) {
  int32_t newest = 0;
  for (const auto& row : rows) newest = std::max(newest, row[2].as<int32_t>());
  return newest;
}

}  // namespace

Result<bool> ErasureStore::request(const flow::ErasureRequest& request) {
  SqlArray ids;
  for (const flow::ErasureRow& row : request.rows) ids.add(row.person.text());
  Bytes hash;
  if (!request.reference.empty()) hash = Bytes(view(keyring_.lookup(request.reference)));
  return transact(pool_, [&](Work& work) -> Result<bool> {
    const pqxx::result rows = run(work, kRows, ids.done());
    if (!unmoved(rows, request.rows)) return false;
    const auto leased = run(work, kLeases, ids.done())[0][0].as<int64_t>();
    run(work, kOpen, request.id.text(), bytea(hash), request.reason, request.entry.text(),
        newest_epoch(rows), unix_ms(request.requested), leased);
    run(work, kClose, ids.done(), request.id.text());
    Pipeline notices;
    add_notices(notices, request.notices, request.id.text());
    notices.send(work);
    return true;
  });
}

Result<void> ErasureStore::destroy(const ErasureId& id) {
  return transact(pool_, [&](Work& work) -> Result<void> {
    work.exec(kUnhurried);
    run(work, kDestroy, text(id.text()));
    run(work, kKeyless);
    return {};
  });
}

Result<void> ErasureStore::shredded(const ErasureId& id, Instant at) {
  return transact(pool_, [&](Work& work) -> Result<void> {
    run(work, kShredded, text(id.text()), unix_ms(at));
    return {};
  });
}

}  // namespace relais::storage
