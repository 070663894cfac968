// SPDX-License-Identifier: Apache-2.0
// VocabularyReader: policy/vocabulary.toml into a Vocabulary, with every complaint it has. Used
// once at start, by one thread.
#pragma once

#include <string>

#include "policy/document.h"
#include "policy/table_reader.h"
#include "policy/vocabulary.h"

namespace relais::policy {

class VocabularyReader {
 public:
  VocabularyReader(std::string file, Problems& problems)
      : file_(std::move(file)), problems_(problems) {}
  Vocabulary read(const Node& root);

 private:
  void read_category(const Node& node);
  void check_type(const TableReader& table, const Category& category);
  void read_purpose(const Node& node);
  void read_state(const Node& node);
  void add_to_ceiling(const TableReader& table, const std::string& word, State& state);
  void resolve_from();
  uint64_t states_named(std::string_view word) const;
  void read_list(const Member& member);
  void read_declaration(const Node& node);
  void read_places(TableReader& table, DeclarationRule& rule);

  std::string file_;
  Problems& problems_;
  Vocabulary words_;
  std::vector<std::vector<Word>> from_;  // of each state, by index
};

}  // namespace relais::policy
