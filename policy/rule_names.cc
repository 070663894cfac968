// SPDX-License-Identifier: Apache-2.0
#include "policy/rule_names.h"

#include "policy/text.h"

namespace relais::policy {

bool RuleNames::add(const Rule& rule) {
  const auto& [entry, is_new] = by_id_.try_emplace(rule.id);
  entry->second.push_back(rule.number);
  ids_.emplace_back(entry->first);
  if (rule.kind == RuleKind::lift) lifts_.set(rule.number);
  for (const std::string& basis : rule.basis) {
    const bool has_room = by_basis_.size() < kMostBases || by_basis_.contains(basis);
    if (!has_room) return false;
    by_basis_[basis].set(rule.number);
  }
  return true;
}

RuleSet RuleNames::named(std::string_view pattern) {
  if (pattern == "*") return lifts_;
  if (++asked_ > kMostPatterns) return {};
  RuleSet set;
  const size_t star = pattern.find('*');
  if (star != std::string_view::npos && star + 1 != pattern.size()) return compare_all(pattern);
  const std::string_view prefix = pattern.substr(0, star);
  for (auto at = by_id_.lower_bound(prefix); at != by_id_.end(); ++at) {
    const bool same =
        star == std::string_view::npos ? at->first == prefix : at->first.starts_with(prefix);
    if (!same) break;
    for (const size_t number : at->second) set.set(number);
  }
  return set;
}

RuleSet RuleNames::compare_all(std::string_view pattern) {
  const auto known = globs_.find(pattern);
  if (known != globs_.end()) return known->second;
  if (globs_.size() > kMostGlobs) return {};
  RuleSet& set = globs_[std::string(pattern)];
  for (const auto& [id, numbers] : by_id_) {
    if (!matches_glob(pattern, id)) continue;
    for (const size_t number : numbers) set.set(number);
  }
  return set;
}

RuleSet RuleNames::declaring(const std::vector<std::string>& globs) {
  RuleSet all;
  for (const std::string& glob : globs) {
    if (basis_globs_.size() > kMostBases) break;
    const auto& [entry, is_new] = basis_globs_.try_emplace(glob);
    if (is_new) {
      for (const auto& [basis, rules] : by_basis_) {
        if (matches_glob(glob, basis)) entry->second |= rules;
      }
    }
    all |= entry->second;
  }
  return all;
}

bool RuleNames::is_exhausted() const {
  return asked_ > kMostPatterns || globs_.size() > kMostGlobs || basis_globs_.size() > kMostBases;
}

}  // namespace relais::policy
