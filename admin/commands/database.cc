// SPDX-License-Identifier: Apache-2.0
// What the steward does with the database itself: bring its schema up to date.
#include <nlohmann/json.hpp>

#include "admin/commands/commands.h"
#include "admin/node_database.h"
#include "node/storage/migrate.h"

namespace relais::admin {
namespace {

int run_migrate(const Arguments& given, Output& output) {
  storage::Pool pool(pool_of(given.one("connection")));
  const auto done = storage::migrate(pool, given.one("role", "relais_node"));
  if (!done) return output.fault(done.error());
  const std::string text = std::to_string(done->applied) + " applied, the schema is at " +
                           std::to_string(done->newest) +
                           (done->granted ? "" : "; the node's role does not exist yet");
  return output.done(
      {{"applied", done->applied}, {"newest", done->newest}, {"granted", done->granted}}, text);
}

}  // namespace

std::vector<Command> database_commands() {
  return {
      {"migrate",
       "",
       "bring a database's schema up to date, as its owner",
       {needed("connection", "libpq text of the owner's connection; no password"),
        option("role", "the node's role, which is given its rights (default relais_node)")},
       run_migrate},
  };
}

}  // namespace relais::admin
