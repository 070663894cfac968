// SPDX-License-Identifier: Apache-2.0
// The only file that sees the TOML library, as a header and without exceptions: a parse error is a
// value here, like every other complaint.
#undef TOML_HEADER_ONLY
#undef TOML_SHARED_LIB
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#include "policy/document.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <tuple>

#include "node/core/time.h"
#include "policy/stray.h"

namespace relais::policy {
namespace {

constexpr size_t kMostBytes = 4 * 1024 * 1024;
constexpr int kMostLevels = 32;

Position position_of(const toml::source_region& source) {
  return {static_cast<int>(source.begin.line), static_cast<int>(source.begin.column)};
}

class Converter {
 public:
  bool too_deep = false;

  Node convert(const toml::node& from, int level) {
    Node node;
    node.at = position_of(from.source());
    if (level > kMostLevels) {
      too_deep = true;
      return node;
    }
    if (const auto* table = from.as_table()) return convert_table(*table, node, level);
    if (const auto* list = from.as_array()) {
      node.kind = Node::Kind::list;
      for (const toml::node& item : *list) node.items.push_back(convert(item, level + 1));
      return node;
    }
    convert_scalar(from, node);
    return node;
  }

 private:
  Node convert_table(const toml::table& table, Node node, int level) {
    node.kind = Node::Kind::table;
    for (const auto& [key, value] : table) {
      node.members.push_back(
          {std::string(key.str()), position_of(key.source()), convert(value, level + 1)});
    }
    std::stable_sort(node.members.begin(), node.members.end(),
                     [](const Member& a, const Member& b) {
                       return std::tie(a.at.line, a.at.column) < std::tie(b.at.line, b.at.column);
                     });
    return node;
  }

  static void convert_scalar(const toml::node& from, Node& node) {
    if (const auto* flag = from.as_boolean()) {
      node.kind = Node::Kind::boolean;
      node.boolean = flag->get();
    } else if (const auto* number = from.as_integer()) {
      node.kind = Node::Kind::integer;
      node.integer = number->get();
    } else if (const auto* text = from.as_string()) {
      node.kind = Node::Kind::text;
      node.text = text->get();
    } else if (const auto* day = from.as_date()) {
      node.kind = Node::Kind::date;
      const auto date = Date::of(day->get().year, day->get().month, day->get().day);
      if (date) node.text = date->text();
    }
  }
};

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const Member& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

std::string Problem::sentence() const {
  return file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " + text;
}

void Problems::add(std::string_view file, Position at, std::string text) {
  if (!full()) list_.push_back({std::string(file), at, std::move(text)});
}

std::string Problems::sentences() const {
  std::vector<Problem> sorted = list_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.file, a.at.line, a.at.column) < std::tie(b.file, b.at.line, b.at.column);
  });
  std::string text;
  for (const Problem& problem : sorted) text += (text.empty() ? "" : "\n") + problem.sentence();
  if (full()) text += "\nand there may be more";
  return text;
}

std::optional<Node> parse_toml(const std::string& text, const std::string& name,
                               Problems& problems) {
  if (text.size() > kMostBytes) {
    problems.add(name, {1, 1}, "the file is larger than 4 MiB");
    return std::nullopt;
  }
  if (const auto stray = find_stray(text)) {
    problems.add(name, stray->at, std::string(stray->what));
    return std::nullopt;
  }
  const toml::parse_result parsed = toml::parse(text, name);
  if (!parsed) {
    problems.add(name, position_of(parsed.error().source()),
                 std::string(parsed.error().description()));
    return std::nullopt;
  }
  Converter converter;
  Node root = converter.convert(parsed.table(), 0);
  if (converter.too_deep) {
    problems.add(name, root.at, "nested deeper than 32 levels");
    return std::nullopt;
  }
  return root;
}

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(FaultKind::not_found, "cannot open the file", path);
  std::string text(kMostBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (file.bad()) return fail(FaultKind::unavailable, "cannot read the file", path);
  return text;
}

}  // namespace relais::policy
