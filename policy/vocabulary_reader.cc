// SPDX-License-Identifier: Apache-2.0
#include "policy/vocabulary_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include "policy/facts.h"
#include "policy/text.h"

namespace relais::policy {
namespace {

constexpr size_t kMostWords = 64;  // purposes and states are bits of one integer

constexpr std::array<std::pair<std::string_view, ValueType>, 12> kTypes{{
    {"name", ValueType::name},
    {"phone_or_email", ValueType::phone_or_email},
    {"code", ValueType::code},
    {"language", ValueType::language},
    {"date", ValueType::date},
    {"year", ValueType::year},
    {"count_by_age_band", ValueType::count_by_age_band},
    {"name_relation", ValueType::name_relation},
    {"flag", ValueType::flag},
    {"short", ValueType::short_text},
    {"reference", ValueType::reference},
    {"none", ValueType::none},
}};

std::optional<ValueType> value_type(std::string_view text) {
  for (const auto& [name, type] : kTypes) {
    if (name == text) return type;
  }
  return std::nullopt;
}

Label read_label(TableReader& table) { return {table.text("fr"), table.text("en")}; }

template <class Read>
void each_item(const Node* list, Read read) {
  if (list == nullptr) return;
  for (const Node& item : list->items) read(item);
}

}  // namespace

void VocabularyReader::read_category(const Node& node) {
  TableReader table(node, file_, problems_);
  Category category;
  category.code = table.text("code");
  const int64_t bit = table.integer("bit");
  const int64_t tier = table.integer("tier");
  const std::string type = table.text("type");
  category.list = table.text_or("list", "");
  category.origin_label = table.text_or("label", "");
  category.label = read_label(table);
  category.fhir = table.text_or("fhir", "");
  category.hsds = table.text_or("hsds", "");
  category.dpv = table.text_or("dpv", "");
  table.finish();
  if (bit < 0 || bit > 63 || words_.all_.has(static_cast<CategoryBit>(bit & 63))) {
    return table.complain(table.at(), "\"bit\" must be a free number from 0 to 63");
  }
  if (tier < 0 || tier > 4) return table.complain(table.at(), "\"tier\" must be 0 to 4");
  if (words_.find(category.code)) {
    return table.complain(table.at(), "category \"" + category.code + "\" is defined twice");
  }
  const auto known = value_type(type);
  if (!known) return table.complain(table.at(), "unknown value type \"" + type + "\"");
  category.bit = static_cast<CategoryBit>(bit);
  category.tier = static_cast<int>(tier);
  category.type = *known;
  check_type(table, category);
  const CategorySet self = CategorySet::only(category.bit);
  words_.all_ |= self;
  words_.tiers_[static_cast<size_t>(tier)] |= self;
  words_.bits_.emplace(category.code, category.bit);
  words_.by_bit_[category.bit] = std::move(category);
}

void VocabularyReader::check_type(const TableReader& table, const Category& category) {
  if ((category.tier == 4) != (category.type == ValueType::none)) {
    table.complain(table.at(), "tier 4 and only tier 4 has the value type \"none\"");
  }
  const bool needs_list =
      category.type == ValueType::code || category.type == ValueType::count_by_age_band;
  if (needs_list != !category.list.empty()) {
    table.complain(table.at(), "\"list\" goes with the types \"code\" and \"count_by_age_band\"");
  }
  if (needs_list && words_.list(category.list) == nullptr) {
    table.complain(table.at(), "there is no list \"" + category.list + "\"");
  }
}

void VocabularyReader::read_purpose(const Node& node) {
  TableReader table(node, file_, problems_);
  Purpose purpose{table.text("code"), read_label(table), table.text_or("dpv", "")};
  table.finish();
  if (words_.purpose(purpose.code)) {
    table.complain(table.at(), "purpose \"" + purpose.code + "\" is defined twice");
  }
  words_.purposes_.push_back(std::move(purpose));
}

void VocabularyReader::add_to_ceiling(const TableReader& table, const std::string& word,
                                      State& state) {
  if (word == "need") {
    state.adds_need = true;
  } else if (word == "need.required") {
    state.adds_required_need = true;
  } else if (const auto mask = words_.mask(word)) {
    state.ceiling |= *mask;
  } else {
    table.complain(table.at(), "unknown category \"" + word + "\" in the ceiling of \"" +
                                   state.code + "\"" + did_you_mean(words_.nearest_category(word)));
  }
}

void VocabularyReader::read_state(const Node& node) {
  TableReader table(node, file_, problems_);
  State state;
  state.code = table.text("code");
  state.owner = table.text("owner");
  state.terminal = table.flag_or("terminal", false);
  state.needs_reason = table.flag_or("reason", false);
  if (state.owner != "sender" && state.owner != "target" && state.owner != "timer" &&
      state.owner != "person") {
    table.complain(table.at(), "owner is sender, target, timer or person");
  }
  from_.push_back(table.words("from"));
  state.label = read_label(table);
  state.fhir = table.text_or("fhir", "");
  for (const Word& word : table.words("ceiling")) add_to_ceiling(table, word.text, state);
  for (const Word& word : table.words("consented_ceiling")) {
    const auto mask = words_.mask(word.text);
    if (!mask) table.complain(word.at, "unknown category \"" + word.text + "\"");
    if (mask) state.consented_ceiling |= *mask;
  }
  table.finish();
  if (words_.state(state.code)) {
    table.complain(table.at(), "state \"" + state.code + "\" is defined twice");
  }
  words_.states_.push_back(std::move(state));
}

// After all states are read, since a state may follow one that stands further down.
void VocabularyReader::resolve_from() {
  for (size_t i = 0; i < words_.states_.size() && i < kMostWords; ++i) {
    for (const Word& word : from_[i]) {
      const uint64_t states = states_named(word.text);
      if (states == 0) {
        problems_.add(file_, word.at, "unknown state \"" + word.text + "\"");
      }
      words_.states_[i].from |= states & ~(uint64_t{1} << i);
      if (word.text == words_.states_[i].code) words_.states_[i].from |= uint64_t{1} << i;
    }
  }
}

uint64_t VocabularyReader::states_named(std::string_view word) const {
  uint64_t named = 0;
  for (size_t i = 0; i < words_.states_.size() && i < kMostWords; ++i) {
    const State& state = words_.states_[i];
    const bool open = !state.terminal && state.code != "draft";
    if (word == "any" || (word == "open" && open) || word == state.code) named |= uint64_t{1} << i;
  }
  return named;
}

void VocabularyReader::read_list(const Member& member) {
  std::vector<Code>& codes = words_.lists_[member.key];
  for (const Member& one : member.value.members) {
    TableReader table(one.value, file_, problems_);
    codes.push_back({one.key, read_label(table)});
    table.finish();
  }
  if (codes.empty()) problems_.add(file_, member.at, "list \"" + member.key + "\" is empty");
}

void VocabularyReader::read_places(TableReader& table, DeclarationRule& rule) {
  for (const Word& word : table.words("jurisdictions", false)) {
    const auto place = encode_jurisdiction(word.text);
    if (!place) table.complain(word.at, "\"" + word.text + "\" is not an ISO 3166 code");
    if (word.text == "EU") rule.eu = true;
    if (place && word.text != "EU") rule.jurisdictions.push_back(*place);
  }
  const auto known = allowed_values(FactKey::recipient_category);
  for (const Word& word : table.words("services", false)) {
    rule.services.push_back(word.text);
    if (std::find(known.begin(), known.end(), word.text) != known.end()) continue;
    table.complain(word.at, "unknown service category \"" + word.text + "\"" +
                                did_you_mean(nearest(word.text, {known.begin(), known.end()})));
  }
}

void VocabularyReader::read_declaration(const Node& node) {
  TableReader table(node, file_, problems_);
  DeclarationRule rule;
  rule.id = table.text("id");
  read_places(table, rule);
  for (const Word& word : table.words("optional", false)) {
    const auto mask = words_.mask(word.text);
    if (mask) rule.optional |= *mask;
    if (!mask) {
      table.complain(word.at, "unknown category \"" + word.text + "\"" +
                                  did_you_mean(words_.nearest_category(word.text)));
    }
  }
  rule.no_required_release = table.flag_or("no_required_release", false);
  rule.cite = table.text("cite");
  rule.certainty = table.text_or("certainty", "settled");
  table.finish();
  const bool certain = rule.certainty == "settled" || rule.certainty == "contested" ||
                       rule.certainty == "interpretation";
  if (!certain) table.complain(table.at(), "certainty is settled, contested or interpretation");
  if (rule.optional.empty() && !rule.no_required_release) {
    table.complain(table.at(), "a declaration row says \"optional\" or \"no_required_release\"");
  }
  for (const DeclarationRule& other : words_.declarations_) {
    if (other.id == rule.id) table.complain(table.at(), "row \"" + rule.id + "\" stands twice");
  }
  words_.declarations_.push_back(std::move(rule));
}

Vocabulary VocabularyReader::read(const Node& root) {
  TableReader table(root, file_, problems_);
  words_.version_ = table.text("version");
  if (const Node* lists = table.node("lists")) {
    for (const Member& member : lists->members) read_list(member);
  }
  each_item(table.node("category"), [&](const Node& node) { read_category(node); });
  each_item(table.node("purpose"), [&](const Node& node) { read_purpose(node); });
  each_item(table.node("state"), [&](const Node& node) { read_state(node); });
  resolve_from();
  each_item(table.node("declaration"), [&](const Node& node) { read_declaration(node); });
  table.finish();
  if (words_.all_.empty() || words_.purposes_.empty() || words_.states_.empty()) {
    problems_.add(file_, {1, 1}, "a vocabulary needs categories, purposes and states");
  }
  if (words_.purposes_.size() > kMostWords || words_.states_.size() > kMostWords) {
    problems_.add(file_, {1, 1}, "at most 64 purposes and 64 states");
  }
  return std::move(words_);
}

Result<Vocabulary> Vocabulary::parse(const std::string& text, const std::string& name) {
  Problems problems;
  if (const auto root = parse_toml(text, name, problems)) {
    Vocabulary words = VocabularyReader(name, problems).read(*root);
    if (problems.empty()) return words;
  }
  return fail(FaultKind::invalid, "the vocabulary does not load", problems.sentences());
}

Result<Vocabulary> Vocabulary::load(const std::string& path) {
  RELAIS_TRY(text, read_file(path));
  return parse(text, path);
}

}  // namespace relais::policy
