// SPDX-License-Identifier: Apache-2.0
#include "policy/overrides.h"

#include <map>
#include <string>
#include <string_view>

namespace relais::policy {
namespace {

// Bars and the names they use, with an arrow from a bar to each name that overrides it, and from a
// name to each bar that defeats it.
class Arrows {
 public:
  explicit Arrows(const std::vector<const Rule*>& rules) : bars_(rules.size()) {
    next_.resize(bars_);
    for (size_t i = 0; i < bars_; ++i) {
      if (rules[i]->kind != RuleKind::bar) continue;
      for (const std::string& name : rules[i]->overriders) add(i, node_of(name), name);
      for (const std::string& name : rules[i]->defeats) add(node_of(name), i, name);
    }
  }

  // The bars that are left when whatever no arrow leads to is taken away, again and again, and then
  // whatever no arrow leads from.
  std::vector<size_t> circles() {
    std::vector<bool> left(next_.size(), true);
    take_away(left);
    std::vector<std::vector<size_t>> back(next_.size());
    for (size_t from = 0; from < next_.size(); ++from) {
      for (const size_t to : next_[from]) back[to].push_back(from);
    }
    next_ = std::move(back);
    take_away(left);
    std::vector<size_t> bars;
    for (size_t i = 0; i < bars_; ++i) {
      if (left[i]) bars.push_back(i);
    }
    return bars;
  }

 private:
  size_t node_of(const std::string& name) {
    const auto [at, is_new] = names_.try_emplace(name, next_.size());
    if (is_new) next_.emplace_back();
    return at->second;
  }

  void add(size_t from, size_t to, const std::string& name) {
    if (name.find('*') == std::string::npos) next_[from].push_back(to);
  }

  void take_away(std::vector<bool>& left) const {
    std::vector<size_t> arrows(next_.size(), 0);
    for (size_t from = 0; from < next_.size(); ++from) {
      if (!left[from]) continue;
      for (const size_t to : next_[from]) ++arrows[to];
    }
    std::vector<size_t> loose;
    for (size_t i = 0; i < next_.size(); ++i) {
      if (left[i] && arrows[i] == 0) loose.push_back(i);
    }
    while (!loose.empty()) {
      const size_t from = loose.back();
      loose.pop_back();
      left[from] = false;
      for (const size_t to : next_[from]) {
        if (--arrows[to] == 0 && left[to]) loose.push_back(to);
      }
    }
  }

  size_t bars_;
  std::vector<std::vector<size_t>> next_;  // bars first, then names
  std::map<std::string, size_t, std::less<>> names_;
};

}  // namespace

std::vector<size_t> find_circles(const std::vector<const Rule*>& rules) {
  return Arrows(rules).circles();
}

}  // namespace relais::policy
