// SPDX-License-Identifier: Apache-2.0
#include "node/storage/rotate.h"

#include <utility>

#include "node/core/step.h"
#include "node/storage/person_rows.h"
#include "node/storage/sql_array.h"
#include "node/storage/transact.h"

namespace relais::storage {
namespace {

// The two tables that hold wrapped keys, alike.
struct Held {
  Statement slice;
  Statement write;
};
const Held kHeld[] = {
    {{"rotate_persons",
      "SELECT id, key_epoch, key_wrapped FROM person WHERE id > $1::uuid AND key_epoch < $2"
      " ORDER BY id LIMIT 500 FOR UPDATE"},
     {"rotate_write_persons",
      "UPDATE person p SET key_epoch = $1, key_wrapped = u.sealed"
      " FROM unnest($2::uuid[], $3::bytea[]) AS u (id, sealed) WHERE p.id = u.id"}},
    {{"rotate_closed",
      "SELECT person, key_epoch, key_wrapped FROM erasure_person WHERE person > $1::uuid"
      " AND key_epoch < $2 ORDER BY person LIMIT 500 FOR UPDATE"},
     {"rotate_write_closed",
      "UPDATE erasure_person p SET key_epoch = $1, key_wrapped = u.sealed"
      " FROM unnest($2::uuid[], $3::bytea[]) AS u (id, sealed) WHERE p.person = u.id"}}};
// An erasure under way holds the newest epoch too, from then on.
const Statement kErasures{"rotate_erasures",
                          "UPDATE erasure SET key_epoch = $1 WHERE key_epoch < $1 AND id IN"
                          " (SELECT erasure FROM erasure_person)"};
constexpr const char* kLock = "LOCK TABLE person IN SHARE ROW EXCLUSIVE MODE";
const Statement kEnd{"rotate_end",
                     "INSERT INTO key_epoch (epoch) VALUES ($1) ON CONFLICT DO NOTHING"};
const Statement kOlder{"rotate_older",
                       "SELECT (SELECT count(*) FROM person WHERE key_epoch < $1)"
                       " + (SELECT count(*) FROM erasure_person WHERE key_epoch < $1)"};
const Statement kLiving{"rotate_living",
                        "SELECT id, key_epoch, key_wrapped FROM person"
                        " WHERE key_wrapped IS NOT NULL ORDER BY id"};
const Statement kErased{"rotate_erased", "SELECT person FROM erased_person ORDER BY person"};
const Statement kComplete{"rotate_complete",
                          "UPDATE erasure SET complete_ms = $2, reference_hash = NULL"
                          " WHERE state = 'shredded' AND complete_ms IS NULL AND key_epoch < $1"};
constexpr const char* kBeforeAll = "00000000-0000-0000-0000-000000000000";

struct Slice {
  uint64_t wrapped = 0;
  std::string last;
};

Result<Slice> rewrap_slice(Work& work, const Held& held, const Keyring& keyring,
                           const std::string& after) {
  Slice slice{0, after};
  SqlArray id, sealed;
  const int32_t newest = keyring.newest_epoch();
  for (const auto& row : run(work, held.slice, after, newest)) {
    slice.last = row[0].as<std::string>();
    const PersonId person(slice.last);
    RELAIS_TRY(key, key_of(row, 1, person, keyring));
    const WrappedKey again = keyring.wrap(person, key);
    RELAIS_CHECK(again.epoch == newest);
    id.add(slice.last);
    sealed.add_bytes(again.sealed);
    ++slice.wrapped;
  }
  if (slice.wrapped > 0) run(work, held.write, newest, id.done(), sealed.done());
  return slice;
}

Result<uint64_t> rewrap_table(Pool& pool, const Held& held, const Keyring& keyring) {
  uint64_t wrapped = 0;
  std::string after = kBeforeAll;
  while (true) {
    at_step("rotate.before_slice");
    RELAIS_TRY(slice, transact(pool, [&](Work& work) -> Result<Slice> {
                 work.exec(kPatient);
                 return rewrap_slice(work, held, keyring, after);
               }));
    if (slice.wrapped == 0) return wrapped;
    wrapped += slice.wrapped;
    after = slice.last;
  }
}

}  // namespace

Result<uint64_t> rewrap(Pool& pool, const Keyring& keyring) {
  uint64_t wrapped = 0;
  for (const Held& held : kHeld) {
    RELAIS_TRY(some, rewrap_table(pool, held, keyring));
    wrapped += some;
  }
  RELAIS_TRY_VOID(transact(pool, [&](Work& work) -> Result<void> {
    run(work, kErasures, keyring.newest_epoch());
    return {};
  }));
  return wrapped;
}

Result<void> end_older_epochs(Pool& pool, int32_t newest) {
  return transact(pool, [&](Work& work) -> Result<void> {
    work.exec(kPatient);
    work.exec(kLock);
    run(work, kEnd, newest);
    return {};
  });
}

Result<LivingKeys> read_living(Pool& pool, const Keyring& keyring) {
  return snapshot(pool, [&](Work& work) -> Result<LivingKeys> {
    work.exec(kUnhurried);
    LivingKeys keys;
    keys.epoch = keyring.newest_epoch();
    if (run(work, kOlder, keys.epoch)[0][0].as<uint64_t>() > 0) {
      return fail(FaultKind::precondition, "some keys are still wrapped under an older epoch");
    }
    for (const auto& row : run(work, kLiving)) {
      const PersonId person(row[0].as<std::string>());
      RELAIS_TRY_VOID(key_of(row, 1, person, keyring));
      keys.living.push_back({person.text(), bytes_of(row[2])});
    }
    for (const auto& row : run(work, kErased)) keys.erased.push_back(row[0].as<std::string>());
    return keys;
  });
}

Result<uint64_t> complete_erasures(Pool& pool, int32_t newest, Instant now) {
  return transact(pool, [&](Work& work) -> Result<uint64_t> {
    return static_cast<uint64_t>(run(work, kComplete, newest, unix_ms(now)).affected_rows());
  });
}

}  // namespace relais::storage
