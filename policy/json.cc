// SPDX-License-Identifier: Apache-2.0
// The only file that sees the JSON library. It tells no positions, so the characters are counted as
// it takes them: a key and a text stand where they begin, any other value where its key does.
#include <algorithm>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>

#include "policy/document.h"

namespace relais::policy {
namespace {

constexpr size_t kMostBytes = 4 * 1024 * 1024;
constexpr size_t kMostLevels = 32;

// Gives out a text and remembers the place of what was taken last.
class CountedText {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountedText(const char* at, Position* place) : at_(at), place_(place) {}
  const char& operator*() const { return *at_; }
  CountedText& operator++() {
    if (*at_ == '\n') {
      ++place_->line;
      place_->column = 0;
    } else {
      ++place_->column;
    }
    ++at_;
    return *this;
  }
  CountedText operator++(int) {
    CountedText before = *this;
    ++*this;
    return before;
  }
  friend bool operator!=(const CountedText& a, const CountedText& b) { return a.at_ != b.at_; }

 private:
  const char* at_;
  Position* place_;
};

// Builds the tree from the library's events. `false` ends the reading.
class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  TreeBuilder(const std::string& name, const Position& place, Problems& problems)
      : name_(name), place_(place), problems_(problems) {}

  Node take() { return std::move(root_); }

  bool null() override { return put({}); }
  bool boolean(bool value) override {
    Node node;
    node.kind = Node::Kind::boolean;
    node.boolean = value;
    return put(std::move(node));
  }
  bool number_integer(number_integer_t value) override {
    Node node;
    node.kind = Node::Kind::integer;
    node.integer = value;
    return put(std::move(node));
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return put({});
    return number_integer(static_cast<int64_t>(value));
  }
  bool number_float(number_float_t, const string_t&) override { return put({}); }
  bool string(string_t& value) override {
    Node node;
    node.kind = Node::Kind::text;
    node.at = start_of(value);
    node.text = value;
    return put(std::move(node));
  }
  bool binary(binary_t&) override { return put({}); }
  bool start_object(size_t) override { return open(Node::Kind::table); }
  bool start_array(size_t) override { return open(Node::Kind::list); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& value) override {
    Node& table = *open_.back();
    const Position at = start_of(value);
    if (table.find(value) != nullptr)
      problems_.add(name_, at, "key \"" + value + "\" a second time");
    table.members.push_back({value, at, {}});
    return true;
  }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override {
    problems_.add(name_, {place_.line, std::max(place_.column, 1)}, "not JSON from here on");
    return false;
  }

 private:
  // Where a text began whose closing quote was taken last; exact for a text without escapes.
  Position start_of(const std::string& text) const {
    return {place_.line, std::max(place_.column - static_cast<int>(text.size()) - 1, 1)};
  }

  Node* slot() {
    if (open_.empty()) return &root_;
    Node& parent = *open_.back();
    if (parent.is(Node::Kind::list)) {
      parent.items.emplace_back();
      return &parent.items.back();
    }
    return &parent.members.back().value;
  }

  bool put(Node node) {
    if (node.at.line == 0) node.at = place_of_value();
    *slot() = std::move(node);
    return true;
  }

  Position place_of_value() const {
    if (open_.empty()) return {1, 1};
    const Node& parent = *open_.back();
    return parent.is(Node::Kind::table) && !parent.members.empty() ? parent.members.back().at
                                                                   : parent.at;
  }

  bool open(Node::Kind kind) {
    if (open_.size() > kMostLevels) {
      problems_.add(name_, place_, "nested deeper than 32 levels");
      return false;
    }
    const Position at = place_of_value();
    Node* node = slot();
    node->kind = kind;
    node->at = at;
    open_.push_back(node);
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  std::string name_;
  const Position& place_;
  Problems& problems_;
  Node root_;
  std::vector<Node*> open_;  // only the last of a list or table grows, so these stay where they are
};

}  // namespace

std::optional<Node> parse_json(const std::string& text, const std::string& name,
                               Problems& problems) {
  if (text.size() > kMostBytes) {
    problems.add(name, {1, 1}, "the text is larger than 4 MiB");
    return std::nullopt;
  }
  Position place{1, 0};
  TreeBuilder builder(name, place, problems);
  const size_t before = problems.size();
  const char* begin = text.data();
  nlohmann::json::sax_parse(CountedText(begin, &place), CountedText(begin + text.size(), &place),
                            &builder);
  if (problems.size() > before) return std::nullopt;
  Node root = builder.take();
  if (root.is(Node::Kind::table)) return root;
  problems.add(name, {1, 1}, "not a JSON object");
  return std::nullopt;
}

}  // namespace relais::policy
