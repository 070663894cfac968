// SPDX-License-Identifier: Apache-2.0
#include "policy/condition_reader.h"

#include "policy/fact_table.h"
#include "policy/text.h"

namespace relais::policy {
namespace {

constexpr int kMostLevels = 8;  // of any and not within each other
constexpr size_t kMostValues = 1000;

bool is_minimum(const Node& value) {
  return value.is(Node::Kind::table) && value.members.size() == 1 && value.members[0].key == "min";
}

bool begins_a_fact(const std::string& prefix) {
  for (size_t i = 0; i < kFactKeys; ++i) {
    if (text_of(static_cast<FactKey>(i)).starts_with(prefix + ".")) return true;
  }
  return false;
}

bool is_ordered(FactKey key) {
  return kind_of(key) == FactKind::date || kind_of(key) == FactKind::integer;
}

bool equals(const Parameter& parameter, const Node& value) {
  if (const auto* flag = std::get_if<bool>(&parameter)) {
    return value.is(Node::Kind::boolean) && value.boolean == *flag;
  }
  if (const auto* number = std::get_if<int64_t>(&parameter)) {
    return value.is(Node::Kind::integer) && value.integer == *number;
  }
  return value.is(Node::Kind::text) && value.text == std::get<std::string>(parameter);
}

Parameter parameter_of(const Node& value) {
  if (value.is(Node::Kind::boolean)) return value.boolean;
  if (value.is(Node::Kind::integer)) return value.integer;
  return value.text;
}

bool same_type(const Parameter& parameter, const Node& value) {
  if (std::holds_alternative<bool>(parameter)) return value.is(Node::Kind::boolean);
  if (std::holds_alternative<int64_t>(parameter)) return value.is(Node::Kind::integer);
  return value.is(Node::Kind::text);
}

}  // namespace

uint32_t ConditionReader::append(Clause clause) {
  into_.clauses.push_back(clause);
  return static_cast<uint32_t>(into_.clauses.size() - 1);
}

uint32_t ConditionReader::read(const Node* table) {
  if (table == nullptr) return append({});
  return append(read_clause(*table, 0));
}

Clause ConditionReader::read_clause(const Node& table, int level) {
  if (!table.is(Node::Kind::table)) {
    complain(table.at, "expected a table of facts and values");
    return {};
  }
  if (level > kMostLevels) {
    complain(table.at, "conditions are nested deeper than 8 levels");
    return {};
  }
  std::vector<Term> terms;  // appended at the end, so that one clause's terms are neighbours
  read_members(table, "", level, terms);
  const auto begin = static_cast<uint32_t>(into_.terms.size());
  into_.terms.insert(into_.terms.end(), terms.begin(), terms.end());
  return {begin, static_cast<uint32_t>(into_.terms.size())};
}

void ConditionReader::read_members(const Node& table, const std::string& prefix, int level,
                                   std::vector<Term>& terms) {
  for (const Member& member : table.members) {
    read_member(member, prefix + member.key, level, terms);
  }
}

void ConditionReader::read_member(const Member& member, const std::string& key, int level,
                                  std::vector<Term>& terms) {
  if (problems_.full()) return;
  const Node& value = member.value;
  if (key == "any") return read_any(value, level, terms);
  if (key == "not") return read_not(value, level, terms);
  if (key.starts_with("param.")) return read_parameter(key.substr(6), member, terms);
  // `sender.secrecy = …` without quotes is a table "sender" to TOML; it says the same.
  const bool opens = begins_a_fact(key) || key == "param";
  if (opens && value.is(Node::Kind::table) && !is_minimum(value)) {
    return read_members(value, key + ".", level, terms);
  }
  const auto fact = fact_key(key);
  if (fact) return read_fact(*fact, value, terms);
  const std::string fact_meant = nearest_fact(key);
  const std::string meant = fact_meant.empty() ? nearest(key, {"any", "not"}) : fact_meant;
  complain(member.at, "unknown fact \"" + key + "\"" + did_you_mean(meant));
}

void ConditionReader::read_any(const Node& list, int level, std::vector<Term>& terms) {
  if (!list.is(Node::Kind::list) || list.items.empty()) {
    return complain(list.at, "\"any\" must be a list of tables that is not empty");
  }
  std::vector<Clause> branches;
  for (const Node& item : list.items) {
    if (item.is(Node::Kind::table) && item.members.empty()) {
      complain(item.at, "an empty branch of \"any\" is always true");
    }
    branches.push_back(read_clause(item, level + 1));
  }
  Term term;
  term.op = Term::Op::any;
  term.begin = static_cast<uint32_t>(into_.clauses.size());
  into_.clauses.insert(into_.clauses.end(), branches.begin(), branches.end());
  term.end = static_cast<uint32_t>(into_.clauses.size());
  terms.push_back(term);
}

void ConditionReader::read_not(const Node& table, int level, std::vector<Term>& terms) {
  if (!table.is(Node::Kind::table) || table.members.empty()) {
    return complain(table.at, "\"not\" must be a table that is not empty");
  }
  Term term;
  term.op = Term::Op::negation;
  term.begin = append(read_clause(table, level + 1));
  terms.push_back(term);
}

void ConditionReader::read_parameter(const std::string& name, const Member& member,
                                     std::vector<Term>& terms) {
  const auto found = parameters_.find(name);
  if (found == parameters_.end()) {
    std::vector<std::string_view> names;
    for (const auto& [known, value] : parameters_) names.emplace_back(known);
    return complain(member.at,
                    "unknown parameter \"" + name + "\"" + did_you_mean(nearest(name, names)));
  }
  const bool list = member.value.is(Node::Kind::list);
  Term term;
  ParameterTest test{name, {}};
  for (const Node& value : list ? member.value.items : std::vector<Node>{member.value}) {
    if (!same_type(found->second, value)) {
      complain(value.at, "not a value of parameter \"" + name + "\"");
    }
    if (equals(found->second, value)) term.value = 1;
    test.values.push_back(parameter_of(value));
  }
  term.begin = static_cast<uint32_t>(into_.parameter_tests.size());
  into_.parameter_tests.push_back(std::move(test));
  terms.push_back(term);
}

bool ConditionReader::encode(FactKey key, const Node& value, uint64_t& encoded) {
  const FactKind kind = kind_of(key);
  if (kind == FactKind::flag && value.is(Node::Kind::boolean)) {
    encoded = value.boolean ? 2 : 1;
    return true;
  }
  if (kind == FactKind::integer && value.is(Node::Kind::integer) && value.integer >= 0) {
    encoded = static_cast<uint64_t>(value.integer);
    return true;
  }
  const bool is_day = kind == FactKind::date && value.is(Node::Kind::date);
  const bool is_word =
      value.is(Node::Kind::text) && kind != FactKind::flag && kind != FactKind::integer;
  if (!is_day && !is_word) {
    complain(value.at, "not a value of fact \"" + std::string(text_of(key)) + "\": expected " +
                           expected_value(key) + (is_ordered(key) ? " or { min = … }" : ""));
    return false;
  }
  const auto result = encode_value(words_, key, value.text);
  if (!result) {
    complain(value.at, "\"" + value.text + "\" is not a value of fact \"" +
                           std::string(text_of(key)) + "\"" +
                           result.error().where.substr(text_of(key).size()));
    return false;
  }
  encoded = *result;
  const bool private_data =
      kind == FactKind::category_set && !(CategorySet{encoded} & words_.tier(4)).empty();
  if (private_data)
    complain(value.at, "\"" + value.text + "\" is of tier 4: no rule can speak of it");
  return true;
}

bool ConditionReader::read_minimum(FactKey key, const Node& value, Term& term) {
  if (!is_ordered(key)) {
    complain(value.at, "\"min\" goes with counts and dates only");
    return false;
  }
  term.op = Term::Op::at_least;
  return encode(key, value.members[0].value, term.value);
}

void ConditionReader::read_fact(FactKey key, const Node& value, std::vector<Term>& terms) {
  Term term;
  term.fact = key;
  if (is_minimum(value)) {
    if (read_minimum(key, value, term)) terms.push_back(term);
    return;
  }
  const bool list = value.is(Node::Kind::list);
  if (list && value.items.empty()) {
    return complain(value.at, "an empty list of values is never met");
  }
  if (value.items.size() > kMostValues) return complain(value.at, "more than 1000 values");
  const bool listed = is_ordered(key) || kind_of(key) == FactKind::jurisdiction;
  term.op = !listed ? Term::Op::meets : is_ordered(key) ? Term::Op::one_of : Term::Op::lies_in;
  term.begin = static_cast<uint32_t>(into_.values.size());
  for (const Node& item : list ? value.items : std::vector<Node>{value}) {
    uint64_t encoded = 0;
    if (!encode(key, item, encoded)) continue;
    if (listed) into_.values.push_back(encoded);
    term.value |= encoded;
  }
  term.end = static_cast<uint32_t>(into_.values.size());
  terms.push_back(term);
}

}  // namespace relais::policy
