// SPDX-License-Identifier: Apache-2.0
// TableReader: one TOML table read against a closed set of keys. Each getter marks its key as known
// and complains about a value of the wrong form; finish() complains about every key nobody asked
// for. Borrowed by one reader on one thread.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policy/document.h"

namespace relais::policy {

struct Word {
  std::string text;
  Position at;
};

class TableReader {
 public:
  // `node` should be a table: a complaint and an empty reader when it is not.
  TableReader(const Node& node, std::string_view file, Problems& problems);

  Position at() const { return node_->at; }
  void complain(Position at, std::string text) const;

  const Node* node(std::string_view key);  // nullptr when absent
  // Required: complains when absent or empty.
  std::string text(std::string_view key);
  int64_t integer(std::string_view key);
  // Optional.
  std::string text_or(std::string_view key, std::string_view otherwise);
  bool flag_or(std::string_view key, bool otherwise);
  // A list of texts; absent is an empty list, and so is a list that is wrong, after a complaint.
  // `may_be_empty` false: complains about [] too.
  std::vector<Word> words(std::string_view key, bool may_be_empty = true);

  // "unknown key "x"; did you mean "y"?" for each key that was not asked for.
  void finish();

 private:
  const Node* node_;
  std::string file_;
  Problems& problems_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace relais::policy
