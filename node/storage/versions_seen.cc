// SPDX-License-Identifier: Apache-2.0
#include "node/storage/versions_seen.h"

#include <string>

#include "node/storage/transact.h"

namespace relais::storage {
namespace {

// What is remembered of one kind, and what to say of a rollback. `see` adds only what is newer than
// all; two nodes that add at once meet at the primary key.
struct Memory {
  Statement newest;
  Statement see;
  Constant newer;
  Constant other;
};

const Memory kDirectories{
    {"directory_newest",
     "SELECT version, digest FROM directory_seen ORDER BY version DESC LIMIT 1"},
    {"directory_see",
     "INSERT INTO directory_seen (version, digest) SELECT $1, $2"
     " WHERE NOT EXISTS (SELECT 1 FROM directory_seen WHERE version >= $1)"
     " ON CONFLICT DO NOTHING"},
    "a newer directory was in force before",
    "another directory of this version was in force before"};

const Memory kLaws{
    {"law_newest", "SELECT version, digest FROM law_seen ORDER BY version DESC LIMIT 1"},
    {"law_see",
     "INSERT INTO law_seen (version, digest) SELECT $1, $2"
     " WHERE NOT EXISTS (SELECT 1 FROM law_seen WHERE version >= $1)"
     " ON CONFLICT DO NOTHING"},
    "a newer activation of the law was in force before",
    "another activation of this version was in force before"};

Result<std::optional<SeenVersion>> newest(Work& work, const Memory& memory) {
  const pqxx::result rows = run(work, memory.newest);
  if (rows.empty()) return std::nullopt;
  const auto digest = digest_of(bytes_of(rows[0][1]));
  if (!digest) return fail(FaultKind::corrupt, "a digest has the wrong length");
  return SeenVersion{rows[0][0].as<int64_t>(), *digest};
}

Result<void> see(Pool& pool, const Memory& memory, const SeenVersion& seen) {
  const Bytes digest(view(seen.digest));
  return transact(pool, [&](Work& work) -> Result<void> {
    run(work, memory.see, seen.version, bytea(digest));
    RELAIS_TRY(now, newest(work, memory));
    if (!now) return fail(FaultKind::internal, "what was just seen is not there");
    if (now->version > seen.version) return fail(FaultKind::precondition, memory.newer);
    if (now->digest != seen.digest) return fail(FaultKind::precondition, memory.other);
    return {};
  });
}

}  // namespace

Result<std::optional<SeenVersion>> newest_directory(Pool& pool) {
  return once(pool, [](Work& work) { return newest(work, kDirectories); });
}

Result<std::optional<SeenVersion>> newest_law(Pool& pool) {
  return once(pool, [](Work& work) { return newest(work, kLaws); });
}

Result<void> see_directory(Pool& pool, const SeenVersion& seen) {
  return see(pool, kDirectories, seen);
}

Result<void> see_law(Pool& pool, const SeenVersion& seen) {
  if (seen.version > 0) return see(pool, kLaws, seen);
  RELAIS_TRY(now, newest_law(pool));
  if (!now) return {};
  return fail(FaultKind::precondition, "activated law was in force before: name law.activation");
}

}  // namespace relais::storage
