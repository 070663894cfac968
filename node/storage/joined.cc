// SPDX-License-Identifier: Apache-2.0
#include "node/storage/joined.h"

namespace relais::storage {

JoinedWork::JoinedWork(pqxx::connection_base& connection)
    : namedclass{"joined"}, pqxx::dbtransaction(connection) {}

JoinedWork::~JoinedWork() { End(); }

void JoinedWork::begin_with(const std::string& statement) {
  begins_ = true;
  exec("BEGIN; " + statement);
}

void JoinedWork::do_begin() {
  if (!begins_) pqxx::dbtransaction::do_begin();
}

// The server goes no further than a statement it refuses: COMMIT was not reached then, and what
// was begun is still open.
void JoinedWork::do_commit() {
  try {
    direct_exec((last_ + "COMMIT").c_str());
  } catch (...) {
    if (!conn().is_open()) throw pqxx::in_doubt_error("the connection broke at COMMIT");
    direct_exec("ROLLBACK");
    throw;
  }
}

}  // namespace relais::storage
