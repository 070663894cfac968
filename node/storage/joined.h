// SPDX-License-Identifier: Apache-2.0
// A transaction with two round trips fewer: BEGIN travels with its first statement, and COMMIT
// with its last. Both go as text, which the server may write into its log where it refuses one:
// nothing about a person goes with them. Faults and repeats are transact's: where the last
// statement is refused nothing is committed, and where the connection broke after it was sent the
// outcome is in doubt. Inside storage only; any thread.
#pragma once

#include <functional>
#include <pqxx/pqxx>
#include <string>

#include "node/storage/transact.h"

namespace relais::storage {

class JoinedWork final : public pqxx::dbtransaction {
 public:
  explicit JoinedWork(pqxx::connection_base& connection);
  ~JoinedWork() override;

  // First of all; else BEGIN goes alone.
  void begin_with(const std::string& statement);
  // Sent by COMMIT, before it.
  void commit_with(const std::string& statement) { last_ = statement + "; "; }

 private:
  void do_begin() override;
  void do_commit() override;
  bool begins_ = false;
  std::string last_;
};

// A prepared statement as text, for begin_with and commit_with.
template <class... Args>
std::string call(JoinedWork& work, const Statement& statement, const Args&... args) {
  work.conn().prepare(statement.name, statement.sql);
  work.conn().prepare_now(statement.name);
  std::string values;
  ((values += (values.empty() ? "" : ", ") + work.quote(args)), ...);
  return std::string("EXECUTE ") + statement.name + " (" + values + ")";
}

// What transact (transact.h) is, in fewer trips.
Result<void> joined(Pool& pool, const std::function<Result<void>(JoinedWork&)>& work);

}  // namespace relais::storage
