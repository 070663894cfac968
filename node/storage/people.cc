// SPDX-License-Identifier: Apache-2.0
#include "node/storage/people.h"

#include <utility>

#include "node/flow/fresh.h"
#include "node/storage/person_rows.h"
#include "node/storage/sealed.h"
#include "node/storage/transact.h"

namespace relais::storage {
namespace {

const Statement kFind{"person_find", RELAIS_SELECT_PERSON "WHERE p.reference_hash = $1 AND p.own"};
// Two desks may open the same reference at once: the second finds the first's row.
const Statement kOpen{"person_open",
                      "INSERT INTO person (id, own, reference_hash, reference_sealed, key_epoch,"
                      " key_wrapped) VALUES ($1::uuid, true, $2, $3, $4, $5)"
                      " ON CONFLICT (reference_hash) WHERE own DO NOTHING"};
const Statement kFiledUnder{
    "person_filed_under", "SELECT id FROM person WHERE reference_hash = $1 ORDER BY own DESC, id"};
Bytes text_of(const Digest& digest) { return Bytes(view(digest)); }

}  // namespace

Result<std::optional<Person>> PeopleStore::find(const PersonReference& reference) {
  const Bytes hash = text_of(keyring_.lookup(reference));
  return once(pool_,
              [&](Work& work) { return person_of(run(work, kFind, bytea(hash)), keyring_); });
}

Result<Person> PeopleStore::open(const PersonReference& reference) {
  RELAIS_TRY(known, find(reference));
  if (known) return *std::move(known);
  const PersonId id(flow::fresh_uuid(clock_, entropy_));
  const ledger::SealKey key = keyring_.fresh_key();
  const Bytes sealed = keyring_.seal(key, reference_bound_to(id), reference.text());
  const Bytes hash = text_of(keyring_.lookup(reference));
  const auto insert = [&](const WrappedKey& wrapped) {
    return once(pool_, [&](Work& work) -> Result<void> {
      run(work, kOpen, id.text(), bytea(hash), bytea(sealed), wrapped.epoch, bytea(wrapped.sealed));
      return {};
    });
  };
  const WrappedKey wrapped = keyring_.wrap(id, key);
  Result<void> inserted = insert(wrapped);
  // The database refuses a key of an epoch that ended meanwhile.
  if (!inserted && keyring_.is_past(wrapped.epoch)) inserted = insert(keyring_.wrap(id, key));
  RELAIS_TRY_VOID(inserted);
  RELAIS_TRY(opened, find(reference));
  if (!opened) return fail(FaultKind::unavailable, "a person's row went away while it was opened");
  return *std::move(opened);
}

Result<Person> PeopleStore::get(const PersonId& id) {
  return once(pool_, [&](Work& work) -> Result<Person> {
    RELAIS_TRY(person, read_person(work, id, keyring_));
    if (!person) return fail(FaultKind::not_found, "no such person");
    return *std::move(person);
  });
}

Result<std::vector<PersonId>> PeopleStore::filed_under(const PersonReference& reference) {
  const Bytes hash = text_of(keyring_.lookup(reference));
  return once(pool_, [&](Work& work) -> Result<std::vector<PersonId>> {
    std::vector<PersonId> found;
    for (const auto& row : run(work, kFiledUnder, bytea(hash))) {
      found.emplace_back(row[0].as<std::string>());
    }
    return found;
  });
}

}  // namespace relais::storage
