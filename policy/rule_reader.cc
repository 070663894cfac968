// SPDX-License-Identifier: Apache-2.0
#include "policy/rule_reader.h"

#include <algorithm>

#include "node/core/time.h"
#include "policy/text.h"

namespace relais::policy {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_' || c == ':' || c == '(' || c == ')' || c == '/';
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= 100 && std::all_of(text.begin(), text.end(), is_plain);
}

}  // namespace

size_t RuleReader::read_choice(TableReader& table, std::string_view key,
                               const std::vector<std::string_view>& choices) {
  const std::string text = table.text_or(key, choices[0]);
  const auto found = std::find(choices.begin(), choices.end(), text);
  if (found != choices.end()) return static_cast<size_t>(found - choices.begin());
  table.complain(table.node(key)->at, "\"" + text + "\" is not a value of \"" + std::string(key) +
                                          "\"" + did_you_mean(nearest(text, choices)));
  return 0;
}

DraftRule RuleReader::read(RuleKind kind, const Node& node) {
  TableReader table(node, file_, problems_);
  DraftRule draft;
  draft.rule.kind = kind;
  draft.rule.at = node.at;
  read_common(table, draft.rule);
  if (draft.rule.grants()) {
    read_granting(table, draft.rule);
  } else {
    draft.rule.require = conditions_.read(nullptr);
    draft.rule.offer = read_attachments(table, "offer");
    if (kind == RuleKind::silence) read_silence(table, draft.rule);
    if (kind == RuleKind::bar) read_bar(table, draft);
  }
  table.finish();
  return draft;
}

void RuleReader::read_common(TableReader& table, Rule& rule) {
  rule.id = table.text("id");
  if (!rule.id.empty() && !is_id(rule.id)) {
    table.complain(table.node("id")->at, "a rule id has letters, digits and . - _ : ( ) / only");
  }
  rule.cite = table.text("cite");
  read_in_force(table, rule);
  const size_t certainty =
      read_choice(table, "certainty", {"settled", "contested", "interpretation"});
  rule.certainty = rule.unverified ? Certainty::interpretation : static_cast<Certainty>(certainty);
  rule.sides = static_cast<uint8_t>(read_choice(table, "side", {"sender", "receiver", "both"}) + 1);
  rule.when = conditions_.read(table.node("when"));
}

void RuleReader::read_in_force(TableReader& table, Rule& rule) {
  const Node* node = table.node("in_force");
  if (node == nullptr) return table.complain(table.at(), "\"in_force\" is missing");
  if (node->is(Node::Kind::text) && node->text == "unverified") {
    rule.unverified = true;
    return;
  }
  if (!node->is(Node::Kind::table) || node->members.empty()) {
    return table.complain(node->at,
                          "\"in_force\" must be \"unverified\" or { from = date, to = date }");
  }
  read_dates(*node, rule);
}

void RuleReader::read_dates(const Node& node, Rule& rule) {
  TableReader dates(node, file_, problems_);
  read_day(dates, "from", rule.from);
  read_day(dates, "to", rule.to);
  dates.finish();
  if (rule.from > rule.to) dates.complain(node.at, "\"in_force\" ends before it begins");
}

void RuleReader::read_day(TableReader& table, std::string_view key, int32_t& day) {
  const Node* node = table.node(key);
  if (node == nullptr) return;
  const bool worded = node->is(Node::Kind::date) || node->is(Node::Kind::text);
  const auto date = worded ? Date::parse(node->text) : std::nullopt;
  if (!date) return table.complain(node->at, "expected a date as YYYY-MM-DD");
  day = date->days();
}

CategorySet RuleReader::read_mask(TableReader& table, std::string_view key, bool required) {
  const Node* node = table.node(key);
  if (node == nullptr) {
    if (required) table.complain(table.at(), "\"" + std::string(key) + "\" is missing");
    return words_.decidable();
  }
  CategorySet mask;
  for (const Word& word : table.words(key, false)) {
    const auto covered = words_.mask(word.text);
    if (!covered) {
      table.complain(word.at, "unknown category \"" + word.text + "\"" +
                                  did_you_mean(words_.nearest_category(word.text)));
    } else if (!(*covered & words_.tier(4)).empty()) {
      table.complain(word.at, "\"" + word.text + "\" is of tier 4: no rule can speak of it");
    } else if ((*covered & words_.decidable()).empty()) {
      table.complain(word.at, "\"" + word.text + "\" is never decided");
    }
    mask |= covered.value_or(CategorySet{});
  }
  return mask & words_.decidable();
}

std::vector<std::string> RuleReader::read_bases(TableReader& table, std::string_view key,
                                                bool globs) {
  std::vector<std::string> bases;
  for (const Word& word : table.words(key)) {
    std::string plain = word.text;
    if (globs) plain.erase(std::remove(plain.begin(), plain.end(), '*'), plain.end());
    const bool good = is_id(plain) || (globs && plain.empty() && !word.text.empty());
    if (!good) table.complain(word.at, "\"" + word.text + "\" is not a legal basis");
    bases.push_back(word.text);
  }
  return bases;
}

AttachmentSet RuleReader::read_attachments(TableReader& table, std::string_view key) {
  std::vector<std::string_view> known;
  for (size_t i = 0; i < kAttachments; ++i) known.push_back(text_of(static_cast<Attachment>(i)));
  AttachmentSet set = 0;
  for (const Word& word : table.words(key)) {
    const auto found = std::find(known.begin(), known.end(), word.text);
    if (found == known.end()) {
      table.complain(word.at, "unknown attachment \"" + word.text + "\"" +
                                  did_you_mean(nearest(word.text, known)));
      continue;
    }
    set |= only(static_cast<Attachment>(found - known.begin()));
  }
  return set;
}

void RuleReader::read_attach_when(TableReader& table, Rule& rule) {
  const Node* list = table.node("attach_when");
  if (list == nullptr) return;
  if (!list->is(Node::Kind::list)) {
    return table.complain(list->at, "\"attach_when\" must be a list of tables");
  }
  for (const Node& item : list->items) {
    TableReader one(item, file_, problems_);
    const Node* when = one.node("when");
    if (when == nullptr) one.complain(item.at, "\"when\" is missing");
    const uint32_t clause = conditions_.read(when);
    rule.attach_when.push_back({clause, read_attachments(one, "attach")});
    one.finish();
  }
}

void RuleReader::read_granting(TableReader& table, Rule& rule) {
  const bool lift = rule.kind == RuleKind::lift;
  rule.mask = read_mask(table, lift ? "allow" : "owe", true);
  rule.basis = read_bases(table, "basis", false);
  rule.require = conditions_.read(table.node("require"));
  rule.attach = read_attachments(table, "attach");
  read_attach_when(table, rule);
  if (lift) rule.asks_consent = read_choice(table, "consent", {"none", "required"}) == 1;
  if (!lift) rule.mandate = table.flag_or("mandate", false);
  if (table.node("purposes") == nullptr) return;
  rule.purposes = 0;
  for (const Word& word : table.words("purposes", false)) {
    const auto value = encode_value(words_, FactKey::purpose, word.text);
    if (value) rule.purposes |= *value;
    if (!value) {
      table.complain(word.at, "unknown purpose \"" + word.text + "\"" +
                                  value.error().where.substr(text_of(FactKey::purpose).size()));
    }
  }
}

void RuleReader::read_silence(TableReader& table, Rule& rule) {
  rule.mask = read_mask(table, "categories", false);
  rule.freed_by = read_bases(table, "freed_by", true);
}

void RuleReader::read_bar(TableReader& table, DraftRule& draft) {
  draft.rule.mask = read_mask(table, "categories", false);
  if (table.node("defeats") == nullptr) table.complain(table.at(), "\"defeats\" is missing");
  draft.defeats = table.words("defeats", false);
  draft.overridden_by = table.words("overridden_by");
  for (const Word& word : draft.defeats) draft.rule.defeats.push_back(word.text);
  for (const Word& word : draft.overridden_by) draft.rule.overriders.push_back(word.text);
  draft.rule.unless_basis = read_bases(table, "unless_basis", true);
}

}  // namespace relais::policy
