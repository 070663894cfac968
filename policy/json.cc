// SPDX-License-Identifier: Apache-2.0
// The only file that sees the JSON library. JSON has no positions here: facts come from a program,
// and the key names the place.
#include <nlohmann/json.hpp>

#include "policy/document.h"

namespace relais::policy {
namespace {

constexpr size_t kMostBytes = 4 * 1024 * 1024;
constexpr int kMostLevels = 32;

Node convert(const nlohmann::json& from, int level, bool& too_deep) {
  Node node;
  if (level > kMostLevels) {
    too_deep = true;
  } else if (from.is_boolean()) {
    node.kind = Node::Kind::boolean;
    node.boolean = from.get<bool>();
  } else if (from.is_number_integer()) {
    node.kind = Node::Kind::integer;
    node.integer = from.get<int64_t>();
  } else if (from.is_string()) {
    node.kind = Node::Kind::text;
    node.text = from.get_ref<const std::string&>();
  } else if (from.is_array()) {
    node.kind = Node::Kind::list;
    for (const auto& item : from) node.items.push_back(convert(item, level + 1, too_deep));
  } else if (from.is_object()) {
    node.kind = Node::Kind::table;
    for (const auto& [key, value] : from.items()) {
      node.members.push_back({key, {}, convert(value, level + 1, too_deep)});
    }
  }
  return node;
}

}  // namespace

std::optional<Node> parse_json(const std::string& text, const std::string& name,
                               Problems& problems) {
  if (text.size() > kMostBytes) {
    problems.add(name, {1, 1}, "the text is larger than 4 MiB");
    return std::nullopt;
  }
  const auto parsed = nlohmann::json::parse(text, nullptr, false);
  if (parsed.is_discarded() || !parsed.is_object()) {
    problems.add(name, {1, 1}, "not a JSON object");
    return std::nullopt;
  }
  bool too_deep = false;
  Node root = convert(parsed, 0, too_deep);
  if (too_deep) {
    problems.add(name, {1, 1}, "nested deeper than 32 levels");
    return std::nullopt;
  }
  return root;
}

}  // namespace relais::policy
