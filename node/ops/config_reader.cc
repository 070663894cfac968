// SPDX-License-Identifier: Apache-2.0
#include "node/ops/config_reader.h"

#include "node/core/text.h"
#include "node/ledger/encoding.h"
#include "policy/stray.h"

namespace relais::ops {

void Complaints::add(const toml::source_region& at, const std::string& text) {
  list_.push_back(file_ + ":" + std::to_string(at.begin.line) + ":" +
                  std::to_string(at.begin.column) + ": " + text);
}

std::string Complaints::sentences() const {
  std::string all;
  for (const std::string& one : list_) all += (all.empty() ? "" : "\n") + one;
  return all;
}

std::optional<toml::table> parse_table(const std::string& text, const std::string& name,
                                       Complaints& complaints) {
  if (const auto stray = policy::find_stray(text)) {
    toml::source_region at;
    at.begin = {static_cast<toml::source_index>(stray->at.line),
                static_cast<toml::source_index>(stray->at.column)};
    complaints.add(at, std::string(stray->what));
    return std::nullopt;
  }
  toml::parse_result parsed = toml::parse(text, name);
  if (parsed) return std::move(parsed).table();
  complaints.add(parsed.error().source(), std::string(parsed.error().description()));
  return std::nullopt;
}

std::string TableReader::full(std::string_view key) const {
  return name_.empty() ? std::string(key) : name_ + "." + std::string(key);
}

const toml::node* TableReader::take(std::string_view key) {
  known_.emplace(key);
  return table_ == nullptr ? nullptr : table_->get(key);
}

const toml::source_region& TableReader::at(std::string_view key) const {
  const toml::node* node = table_->get(key);
  return node == nullptr ? table_->source() : node->source();
}

void TableReader::complain(std::string_view key, const std::string& text) {
  if (table_ == nullptr) {
    complaints_.add(full(key) + ": " + text);
  } else {
    complaints_.add(at(key), full(key) + ": " + text);
  }
}

void TableReader::text(std::string_view key, std::string& into) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  const auto* value = node->as_string();
  if (value == nullptr) return complain(key, "a text in quotes is expected");
  into = value->get();
  if (!ledger::is_plain_line(into)) complain(key, "a text of one line, without control characters");
}

void TableReader::required_text(std::string_view key, std::string& into) {
  if (take(key) == nullptr) return complain(key, "missing; it has no default");
  text(key, into);
  if (into.empty()) complain(key, "must not be empty");
}

void TableReader::one_of(std::string_view key, std::string& into,
                         const std::vector<std::string_view>& allowed) {
  text(key, into);
  if (says(key)) check_one_of(key, into, allowed);
}

void TableReader::several_of(std::string_view key, std::vector<std::string>& into,
                             const std::vector<std::string_view>& allowed) {
  texts(key, into);
  for (const std::string& given : into) check_one_of(key, given, allowed);
}

void TableReader::check_one_of(std::string_view key, const std::string& given,
                               const std::vector<std::string_view>& allowed) {
  if (std::find(allowed.begin(), allowed.end(), given) != allowed.end()) return;
  std::string list;
  for (const std::string_view one : allowed) list += (list.empty() ? "" : ", ") + std::string(one);
  const std::string near = closest_match(given, allowed);
  complain(key, "is one of " + list + (near.empty() ? "" : " (did you mean '" + near + "'?)"));
}

void TableReader::integer64(std::string_view key, int64_t& into, int64_t least, int64_t most) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  const auto* value = node->as_integer();
  if (value == nullptr) return complain(key, "a whole number is expected");
  if (value->get() < least || value->get() > most) {
    return complain(key,
                    "must be between " + std::to_string(least) + " and " + std::to_string(most));
  }
  into = value->get();
}

void TableReader::integer(std::string_view key, int& into, int64_t least, int64_t most) {
  int64_t wide = into;
  integer64(key, wide, least, most);
  into = static_cast<int>(wide);
}

void TableReader::flag(std::string_view key, bool& into) {
  std::optional<bool> value;
  optional_flag(key, value);
  if (value) into = *value;
}

void TableReader::optional_flag(std::string_view key, std::optional<bool>& into) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  if (const auto* value = node->as_boolean()) {
    into = value->get();
  } else {
    complain(key, "true or false is expected");
  }
}

void TableReader::texts(std::string_view key, std::vector<std::string>& into) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  const toml::array* list = node->as_array();
  if (list == nullptr) return complain(key, "a list of texts is expected");
  for (const toml::node& one : *list) {
    const auto* value = one.as_string();
    if (value != nullptr && ledger::is_plain_line(value->get())) {
      into.push_back(value->get());
    } else {
      complaints_.add(one.source(), full(key) + ": a list of texts is expected");
    }
  }
}

void TableReader::path(std::string_view key, const std::string& folder, std::string& into) {
  text(key, into);
  if (!into.empty() && into.front() != '/' && !folder.empty()) into = folder + "/" + into;
}

const toml::table* TableReader::raw(std::string_view key) {
  const toml::node* node = take(key);
  if (node == nullptr) return nullptr;
  if (!node->is_table()) complain(key, "a table is expected");
  return node->as_table();
}

TableReader TableReader::table(std::string_view key) {
  return TableReader(raw(key), full(key), complaints_);
}

std::vector<TableReader> TableReader::tables(std::string_view key) {
  std::vector<TableReader> all;
  const toml::node* node = take(key);
  if (node == nullptr) return all;
  const toml::array* list = node->as_array();
  if (list == nullptr || !list->is_homogeneous(toml::node_type::table)) {
    complain(key, "a list of tables ([[" + full(key) + "]]) is expected");
    return all;
  }
  for (const toml::node& one : *list) all.emplace_back(one.as_table(), full(key), complaints_);
  return all;
}

void TableReader::finish() {
  if (table_ == nullptr) return;
  for (const auto& [key, value] : *table_) {
    const std::string name(key.str());
    if (known_.count(name) != 0) continue;
    const std::string near = closest_match(name, known_);
    complaints_.add(key.source(), full(name) + ": no such key" +
                                      (near.empty() ? "" : " (did you mean '" + near + "'?)"));
  }
}

}  // namespace relais::ops
