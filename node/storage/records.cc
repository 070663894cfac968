// SPDX-License-Identifier: Apache-2.0
#include "node/storage/records.h"

#include "node/storage/person_rows.h"
#include "node/storage/sealed.h"
#include "node/storage/transact.h"

namespace relais::storage {
namespace {

// A body, its entry's commitment and its person's key; after an entry id, or just that one.
#define RELAIS_SELECT_RECORD                                                                 \
  "SELECT b.entry, e.commitment, b.sealed, b.person, p.key_epoch, p.key_wrapped FROM body b" \
  " JOIN entry e ON e.id = b.entry LEFT JOIN person p ON p.id = b.person"
const Statement kSlice{"records_slice",
                       RELAIS_SELECT_RECORD " WHERE b.entry > $1::uuid ORDER BY b.entry LIMIT 500"};
const Statement kOne{"records_one", RELAIS_SELECT_RECORD " WHERE b.entry = $1::uuid"};
constexpr const char* kBeforeAll = "00000000-0000-0000-0000-000000000000";

Result<void> open_record(const pqxx::row& row, const Keyring& keyring, const VisitRecord& visit) {
  const std::string entry = row[0].as<std::string>();
  const auto commitment = digest_of(bytes_of(row[1]));
  if (!commitment) return fail(FaultKind::corrupt, "a commitment has the wrong length", entry);
  std::optional<PersonId> person;
  if (!row[3].is_null()) person = PersonId(row[3].as<std::string>());
  RELAIS_TRY(key, key_or_agency(row, 4, person, keyring));
  RELAIS_TRY(plain,
             ledger::open(key, body_bound_to(EntryId(entry), *commitment), bytes_of(row[2])));
  RELAIS_TRY(body, unpack_body(plain));
  if (body.commitment().commitment != *commitment) {
    return fail(FaultKind::corrupt, "an entry is not what its body commits to", entry);
  }
  RELAIS_TRY(shared, ledger::decode_shared(body.shared_bytes));
  RELAIS_TRY(kept, ledger::decode_private(body.private_bytes));
  visit(shared, kept);
  return {};
}

Result<RecordsRead> read_slices(Work& work, const Keyring& keyring, const VisitRecord& visit) {
  RecordsRead read;
  std::string after = kBeforeAll;
  while (true) {
    const pqxx::result slice = run(work, kSlice, after);
    if (slice.empty()) return read;
    for (const auto& row : slice) ++(open_record(row, keyring, visit) ? read.opened : read.closed);
    after = slice[slice.size() - 1][0].as<std::string>();
  }
}

}  // namespace

Result<RecordsRead> read_records(Pool& pool, const Keyring& keyring,
                                 const std::optional<EntryId>& only, const VisitRecord& visit) {
  return snapshot(pool, [&](Work& work) -> Result<RecordsRead> {
    if (!only) return read_slices(work, keyring, visit);
    const pqxx::result rows = run(work, kOne, only->text());
    if (rows.empty()) return fail(FaultKind::not_found, "no such record", only->text());
    RELAIS_TRY_VOID(open_record(rows[0], keyring, visit));
    return RecordsRead{1, 0};
  });
}

}  // namespace relais::storage
