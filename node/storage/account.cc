// SPDX-License-Identifier: Apache-2.0
#include "node/storage/account.h"

#include <algorithm>
#include <utility>

#include "node/ledger/record.h"
#include "node/storage/account_rows.h"
#include "node/storage/person_rows.h"
#include "node/storage/transact.h"

namespace relais::storage {
namespace {

const Statement kPerson{"account_person",
                        "SELECT key_epoch, key_wrapped FROM person WHERE id = $1::uuid"};
const Statement kHead{"account_head",
                      "SELECT p.last_seq, coalesce((SELECT c.size FROM checkpoint c"
                      "  WHERE c.ledger = (SELECT max(id) FROM ledger)"
                      "  ORDER BY c.size DESC LIMIT 1), 0)"
                      " FROM person p WHERE p.id = $1::uuid"};
const Statement kEntries{"account_entries",
                         "SELECT " RELAIS_ENTRY_COLUMNS
                         " FROM body b"
                         " JOIN entry e ON e.id = b.entry JOIN ledger l ON l.id = e.ledger"
                         " WHERE b.person = $1::uuid"};

struct Numbered {
  uint64_t seq = 0;
  flow::AccountEntry entry;
};

}  // namespace

Result<std::vector<flow::AccountEntry>> AccountStore::entries(const PersonId& person) {
  // One state of the database for both reads: an entry appended between them would look missing.
  return snapshot(pool_, [&](Work& work) -> Result<std::vector<flow::AccountEntry>> {
    const pqxx::result owner = run(work, kPerson, text(person.text()));
    if (owner.empty()) return fail(FaultKind::not_found, "no such person");
    RELAIS_TRY(key, key_of(owner[0], 0, person, keyring_));
    std::vector<Numbered> chain;
    for (const auto& row : run(work, kEntries, person.text())) {
      RELAIS_TRY(entry, open_entry(row, key));
      RELAIS_TRY(private_part, ledger::decode_private(entry.private_bytes));
      chain.push_back({private_part.person_seq, std::move(entry)});
    }
    std::sort(chain.begin(), chain.end(),
              [](const Numbered& a, const Numbered& b) { return a.seq < b.seq; });
    std::vector<flow::AccountEntry> entries;
    entries.reserve(chain.size());
    for (Numbered& one : chain) entries.push_back(std::move(one.entry));
    return entries;
  });
}

Result<flow::AccountHead> AccountStore::head(const PersonId& person) {
  return once(pool_, [&](Work& work) -> Result<flow::AccountHead> {
    const pqxx::result rows = run(work, kHead, text(person.text()));
    if (rows.empty()) return fail(FaultKind::not_found, "no such person");
    return flow::AccountHead{rows[0][0].as<uint64_t>(), rows[0][1].as<uint64_t>()};
  });
}

}  // namespace relais::storage
