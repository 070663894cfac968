// SPDX-License-Identifier: Apache-2.0
#include "policy/fact_table.h"

#include "policy/text.h"
#include "policy/vocabulary.h"

namespace relais::policy {
namespace {

bool is_group(const std::string& key) {
  if (key == "param") return true;
  for (size_t i = 0; i < kFactKeys; ++i) {
    if (text_of(static_cast<FactKey>(i)).starts_with(key + ".")) return true;
  }
  return false;
}

class FactTable {
 public:
  FactTable(const Vocabulary& words, std::string_view file, Facts& facts, Parameters& parameters,
            Problems& problems)
      : words_(words), file_(file), facts_(facts), parameters_(parameters), problems_(problems) {}

  void read(const Node& table, const std::string& prefix) {
    if (!table.is(Node::Kind::table)) return complain(table.at, "expected a table of facts");
    for (const Member& member : table.members) read_member(member, prefix + member.key);
  }

 private:
  void read_member(const Member& member, const std::string& key) {
    if (problems_.full()) return;
    const Node& value = member.value;
    if (value.is(Node::Kind::table) && is_group(key)) return read(value, key + ".");
    if (key.starts_with("param.")) return read_parameter(member, key.substr(6));
    const auto fact = fact_key(key);
    if (!fact) {
      return complain(member.at, "unknown fact \"" + key + "\"" + did_you_mean(nearest_fact(key)));
    }
    std::vector<std::string> values;
    if (!read_words(*fact, value, values)) return;
    const auto result = facts_.set(words_, *fact, std::span<const std::string>(values));
    if (!result) complain_of_values(*fact, value);
  }

  // Each wrong item where it stands.
  void complain_of_values(FactKey key, const Node& value) {
    const bool list = value.is(Node::Kind::list);
    const std::string name(text_of(key));
    bool found = false;
    for (const Node& item : list ? value.items : std::vector<Node>{value}) {
      const auto encoded = encode_value(words_, key, item.text);
      if (encoded || !item.is(Node::Kind::text)) continue;
      const std::string suggestion = encoded.error().where.substr(name.size());
      complain(item.at,
               "\"" + item.text + "\" is not a value of fact \"" + name + "\"" +
                   (suggestion.empty() ? ": expected " + expected_value(key) : suggestion));
      found = true;
    }
    if (!found) complain(value.at, "fact \"" + name + "\" takes exactly one value");
  }

  bool read_words(FactKey key, const Node& value, std::vector<std::string>& values) {
    if (!value.is(Node::Kind::list)) return read_word(key, value, values);
    for (const Node& item : value.items) {
      if (!read_word(key, item, values)) return false;
    }
    return true;
  }

  bool read_word(FactKey key, const Node& value, std::vector<std::string>& values) {
    const FactKind kind = kind_of(key);
    if (kind == FactKind::flag && value.is(Node::Kind::boolean)) {
      values.emplace_back(value.boolean ? "true" : "false");
    } else if (kind == FactKind::integer && value.is(Node::Kind::integer)) {
      values.push_back(std::to_string(value.integer));
    } else if (kind == FactKind::date && value.is(Node::Kind::date)) {
      values.push_back(value.text);
    } else if (value.is(Node::Kind::text) && kind != FactKind::flag && kind != FactKind::integer) {
      values.push_back(value.text);
    } else {
      complain(value.at, "not a value of fact \"" + std::string(text_of(key)) + "\": expected " +
                             expected_value(key));
      return false;
    }
    return true;
  }

  void read_parameter(const Member& member, const std::string& name) {
    switch (member.value.kind) {
      case Node::Kind::boolean:
        parameters_[name] = member.value.boolean;
        return;
      case Node::Kind::integer:
        parameters_[name] = member.value.integer;
        return;
      case Node::Kind::text:
        parameters_[name] = member.value.text;
        return;
      default:
        complain(member.value.at, "a parameter is true, false, a number or a text");
    }
  }

  void complain(Position at, std::string text) { problems_.add(file_, at, std::move(text)); }

  const Vocabulary& words_;
  std::string file_;
  Facts& facts_;
  Parameters& parameters_;
  Problems& problems_;
};

constexpr size_t kMostListed = 8;

}  // namespace

std::string expected_value(FactKey key) {
  switch (kind_of(key)) {
    case FactKind::flag:
      return "true or false";
    case FactKind::integer:
      return "a number";
    case FactKind::date:
      return "a date as YYYY-MM-DD";
    case FactKind::jurisdiction:
      return "an ISO 3166 code such as \"FR\" or \"US-CA\"";
    case FactKind::category_set:
      return "category codes or masks such as \"identity.*\"";
    default:
      break;
  }
  const auto values = allowed_values(key);
  if (values.empty() || values.size() > kMostListed) return "a word of the vocabulary";
  std::vector<std::string> list(values.begin(), values.end());
  return "one of " + join(list, ", ");
}

void read_facts(const Vocabulary& words, const Node& table, std::string_view file, Facts& facts,
                Parameters& parameters, Problems& problems) {
  FactTable(words, file, facts, parameters, problems).read(table, "");
}

}  // namespace relais::policy
