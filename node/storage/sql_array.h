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

// Many byte strings as one parameter, and where each begins and how long it is: for
// substring($bytes FROM place FOR size). In a bytea[] the server would read every byte as two
// digits of a text inside a text.
class SqlBytes {
 public:
  void add(std::string_view bytes) {
    places_.add_number(static_cast<int64_t>(bytes_.size()) + 1);
    sizes_.add_number(static_cast<int64_t>(bytes.size()));
    bytes_ += bytes;
  }
  void add_null() {
    places_.add_null();
    sizes_.add_null();
  }
  pqxx::binarystring bytes() const { return pqxx::binarystring(bytes_); }
  std::string places() const { return places_.done(); }  // int[], from 1
  std::string sizes() const { return sizes_.done(); }    // int[]

 private:
  Bytes bytes_;
  SqlArray places_, sizes_;
};

}  // namespace relais::storage
