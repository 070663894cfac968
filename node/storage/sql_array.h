// SPDX-License-Identifier: Apache-2.0
// An array parameter for unnest(): many rows, one statement, one round trip. Inside storage only.
// Plain value, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <string_view>

#include "node/core/bytes.h"

namespace relais::storage {

class SqlArray {
 public:
  // For text[], uuid[]. Throws for a NUL, where PostgreSQL's text would end.
  void add(std::string_view value) {
    start();
    text_ += '"';
    for (const char c : value) {
      if (c == '\0') throw pqxx::argument_error("NUL in a text");
      if (c == '"' || c == '\\') text_ += '\\';
      text_ += c;
    }
    text_ += '"';
  }
  void add_bytes(std::string_view value) {
    start();
    text_ += "\"\\\\x";
    text_ += to_hex(value);
    text_ += '"';
  }
  void add_number(int64_t value) {
    start();
    text_ += std::to_string(value);
  }
  void add_flag(bool value) {
    start();
    text_ += value ? 't' : 'f';
  }
  void add_null() {
    start();
    text_ += "NULL";
  }
  void add_maybe(const std::optional<Bytes>& value) { value ? add_bytes(*value) : add_null(); }
  // An empty id is NULL in the database.
  void add_id(const std::string& id) { id.empty() ? add_null() : add(id); }

  bool empty() const { return count_ == 0; }
  size_t count() const { return count_; }
  std::string done() const { return text_ + "}"; }

 private:
  void start() {
    if (count_++ > 0) text_ += ',';
  }
  std::string text_ = "{";
  size_t count_ = 0;
};

}  // namespace relais::storage
