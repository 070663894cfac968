// SPDX-License-Identifier: Apache-2.0
#include "policy/analyse/mutant.h"

#include <algorithm>
#include <array>

#include "policy/facts.h"

namespace relais::policy {
namespace {

// A way down a tree: member keys, and list positions as numbers.
struct Step {
  std::string key;
  size_t item = 0;
  bool into_list = false;
};
using Path = std::vector<Step>;

Step into(std::string key) { return {std::move(key), 0, false}; }
Step item(size_t number) { return {"", number, true}; }

Node* find(Node& table, const std::string& key) {
  for (Member& member : table.members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

Node& at(Node& root, const Path& path) {
  Node* node = &root;
  for (const Step& step : path) {
    node = step.into_list ? &node->items[step.item] : find(*node, step.key);
    RELAIS_CHECK(node != nullptr);
  }
  return *node;
}

void erase(Node& table, const std::string& key) {
  auto& members = table.members;
  members.erase(std::remove_if(members.begin(), members.end(),
                               [&](const Member& member) { return member.key == key; }),
                members.end());
}

Node text_node(const std::string& text) {
  Node node;
  node.kind = Node::Kind::text;
  node.text = text;
  return node;
}

void put(Node& table, const std::string& key, Node value) {
  erase(table, key);
  table.members.push_back({key, table.at, std::move(value)});
}

std::string text_of(const Node& table, std::string_view key) {
  const Node* node = table.find(key);
  return node == nullptr ? std::string() : node->text;
}

bool is_group(const Node& value, const std::string& key) {
  const bool minimum = value.members.size() == 1 && value.members[0].key == "min";
  return value.is(Node::Kind::table) && !minimum && !fact_key(key) && !key.starts_with("param.");
}

class Breeder {
 public:
  Breeder(const Vocabulary& words, const Node& pack) : words_(words), pack_(pack) {}

  std::vector<Mutant> breed() {
    for (const char* kind : {"silence", "lift", "duty", "bar"}) {
      const Node* list = pack_.find(kind);
      for (size_t i = 0; list != nullptr && i < list->items.size(); ++i) rule(kind, i);
    }
    return std::move(mutants_);
  }

 private:
  void rule(const std::string& kind, size_t number) {
    path_ = {into(kind), item(number)};
    const Node& rule = pack_.find(kind)->items[number];
    id_ = text_of(rule, "id");
    for (const char* key : {"when", "require"}) {
      if (const Node* table = rule.find(key)) clause(*table, extended(path_, into(key)), key);
    }
    attachments(rule);
    if (kind == "lift" || kind == "duty") gates(rule, kind == "lift");
    if (kind == "silence" || kind == "bar") drop(kind, number);
    mask(rule, kind == "lift" ? "allow" : kind == "duty" ? "owe" : "categories");
    add(Mutation::uncite, "", [path = path_](Node& root) { erase(at(root, path), "cite"); });
  }

  void add(Mutation mutation, std::string detail, std::function<void(Node&)> change) {
    mutants_.push_back({mutation, id_, std::move(detail), std::move(change)});
  }

  static Path extended(Path path, Step step) {
    path.push_back(std::move(step));
    return path;
  }

  void attachments(const Node& rule) {
    const Node* list = rule.find("attach_when");
    for (size_t i = 0; list != nullptr && i < list->items.size(); ++i) {
      const Path path =
          extended(extended(extended(path_, into("attach_when")), item(i)), into("when"));
      const Node* when = list->items[i].find("when");
      if (when != nullptr) clause(*when, path, "attach_when[" + std::to_string(i) + "]");
    }
  }

  // `table` is a conjunction at `path`.
  void clause(const Node& table, const Path& path, const std::string& name) {
    members(table, path, path, "", name);
  }

  void members(const Node& table, const Path& path, const Path& clause_path,
               const std::string& prefix, const std::string& name) {
    for (const Member& member : table.members) {
      const std::string key = prefix + member.key;
      if (key == "any") {
        for (size_t i = 0; i < member.value.items.size(); ++i) {
          clause(member.value.items[i], extended(extended(path, into(member.key)), item(i)),
                 name + "/any[" + std::to_string(i) + "]");
        }
      } else if (key == "not") {
        clause(member.value, extended(path, into(member.key)), name + "/not");
      } else if (is_group(member.value, key)) {
        members(member.value, extended(path, into(member.key)), clause_path, key + ".", name);
      } else {
        flip(path, clause_path, member.key, key, name);
      }
    }
  }

  // The comparison leaves its table and comes back within a "not" of its conjunction.
  void flip(const Path& table, const Path& clause, const std::string& member,
            const std::string& key, const std::string& name) {
    add(Mutation::flip, name + "/" + key, [table, clause, member, key](Node& root) {
      const Node value = *find(at(root, table), member);
      erase(at(root, table), member);
      Node opposite;
      opposite.kind = Node::Kind::table;
      opposite.at = value.at;
      opposite.members.push_back({key, value.at, value});
      at(root, clause).members.push_back({"not", value.at, std::move(opposite)});
    });
  }

  void gates(const Node& rule, bool lift) {
    if (const Node* purposes = rule.find("purposes")) other_purposes(*purposes);
    if (!lift) {
      const Node* mandate = rule.find("mandate");
      Node flag;
      flag.kind = Node::Kind::boolean;
      flag.boolean = mandate == nullptr || !mandate->boolean;
      add(Mutation::flip, "mandate",
          [path = path_, flag](Node& root) { put(at(root, path), "mandate", flag); });
      return;
    }
    const std::string other = text_of(rule, "consent") == "required" ? "none" : "required";
    add(Mutation::flip, "consent",
        [path = path_, other](Node& root) { put(at(root, path), "consent", text_node(other)); });
  }

  void other_purposes(const Node& purposes) {
    Node others;
    others.kind = Node::Kind::list;
    for (const Purpose& purpose : words_.purposes()) {
      const bool listed = std::any_of(purposes.items.begin(), purposes.items.end(),
                                      [&](const Node& one) { return one.text == purpose.code; });
      if (!listed) others.items.push_back(text_node(purpose.code));
    }
    if (others.items.empty()) return;  // for any purpose: nothing to turn round
    add(Mutation::flip, "purposes",
        [path = path_, others](Node& root) { put(at(root, path), "purposes", others); });
  }

  void drop(const std::string& kind, size_t number) {
    add(Mutation::drop, "", [kind, number](Node& root) {
      auto& items = find(root, kind)->items;
      items.erase(items.begin() + static_cast<std::ptrdiff_t>(number));
    });
  }

  void mask(const Node& rule, const std::string& key) {
    const Node* list = rule.find(key);
    if (list == nullptr) return;  // everything
    CategorySet covered;
    for (const Node& one : list->items) covered |= words_.mask(one.text).value_or(CategorySet{});
    words_.decidable().minus(covered).each([&](CategoryBit bit) {
      const std::string code = words_.at(bit).code;
      add(Mutation::widen, code, [path = extended(path_, into(key)), code](Node& root) {
        at(root, path).items.push_back(text_node(code));
      });
    });
  }

  const Vocabulary& words_;
  const Node& pack_;
  std::vector<Mutant> mutants_;
  Path path_;
  std::string id_;
};

}  // namespace

std::string_view text_of(Mutation mutation) {
  constexpr std::array<std::string_view, 4> kTexts{"flip", "drop", "widen", "uncite"};
  return kTexts[static_cast<size_t>(mutation)];
}

std::string Mutant::name() const {
  return std::string(text_of(mutation)) + " " + rule + (detail.empty() ? "" : " " + detail);
}

std::vector<Mutant> mutants_of(const Vocabulary& words, const Node& pack) {
  return Breeder(words, pack).breed();
}

}  // namespace relais::policy
