// SPDX-License-Identifier: Apache-2.0
#include "policy/decision_table.h"

#include <algorithm>
#include <array>
#include <limits>

#include "policy/law.h"
#include "policy/text.h"

namespace relais::policy {
namespace {

constexpr size_t kMostDays = 256;  // with a row each; a law of more days asks rule by rule

void put(std::vector<uint64_t>& rows, size_t row, size_t rule) {
  rows[row + rule / 64] |= uint64_t{1} << rule % 64;
}

// The values of a fact that has exactly one of a list, a bit each; 0 for other facts.
uint64_t values_of(const Vocabulary& words, FactKey key) {
  const auto first = [](size_t count) {
    return count < 64 ? (uint64_t{1} << count) - 1 : ~uint64_t{0};
  };
  switch (kind_of(key)) {
    case FactKind::code:
    case FactKind::flag:
      return first(allowed_values(key).size());
    case FactKind::purpose:
      return first(words.purposes().size());
    case FactKind::state:
      return first(words.states().size());
    default:
      return 0;
  }
}

// Few terms decide most questions: those that cost least and are met least often go first.
int cost(const Term& term) {
  if (term.op == Term::Op::meets) return std::popcount(term.value);
  return term.op < Term::Op::constant ? 100 : 200;
}

}  // namespace

uint32_t RuleGroups::add(const RuleSet& set, const std::string& tag) {
  Range range;
  size_t end = set.words();
  while (end > 0 && set.word(end - 1) == 0) --end;
  size_t begin = 0;
  while (begin < end && set.word(begin) == 0) ++begin;
  range.begin = static_cast<uint32_t>(begin);
  range.length = static_cast<uint32_t>(end - begin);
  range.at = static_cast<uint32_t>(words_.size());
  range.tag = tag;
  range.hash = begin;
  for (size_t i = begin; i < end; ++i) range.hash = (range.hash ^ set.word(i)) * 0x100000001b3;
  for (size_t i = 0; i < ranges_.size(); ++i) {
    if (equals(ranges_[i], range, set)) return static_cast<uint32_t>(i);
  }
  for (size_t i = begin; i < end; ++i) words_.push_back(set.word(i));
  ranges_.push_back(std::move(range));
  return static_cast<uint32_t>(ranges_.size() - 1);
}

bool RuleGroups::equals(const Range& a, const Range& b, const RuleSet& set) const {
  if (a.hash != b.hash || a.begin != b.begin || a.length != b.length || a.tag != b.tag) {
    return false;
  }
  for (size_t i = 0; i < a.length; ++i) {
    if (words_[a.at + i] != set.word(a.begin + i)) return false;
  }
  return true;
}

bool RuleGroups::meets(uint32_t group, const RuleSet& rules) const {
  const Range& range = ranges_[group];
  for (size_t i = 0; i < range.length; ++i) {
    if ((words_[range.at + i] & rules.word(range.begin + i)) != 0) return true;
  }
  return false;
}

// Compiles one law. A rule that a parameter makes false is on no side, so that nothing finds it.
class TableCompiler {
 public:
  TableCompiler(const Law& law, DecisionTable& table) : law_(law), table_(table) {}

  void run() {
    table_.words_ = (law_.rules().size() + 63) / 64;
    table_.rows_.assign(DecisionTable::kRows * table_.words_, 0);
    table_.packs_.resize(law_.packs().size());
    find_days();
    for (const Rule& rule : law_.rules()) add(rule);
    add_days();
    add_columns(when_, table_.columns_);
    add_columns(require_, table_.requirements_);
    if (const auto probe = law_.words().state("capacity_probe")) {
      table_.capacity_probe_ = uint64_t{1} << *probe;
    }
  }

 private:
  using Row = DecisionTable::Row;
  struct Cell {
    size_t rule;
    uint64_t value;  // any of these bits makes it true
  };
  using Cells = std::array<std::vector<Cell>, kFactKeys>;  // by fact

  void find_days() {
    std::vector<int32_t>& days = table_.days_;
    for (const Rule& rule : law_.rules()) {
      if (rule.from != std::numeric_limits<int32_t>::min()) days.push_back(rule.from);
      if (rule.to != std::numeric_limits<int32_t>::max()) days.push_back(rule.to + 1);
    }
    std::sort(days.begin(), days.end());
    days.erase(std::unique(days.begin(), days.end()), days.end());
    if (days.size() > kMostDays) days.clear();
    days_in_rows_ = !days.empty();
  }

  // Row i is of the days before days[i], the last of those from the last of them on.
  void add_days() {
    if (!days_in_rows_) return;
    table_.day_rows_ = table_.rows_.size();
    const size_t rows = table_.days_.size() + 1;
    table_.rows_.resize(table_.rows_.size() + rows * table_.words_);
    for (const Rule& rule : law_.rules()) {
      for (size_t i = 0; i < rows; ++i) {
        const int32_t day = i == 0 ? table_.days_[0] - 1 : table_.days_[i - 1];
        if (rule.in_force(day)) continue;
        put(table_.rows_, table_.day_rows_ + i * table_.words_, rule.number);
      }
    }
  }

  void add(const Rule& rule) {
    DecisionTable::Line line{rule.mask, 0, rule.kind, rule.pack, rule.asks_consent, rule.mandate};
    DecisionTable::Detail detail{rule.from, rule.to, {}, {}, 0, false};
    if (rule.kind == RuleKind::bar) {
      line.group = table_.named_.add(rule.names);
      detail.has_overriders = rule.overridden_by.any();
      if (detail.has_overriders) detail.overriders = table_.named_.add(rule.overridden_by);
    }
    if (rule.kind == RuleKind::silence) {
      line.group = table_.answering_.add(rule.answered_by, join(rule.freed_by, " "));
      if (line.group == table_.silences_.size()) table_.silences_.push_back(rule.number);
    }
    auto& [first, last] = table_.packs_[rule.pack];
    if (last == 0) first = rule.number;
    last = rule.number + size_t{1};
    if (!split(rule, detail)) enter(rule, detail);
    table_.lines_.push_back(line);
    table_.details_.push_back(detail);
  }

  // What a rule asks, into columns and rests. True when it is false whatever the facts.
  bool split(const Rule& rule, DecisionTable::Detail& detail) {
    const std::vector<Term> required = terms_of(rule.require);
    std::vector<Term> asked = terms_of(rule.when);
    const bool lists_purposes = rule.grants() && rule.purposes != ~uint64_t{0};
    if (lists_purposes) asked.push_back({Term::Op::meets, FactKey::purpose, rule.purposes, 0, 0});
    detail.rest = place(rule, asked, when_);
    detail.require = place(rule, required, require_);
    return std::any_of(asked.begin(), asked.end(), [](const Term& term) {
      return term.op == Term::Op::constant && term.value == 0;
    });
  }

  // A clause's terms; that a fact is not one thing is that it is one of the others.
  std::vector<Term> terms_of(uint32_t number) const {
    const Conditions& conditions = law_.conditions();
    std::vector<Term> terms;
    const Clause clause = conditions.clauses[number];
    for (uint32_t i = clause.begin; i < clause.end; ++i) {
      Term term = conditions.terms[i];
      if (term.op == Term::Op::negation) {
        const Clause inner = conditions.clauses[term.begin];
        const Term& first = conditions.terms[inner.begin];
        const uint64_t others = values_of(law_.words(), first.fact) & ~first.value;
        const bool turns = inner.end == inner.begin + 1 && first.op == Term::Op::meets;
        if (turns && others != 0) term = {Term::Op::meets, first.fact, others, 0, 0};
      }
      terms.push_back(term);
    }
    return terms;
  }

  // A conjunction has one cell in the column of each fact; whatever else it says is the rest.
  Clause place(const Rule& rule, const std::vector<Term>& terms, Cells& cells) {
    std::vector<Term> rest;
    FactSet placed;
    for (const Term& term : terms) {
      const auto fact = static_cast<size_t>(term.fact);
      if (term.op == Term::Op::meets && term.value != 0 && !placed[fact]) {
        placed.set(fact);
        cells[fact].push_back({rule.number, term.value});
      } else if (term.op != Term::Op::constant || term.value == 0) {
        rest.push_back(term);
      }
    }
    std::stable_sort(rest.begin(), rest.end(),
                     [](const Term& a, const Term& b) { return cost(a) < cost(b); });
    const auto begin = static_cast<uint32_t>(table_.rest_.size());
    table_.rest_.insert(table_.rest_.end(), rest.begin(), rest.end());
    return {begin, static_cast<uint32_t>(table_.rest_.size())};
  }

  void enter(const Rule& rule, const DecisionTable::Detail& detail) {
    const auto enter_if = [&](bool is, Row row) {
      if (is) put(table_.rows_, static_cast<size_t>(row) * table_.words_, rule.number);
    };
    enter_if(rule.on(Side::sender), Row::sender);
    enter_if(rule.on(Side::receiver), Row::receiver);
    enter_if(rule.kind == RuleKind::lift, Row::lifts);
    enter_if(!rule.grants(), Row::stops);
    enter_if(rule.kind == RuleKind::bar, Row::bars);
    enter_if(rule.asks_consent, Row::asks_consent);
    const bool says_more =
        detail.rest.begin != detail.rest.end || detail.require.begin != detail.require.end;
    enter_if(says_more || rule.kind == RuleKind::duty || !days_in_rows_, Row::alone);
  }

  void add_columns(const Cells& cells, std::vector<DecisionTable::Column>& columns) {
    for (size_t fact = 0; fact < kFactKeys; ++fact) {
      if (cells[fact].empty()) continue;
      columns.push_back(column_of(static_cast<FactKey>(fact), cells[fact]));
    }
  }

  DecisionTable::Column column_of(FactKey fact, const std::vector<Cell>& cells) {
    DecisionTable::Column column;
    column.fact = fact;
    column.rules = table_.rows_.size();
    uint64_t values = 0;
    for (const Cell& cell : cells) values |= cell.value;
    column.values = static_cast<uint32_t>(std::bit_width(values));
    table_.rows_.resize(table_.rows_.size() + (1 + column.values) * table_.words_);
    for (const Cell& cell : cells) {
      column.packs |= uint64_t{1} << table_.lines_[cell.rule].pack;
      put(table_.rows_, column.rules, cell.rule);
      for (uint32_t bit = 0; bit < column.values; ++bit) {
        if ((cell.value >> bit & 1) != 0) continue;
        put(table_.rows_, column.rules + (1 + bit) * table_.words_, cell.rule);
      }
    }
    return column;
  }

  const Law& law_;
  DecisionTable& table_;
  bool days_in_rows_ = false;
  Cells when_;
  Cells require_;
};

const uint64_t* DecisionTable::out_of_force(int32_t day) const {
  if (days_.empty()) return nullptr;
  const auto next = std::upper_bound(days_.begin(), days_.end(), day);
  return row_at(day_rows_ + static_cast<size_t>(next - days_.begin()) * words_);
}

void DecisionTable::compile(const Law& law) { TableCompiler(law, *this).run(); }

}  // namespace relais::policy
