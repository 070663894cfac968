// SPDX-License-Identifier: Apache-2.0
// How a person's rows become a Person: the key unwrapped, facts and consents opened. Inside storage
// only; pure, any thread.
#pragma once

#include <map>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "node/core/person.h"
#include "node/core/result.h"
#include "node/storage/keyring.h"
#include "node/storage/transact.h"

namespace relais::storage {

// The one query behind every read of a person: one row for each consent (its newest version), or
// one without. `WHERE` and what follows is the caller's. An objection or a restriction that another
// agency passed on stands on the row of its handle and counts for every row filed with it.
#define RELAIS_ANY_ROW(right)                                                    \
  "(p." right                                                                    \
  " OR EXISTS (SELECT 1 FROM person h WHERE h.reference_hash = p.reference_hash" \
  " AND NOT h.own AND h." right ")), "
#define RELAIS_SELECT_PERSON \
  "SELECT p.id, p.epoch, " RELAIS_ANY_ROW("objection") RELAIS_ANY_ROW("restriction")              \
  "p.key_epoch, p.key_wrapped, p.facts_sealed,"                                                   \
  " c.id, c.version, c.sealed, p.objection, p.restriction FROM person p"                          \
  " LEFT JOIN LATERAL (SELECT DISTINCT ON (id) id,"                                               \
  " version, sealed FROM consent WHERE person = p.id ORDER BY id, version DESC) c ON true "

// Of rows selected as above, all of one person; nullopt when there are none.
Result<std::optional<Person>> person_of(const pqxx::result& rows, const Keyring& keyring);

Result<std::optional<Person>> read_person(Work& work, const PersonId& id, const Keyring& keyring);

// Several at once, by id; who is not there is left out. One whose key does not open is a Fault of
// its own.
Result<std::map<std::string, Result<Person>>> read_persons(Work& work,
                                                           const std::vector<PersonId>& ids,
                                                           const Keyring& keyring);

// The key that a person's row holds wrapped; none: an erasure was asked for.
template <class AnyCell>
std::optional<WrappedKey> wrapped_of(const AnyCell& epoch, const AnyCell& sealed) {
  if (epoch.is_null()) return std::nullopt;
  return WrappedKey{epoch.template as<int32_t>(), bytes_of(sealed)};
}
Result<ledger::SealKey> key_of(const std::optional<WrappedKey>& wrapped, const PersonId& person,
                               const Keyring& keyring);
// The same from two neighbouring columns (key_epoch,
// key_wrapped).
Result<ledger::SealKey> key_of(const pqxx::row& row, pqxx::row::size_type at,
                               const PersonId& person, const Keyring& keyring);
// The same for rows that may concern no person (both columns null): then the agency's own key.
Result<ledger::SealKey> key_or_agency(const pqxx::row& row, pqxx::row::size_type at,
                                      const std::optional<PersonId>& person,
                                      const Keyring& keyring);

}  // namespace relais::storage
