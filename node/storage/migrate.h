// SPDX-License-Identifier: Apache-2.0
// The schema as numbered SQL files (migrations/*.sql), built into the binary and only ever added
// to. The steward applies them (`relaisctl migrate`, as the owner's role); the node only checks
// that what the database has is exactly what the binary knows, and never changes the schema itself.
// All missing files are applied in one transaction under a lock: a crash leaves none of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "node/core/result.h"
#include "node/storage/pool.h"

namespace relais::storage {

struct Migration {
  int number = 0;
  std::string name;  // "0001_ledger.sql"
  std::string_view sql;
};

// Built in, in ascending order without a gap.
const std::vector<Migration>& migrations();

struct Migrated {
  int applied = 0;       // now
  int newest = 0;        // number the database is at
  bool granted = false;  // the node's role exists and has its rights
};

// `precondition` when a file was changed after it was applied, or the database knows a newer one.
// Grants the node's role what it needs, when the role exists.
Result<Migrated> migrate(Pool& owner, const std::string& node_role = "relais_node");
Result<Migrated> migrate(Pool& owner, const std::string& node_role,
                         const std::vector<Migration>& files);

// `precondition` when the database is behind, ahead, or has other files than this binary.
Result<void> check_migrations(Pool& pool);

}  // namespace relais::storage
