// SPDX-License-Identifier: Apache-2.0
// The reading half: erasures as they stand, and an entry about nobody.
#include <utility>

#include "node/storage/account_rows.h"
#include "node/storage/erasure.h"
#include "node/storage/notices.h"
#include "node/storage/transact.h"

namespace relais::storage {
namespace {

#define RELAIS_SELECT_ERASURE                                                 \
  "SELECT id, state, reason, entry, requested_ms, not_before_ms <= now_ms()," \
  " shredded_ms, complete_ms FROM erasure "
const Statement kUnfinished{"erasure_unfinished", RELAIS_SELECT_ERASURE
                            "WHERE state <> 'shredded'"
                            " ORDER BY requested_ms, id"};
const Statement kById{"erasure_by_id", RELAIS_SELECT_ERASURE "WHERE id = $1::uuid"};
const Statement kByReference{"erasure_by_reference", RELAIS_SELECT_ERASURE
                             "WHERE reference_hash = $1 ORDER BY requested_ms, id"};
const Statement kNewest{"erasure_newest",
                        RELAIS_SELECT_ERASURE "ORDER BY requested_ms DESC, id LIMIT $1"};

const Statement kEntry{"erasure_entry",
                       "SELECT " RELAIS_ENTRY_COLUMNS
                       " FROM entry e"
                       " JOIN body b ON b.entry = e.id JOIN ledger l ON l.id = e.ledger"
                       " WHERE e.id = $1::uuid AND b.person IS NULL"};

std::optional<Instant> instant_of(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return from_unix_ms(field.as<int64_t>());
}

std::vector<flow::Erasure> all_of(Work& work, const pqxx::result& rows) {
  std::vector<flow::Erasure> all;
  for (const auto& row : rows) {
    flow::Erasure one;
    one.id = ErasureId(row[0].as<std::string>());
    one.state = row[1].as<std::string>();
    one.reason = row[2].as<std::string>();
    one.entry = EntryId(row[3].as<std::string>());
    one.requested = from_unix_ms(row[4].as<int64_t>());
    one.clear = row[5].as<bool>();
    one.shredded = instant_of(row[6]);
    one.complete = instant_of(row[7]);
    one.notices = notices_of_erasure(work, one.id.text());
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

Result<std::vector<flow::Erasure>> ErasureStore::unfinished() {
  return snapshot(pool_, [&](Work& work) -> Result<std::vector<flow::Erasure>> {
    return all_of(work, run(work, kUnfinished));
  });
}

Result<std::optional<flow::Erasure>> ErasureStore::find(const ErasureId& id) {
  return snapshot(pool_, [&](Work& work) -> Result<std::optional<flow::Erasure>> {
    auto found = all_of(work, run(work, kById, text(id.text())));
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
  });
}

Result<std::vector<flow::Erasure>> ErasureStore::erasures_of(const PersonReference& reference) {
  const Bytes hash(view(keyring_.lookup(reference)));
  return snapshot(pool_, [&](Work& work) -> Result<std::vector<flow::Erasure>> {
    return all_of(work, run(work, kByReference, bytea(hash)));
  });
}

Result<std::vector<flow::Erasure>> ErasureStore::newest(int limit) {
  return snapshot(pool_, [&](Work& work) -> Result<std::vector<flow::Erasure>> {
    return all_of(work, run(work, kNewest, limit));
  });
}

Result<flow::AccountEntry> ErasureStore::entry(const EntryId& entry) {
  return once(pool_, [&](Work& work) -> Result<flow::AccountEntry> {
    const pqxx::result rows = run(work, kEntry, text(entry.text()));
    if (rows.empty()) return fail(FaultKind::not_found, "no such entry");
    return open_entry(rows[0], keyring_.agency_key());
  });
}

}  // namespace relais::storage
