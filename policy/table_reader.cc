// SPDX-License-Identifier: Apache-2.0
#include "policy/table_reader.h"

#include "policy/text.h"

namespace relais::policy {
namespace {

constexpr size_t kMostWords = 1000;

const Node& empty_table() {
  static const Node table = [] {
    Node node;
    node.kind = Node::Kind::table;
    return node;
  }();
  return table;
}

}  // namespace

TableReader::TableReader(const Node& node, std::string_view file, Problems& problems)
    : node_(&node), file_(file), problems_(problems) {
  if (node.is(Node::Kind::table)) return;
  complain(node.at, "expected a table");
  node_ = &empty_table();
}

void TableReader::complain(Position at, std::string text) const {
  problems_.add(file_, at, std::move(text));
}

const Node* TableReader::node(std::string_view key) {
  asked_.emplace(key);
  return node_->find(key);
}

std::string TableReader::text(std::string_view key) {
  const Node* found = node(key);
  if (found == nullptr) {
    complain(at(), "\"" + std::string(key) + "\" is missing");
    return {};
  }
  if (!found->is(Node::Kind::text) || found->text.empty()) {
    complain(found->at, "\"" + std::string(key) + "\" must be a text that is not empty");
    return {};
  }
  return found->text;
}

int64_t TableReader::integer(std::string_view key) {
  const Node* found = node(key);
  if (found != nullptr && found->is(Node::Kind::integer)) return found->integer;
  complain(found == nullptr ? at() : found->at, "\"" + std::string(key) + "\" must be a number");
  return -1;
}

std::string TableReader::text_or(std::string_view key, std::string_view otherwise) {
  const Node* found = node(key);
  if (found == nullptr) return std::string(otherwise);
  if (!found->is(Node::Kind::text)) {
    complain(found->at, "\"" + std::string(key) + "\" must be a text");
    return std::string(otherwise);
  }
  return found->text;
}

bool TableReader::flag_or(std::string_view key, bool otherwise) {
  const Node* found = node(key);
  if (found == nullptr) return otherwise;
  if (!found->is(Node::Kind::boolean)) {
    complain(found->at, "\"" + std::string(key) + "\" must be true or false");
    return otherwise;
  }
  return found->boolean;
}

std::vector<Word> TableReader::words(std::string_view key, bool may_be_empty) {
  const Node* found = node(key);
  if (found == nullptr) return {};
  std::vector<Word> list;
  if (found->items.size() > kMostWords) {
    complain(found->at, "\"" + std::string(key) + "\" has more than 1000 words");
    return {};
  }
  bool all_texts = found->is(Node::Kind::list);
  for (const Node& item : found->items) {
    all_texts = all_texts && item.is(Node::Kind::text);
    list.push_back({item.text, item.at});
  }
  if (!all_texts) {
    complain(found->at, "\"" + std::string(key) + "\" must be a list of texts");
    return {};
  }
  if (list.empty() && !may_be_empty) {
    complain(found->at, "\"" + std::string(key) + "\" is empty: it would cover nothing");
  }
  return list;
}

void TableReader::finish() {
  const std::vector<std::string_view> known(asked_.begin(), asked_.end());
  for (const Member& member : node_->members) {
    if (asked_.contains(member.key) || problems_.full()) continue;
    complain(member.at,
             "unknown key \"" + member.key + "\"" + did_you_mean(nearest(member.key, known)));
  }
}

}  // namespace relais::policy
