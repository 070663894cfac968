// SPDX-License-Identifier: Apache-2.0
// A prepared statement, and what goes into its parameters and comes out of its columns. Inside
// storage only; pure, any thread.
#pragma once

#include <pqxx/pqxx>
#include <string>
#include <utility>

namespace relais::storage {

using Work = pqxx::transaction_base;

// Declared as a constant beside its use. libpqxx prepares it on a connection when it is first run
// there, and again when that connection comes back.
struct Statement {
  const char* name;
  const char* sql;
};

template <class... Args>
pqxx::result run(Work& work, const Statement& statement, Args&&... args) {
  work.conn().prepare(statement.name, statement.sql);
  return work.exec_prepared(statement.name, std::forward<Args>(args)...);
}

// Text for a parameter. PostgreSQL's text ends at a NUL, and two different keys must not become
// one.
inline const std::string& text(const std::string& value) {
  if (value.find('\0') != std::string::npos) throw pqxx::argument_error("NUL in a text");
  return value;
}
inline pqxx::binarystring bytea(const std::string& bytes) { return pqxx::binarystring(bytes); }
inline std::string bytes_of(const pqxx::field& field) { return pqxx::binarystring(field).str(); }

}  // namespace relais::storage
