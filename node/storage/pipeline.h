// SPDX-License-Identifier: Apache-2.0
// Statements of one transaction that are sent one behind the other and waited for once (libpq's
// pipeline mode, PostgreSQL 15, 34.5): one round trip, however many they are. libpqxx 6 has no such
// thing for prepared statements, and their values must not stand in a statement's text, which a
// server writes to its log when one fails. What the server refuses is thrown as run() throws it.
// Inside storage only; one thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node/core/result.h"
#include "node/storage/statement.h"

struct pg_result;  // libpq's

namespace relais::storage {

// One value of a row, for as long as the row's answer is there. What cannot be read as it is asked
// for is thrown, as libpqxx does.
class Cell {
 public:
  explicit Cell(const char* text) : text_(text) {}  // nullptr: NULL
  bool is_null() const { return text_ == nullptr; }
  template <class T>
  T as() const {
    if (is_null()) throw pqxx::conversion_error("a value is NULL");
    T value;
    pqxx::from_string(text_, value);
    return value;
  }
  template <class T>
  T as(T otherwise) const {
    return is_null() ? otherwise : as<T>();
  }

 private:
  const char* text_;
};
std::string bytes_of(const Cell& cell);  // of a bytea

class Row {
 public:
  Row(const pg_result* rows, int number) : rows_(rows), number_(number) {}
  Cell operator[](int column) const;

 private:
  const pg_result* rows_;
  int number_;
};

// What the server said to one statement.
class Answer {
 public:
  explicit Answer(std::shared_ptr<pg_result> rows) : rows_(std::move(rows)) {}
  int size() const;
  Row operator[](int number) const { return {rows_.get(), number}; }

 private:
  std::shared_ptr<pg_result> rows_;
};

using Answers = std::vector<Answer>;

class Pipeline {
 public:
  // A parameter: a number, a text (a SqlArray's too), or bytes.
  struct Value {
    explicit Value(int32_t number) : bytes(std::to_string(number)) {}
    explicit Value(int64_t number) : bytes(std::to_string(number)) {}
    explicit Value(std::string text) : bytes(std::move(text)) { storage::text(bytes); }
    explicit Value(const char* text) : bytes(text) {}
    explicit Value(const pqxx::binarystring& blob) : bytes(blob.str()), binary(true) {}
    std::string bytes;
    bool binary = false;
  };
  struct Call {
    const Statement* statement;
    std::vector<Value> values;
  };

  // The statement must outlive this: a constant, as for run(). Gives its place among the answers.
  template <class... Values>
  size_t add(const Statement& statement, Values&&... values) {
    calls_.push_back({&statement, {}});
    (calls_.back().values.emplace_back(std::forward<Values>(values)), ...);
    return calls_.size() - 1;
  }
  const std::vector<Call>& calls() const { return calls_; }

  // Inside a transaction that was begun otherwise.
  Answers send(Work& work) const;

 private:
  std::vector<Call> calls_;
};

// A transaction of two trips (transact.h): it begins with what it asks and ends with what it
// writes. One that writes nothing is committed as any other.
class TwoTrips final : public pqxx::dbtransaction {
 public:
  // `committing` says that COMMIT was sent and nothing before it was refused; it must outlive this.
  TwoTrips(pqxx::connection_base& connection, bool& committing);
  ~TwoTrips() noexcept override { End(); }

  // BEGIN and `opening`.
  Answers begin(const Pipeline& opening);
  // `writes` and COMMIT, one behind the other; once it returned they stand.
  void commit_with(const Pipeline& writes);

 private:
  void do_begin() override {}  // begin() does
  void do_commit() override;
  bool& committing_;
  bool committed_ = false;  // by commit_with()
};

}  // namespace relais::storage
