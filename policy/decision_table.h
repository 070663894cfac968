// SPDX-License-Identifier: Apache-2.0
// DecisionTable: a Law turned the other way round, once, when it is loaded. A column per fact that
// conditions name and in it, for each value of the fact, the rules which that value makes false, a
// bit a rule: a decision takes a few rows together, 64 rules at a time, and looks one by one only
// at what is left and cannot be said in rows (`any`, `not`, counts, places, `require`, duties).
// Owned by its Law and immutable with it; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/rules.h"

namespace relais::policy {

class Law;

// Sets of rules as the rows of a matrix that leave out their empty ends; equal sets are kept once.
class RuleGroups {
 public:
  // Its number; while the law is compiled. Sets under different tags are different groups.
  uint32_t add(const RuleSet& set, const std::string& tag = {});
  size_t size() const { return ranges_.size(); }
  bool meets(uint32_t group, const RuleSet& rules) const;
  // Calls visit(number) for each rule of the group whose bit is set in words(i), a row.
  template <class Words, class Visit>
  void each_in(uint32_t group, Words words, Visit visit) const {
    const Range& range = ranges_[group];
    for (size_t i = 0; i < range.length; ++i) {
      uint64_t both = words_[range.at + i] & words(range.begin + i);
      for (; both != 0; both &= both - 1) {
        visit((range.begin + i) * 64 + static_cast<size_t>(std::countr_zero(both)));
      }
    }
  }

 private:
  struct Range {
    uint32_t begin = 0;  // first word
    uint32_t length = 0;
    uint32_t at = 0;  // in words_
    uint64_t hash = 0;
    std::string tag;
  };
  bool equals(const Range& a, const Range& b, const RuleSet& set) const;

  std::vector<Range> ranges_;
  std::vector<uint64_t> words_;
};

class DecisionTable {
 public:
  // A fact: the rules whose condition names it, and behind them a row per value.
  struct Column {
    FactKey fact = FactKey::data;
    uint32_t values = 0;  // bits that have a row; a higher bit makes all of `rules` false
    uint64_t packs = 0;   // whose rules they are
    size_t rules = 0;     // first word of the row
  };
  // What every decision reads of a rule that fires or holds,
  struct Line {
    CategorySet mask;
    uint32_t group = 0;  // of a bar: what it defeats; of a silence: what may answer it
    RuleKind kind = RuleKind::silence;
    uint8_t pack = 0;
    bool asks_consent = false;
    bool mandate = false;
  };
  // and what is read of one that is looked at alone.
  struct Detail {
    int32_t from = 0;
    int32_t to = 0;
    Clause rest;              // of rest(): what the columns do not say of `when`
    Clause require;           // of rest(): and of `require`
    uint32_t overriders = 0;  // of a bar
    bool has_overriders = false;
  };
  struct PackRules {
    size_t first = 0;  // numbers [first, last)
    size_t last = 0;
  };
  // Rows that every decision reads.
  enum class Row : uint8_t { sender, receiver, lifts, stops, bars, asks_consent, alone };
  static constexpr size_t kRows = 7;

  void compile(const Law& law);

  size_t words() const { return words_; }  // of a row
  const uint64_t* row(Row row) const { return row_at(static_cast<size_t>(row) * words_); }
  const uint64_t* row_at(size_t word) const { return rows_.data() + word; }
  const uint64_t* out_of_force(int32_t day) const;  // the rules that are not; null: ask each
  const std::vector<Column>& columns() const { return columns_; }            // of `when`
  const std::vector<Column>& requirements() const { return requirements_; }  // of `require`
  const Line& line(size_t rule) const { return lines_[rule]; }
  const Detail& detail(size_t rule) const { return details_[rule]; }
  const PackRules& rules_of(size_t pack) const { return packs_[pack]; }
  const std::vector<Term>& rest() const { return rest_; }
  const RuleGroups& named() const { return named_; }
  const RuleGroups& answering() const { return answering_; }
  // A silence of each group of answering().
  const std::vector<uint16_t>& silences() const { return silences_; }
  uint64_t capacity_probe() const { return capacity_probe_; }  // the state, as a fact's value

 private:
  friend class TableCompiler;
  size_t words_ = 0;
  std::vector<uint64_t> rows_;
  std::vector<int32_t> days_;  // on which some rule comes into force or leaves it
  size_t day_rows_ = 0;        // first word of the row before the first of them
  std::vector<Column> columns_;
  std::vector<Column> requirements_;
  std::vector<Line> lines_;
  std::vector<Detail> details_;
  std::vector<PackRules> packs_;
  std::vector<Term> rest_;
  RuleGroups named_;
  RuleGroups answering_;
  std::vector<uint16_t> silences_;
  uint64_t capacity_probe_ = 0;
};

}  // namespace relais::policy
