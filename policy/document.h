// SPDX-License-Identifier: Apache-2.0
// Document: a TOML (or JSON) text as a small tree that remembers where each part stands, so that
// every complaint about a law pack, a case file or the vocabulary can say file, line and column.
// The parsing libraries stay behind document.cc and json.cc. Plain values; any thread. Problems
// collects complaints, so that one run shows all of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/core/result.h"

namespace relais::policy {

struct Position {
  int line = 0;
  int column = 0;
};

struct Member;

struct Node {
  enum class Kind : uint8_t { boolean, integer, text, date, list, table, other };
  Kind kind = Kind::other;
  Position at;
  bool boolean = false;
  int64_t integer = 0;
  std::string text;             // of a text, and "YYYY-MM-DD" of a date
  std::vector<Node> items;      // of a list
  std::vector<Member> members;  // of a table, in the order of the text

  bool is(Kind wanted) const { return kind == wanted; }
  const Node* find(std::string_view key) const;  // nullptr unless a table with that key
};

struct Member {
  std::string key;
  Position at;
  Node value;
};

struct Problem {
  std::string file;
  Position at;
  std::string text;
  std::string sentence() const;  // "file:line:column: text"
};

// Complaints about one or more files, in the order they were found. The first hundred are kept: who
// asks full() can stop looking.
class Problems {
 public:
  static constexpr size_t kMost = 100;

  void add(std::string_view file, Position at, std::string text);
  bool empty() const { return list_.empty(); }
  bool full() const { return list_.size() >= kMost; }
  size_t size() const { return list_.size(); }
  const std::vector<Problem>& list() const { return list_; }
  std::string sentences() const;  // one a line, sorted by file and position

 private:
  std::vector<Problem> list_;
};

// The document of a text; at most 4 MiB and 32 levels. nullopt after adding to `problems`.
std::optional<Node> parse_toml(const std::string& text, const std::string& name,
                               Problems& problems);
std::optional<Node> parse_json(const std::string& text, const std::string& name,
                               Problems& problems);
// The bytes of a file, of one that is too large only more than a document may have; `not_found` or
// `unavailable` with the path in `where`.
Result<std::string> read_file(const std::string& path);

}  // namespace relais::policy
