// SPDX-License-Identifier: Apache-2.0
// RuleReader: the [[silence]], [[lift]], [[duty]] and [[bar]] tables of one pack into Rules, except
// for what names other rules: those patterns are kept with their positions until every pack was
// read. Used by the loader, on one thread.
#pragma once

#include <string>
#include <vector>

#include "policy/condition_reader.h"
#include "policy/rules.h"
#include "policy/table_reader.h"

namespace relais::policy {

// A rule and the names in it that are resolved last.
struct DraftRule {
  Rule rule;
  std::vector<Word> defeats;
  std::vector<Word> overridden_by;
};

class RuleReader {
 public:
  RuleReader(const Vocabulary& words, ConditionReader& conditions, std::string file,
             Problems& problems)
      : words_(words), conditions_(conditions), file_(std::move(file)), problems_(problems) {}

  DraftRule read(RuleKind kind, const Node& node);

 private:
  void read_common(TableReader& table, Rule& rule);
  void read_in_force(TableReader& table, Rule& rule);
  void read_dates(const Node& node, Rule& rule);
  void read_day(TableReader& table, std::string_view key, int32_t& day);
  void read_granting(TableReader& table, Rule& rule);
  void read_silence(TableReader& table, Rule& rule);
  void read_bar(TableReader& table, DraftRule& draft);
  CategorySet read_mask(TableReader& table, std::string_view key, bool required);
  std::vector<std::string> read_bases(TableReader& table, std::string_view key, bool globs);
  AttachmentSet read_attachments(TableReader& table, std::string_view key);
  void read_attach_when(TableReader& table, Rule& rule);
  // The index of the text among `choices`; complains otherwise and answers 0.
  size_t read_choice(TableReader& table, std::string_view key,
                     const std::vector<std::string_view>& choices);

  const Vocabulary& words_;
  ConditionReader& conditions_;
  std::string file_;
  Problems& problems_;
};

}  // namespace relais::policy
