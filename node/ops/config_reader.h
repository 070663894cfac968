// SPDX-License-Identifier: Apache-2.0
// A closed reading of one TOML table: each key is taken once, with its type and range, and what
// nobody took is a problem with a suggestion. Used by config.cc and directory.cc only. Not
// thread-safe; lives as long as the document it reads.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// Without exceptions the shared library's build of toml++ does not fit; the headers do.
#undef TOML_HEADER_ONLY
#undef TOML_SHARED_LIB
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace relais::ops {

// Problems with their place, in reading order.
class Complaints {
 public:
  explicit Complaints(std::string file) : file_(std::move(file)) {}
  void add(const toml::source_region& at, const std::string& text);
  void add(const std::string& text) { list_.push_back(file_ + ": " + text); }
  bool empty() const { return list_.empty(); }
  std::string sentences() const;

 private:
  std::string file_;
  std::vector<std::string> list_;
};

// The text as TOML, or nothing and a complaint. The TOML library is shown no character it cannot
// take (policy/stray.h).
std::optional<toml::table> parse_table(const std::string& text, const std::string& name,
                                       Complaints& complaints);

class TableReader {
 public:
  // `table` may be nullptr: an absent table, from which everything is absent too.
  TableReader(const toml::table* table, std::string name, Complaints& complaints)
      : table_(table), name_(std::move(name)), complaints_(complaints) {}

  bool present() const { return table_ != nullptr; }
  const toml::source_region& at() const { return table_->source(); }
  const toml::source_region& at(std::string_view key) const;

  // Leaves `into` as it is when the key is absent; a wrong type is a complaint.
  void text(std::string_view key, std::string& into);
  void required_text(std::string_view key, std::string& into);
  void one_of(std::string_view key, std::string& into,
              const std::vector<std::string_view>& allowed);
  void integer(std::string_view key, int& into, int64_t least, int64_t most);
  void integer64(std::string_view key, int64_t& into, int64_t least, int64_t most);
  void flag(std::string_view key, bool& into);
  void optional_flag(std::string_view key, std::optional<bool>& into);
  void texts(std::string_view key, std::vector<std::string>& into);
  void several_of(std::string_view key, std::vector<std::string>& into,
                  const std::vector<std::string_view>& allowed);
  void path(std::string_view key, const std::string& folder, std::string& into);
  TableReader table(std::string_view key);
  std::vector<TableReader> tables(std::string_view key);
  const toml::table* raw(std::string_view key);
  bool says(std::string_view key) const { return present() && table_->get(key) != nullptr; }

  // A key the caller reads by itself.
  void mark(std::string_view key) { known_.emplace(key); }

  // To be called last: complains about every key nobody took.
  void finish();
  void complain(std::string_view key, const std::string& text);

 private:
  const toml::node* take(std::string_view key);
  void check_one_of(std::string_view key, const std::string& given,
                    const std::vector<std::string_view>& allowed);
  std::string full(std::string_view key) const;

  const toml::table* table_;
  std::string name_;
  Complaints& complaints_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace relais::ops
