// SPDX-License-Identifier: Apache-2.0
#include "node/storage/account.h"

#include <algorithm>
#include <utility>

#include "node/ledger/record.h"
#include "node/storage/person_rows.h"
#include "node/storage/sealed.h"
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
                         "SELECT l.origin, e.index, e.id, e.commitment, b.sealed, l.id FROM body b"
                         " JOIN entry e ON e.id = b.entry JOIN ledger l ON l.id = e.ledger"
                         " WHERE b.person = $1::uuid"};

struct Numbered {
  uint64_t seq = 0;
  flow::AccountEntry entry;
};

Result<Numbered> open_row(const pqxx::row& row, const ledger::SealKey& key) {
  Numbered one;
  one.entry.origin = row[0].as<std::string>();
  one.entry.index = row[1].as<uint64_t>();
  one.entry.ledger = row[5].as<int32_t>();
  const EntryId id(row[2].as<std::string>());
  const auto commitment = digest_of(bytes_of(row[3]));
  if (!commitment) return fail(FaultKind::corrupt, "a commitment has the wrong length", id.text());
  RELAIS_TRY(plain, ledger::open(key, body_bound_to(id, *commitment), bytes_of(row[4])));
  RELAIS_TRY(body, unpack_body(plain));
  if (body.commitment().commitment != *commitment) {
    return fail(FaultKind::corrupt, "an entry is not what its body commits to", id.text());
  }
  RELAIS_TRY(private_part, ledger::decode_private(body.private_bytes));
  one.seq = private_part.person_seq;
  one.entry.commitment = *commitment;
  one.entry.shared_bytes = std::move(body.shared_bytes);
  one.entry.shared_opening = body.shared_opening;
  one.entry.private_bytes = std::move(body.private_bytes);
  one.entry.private_opening = body.private_opening;
  one.entry.payload = std::move(body.payload);
  return one;
}

}  // namespace

Result<std::vector<flow::AccountEntry>> AccountStore::entries(const PersonId& person) {
  // One state of the database for both reads: an entry appended between them would look missing.
  return snapshot(pool_, [&](Work& work) -> Result<std::vector<flow::AccountEntry>> {
    const pqxx::result owner = run(work, kPerson, text(person.text()));
    if (owner.empty()) return fail(FaultKind::not_found, "no such person");
    RELAIS_TRY(key, key_of(owner[0], 0, person, keyring_));
    std::vector<Numbered> chain;
    for (const auto& row : run(work, kEntries, person.text())) {
      RELAIS_TRY(one, open_row(row, key));
      chain.push_back(std::move(one));
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
