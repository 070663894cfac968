// SPDX-License-Identifier: Apache-2.0
#include "node/storage/directory_seen.h"

#include <string>

#include "node/storage/transact.h"

namespace relais::storage {
namespace {

const Statement kNewest{"directory_newest",
                        "SELECT version, digest FROM directory_seen ORDER BY version DESC LIMIT 1"};
// Adds only what is newer than all; two nodes that add at once meet at the primary key.
const Statement kSee{"directory_see",
                     "INSERT INTO directory_seen (version, digest) SELECT $1, $2"
                     " WHERE NOT EXISTS (SELECT 1 FROM directory_seen WHERE version >= $1)"
                     " ON CONFLICT DO NOTHING"};

Result<std::optional<SeenDirectory>> newest(Work& work) {
  const pqxx::result rows = run(work, kNewest);
  if (rows.empty()) return std::nullopt;
  const auto digest = digest_of(bytes_of(rows[0][1]));
  if (!digest) return fail(FaultKind::corrupt, "a directory's digest has the wrong length");
  return SeenDirectory{rows[0][0].as<int64_t>(), *digest};
}

}  // namespace

Result<std::optional<SeenDirectory>> newest_directory(Pool& pool) {
  return once(pool, [](Work& work) { return newest(work); });
}

Result<void> see_directory(Pool& pool, const SeenDirectory& seen) {
  const Bytes digest(view(seen.digest));
  return transact(pool, [&](Work& work) -> Result<void> {
    run(work, kSee, seen.version, bytea(digest));
    RELAIS_TRY(now, newest(work));
    if (!now) return fail(FaultKind::internal, "a directory just seen is not there");
    if (now->version > seen.version) {
      return fail(FaultKind::precondition, "a newer directory was in force before");
    }
    if (now->digest != seen.digest) {
      return fail(FaultKind::precondition, "another directory of this version was in force before");
    }
    return {};
  });
}

}  // namespace relais::storage
