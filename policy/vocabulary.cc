// SPDX-License-Identifier: Apache-2.0
#include "policy/vocabulary.h"

#include "policy/text.h"

namespace relais::policy {

std::optional<CategoryBit> Vocabulary::find(std::string_view code) const {
  const auto found = bits_.find(code);
  if (found == bits_.end()) return std::nullopt;
  return found->second;
}

std::optional<CategorySet> Vocabulary::mask(std::string_view pattern) const {
  if (const auto bit = find(pattern)) return CategorySet::only(*bit);
  const bool everything = pattern == "*";
  const bool family = pattern.size() > 2 && pattern.ends_with(".*");
  if (!everything && !family) return std::nullopt;
  const std::string_view prefix = everything ? "" : pattern.substr(0, pattern.size() - 1);
  CategorySet covered;
  for (const auto& [code, bit] : bits_) {
    if (code.starts_with(prefix)) covered |= CategorySet::only(bit);
  }
  covered = covered.minus(tiers_[4]);
  if (covered.empty()) return std::nullopt;
  return covered;
}

std::vector<std::string> Vocabulary::codes(CategorySet set) const {
  std::vector<std::string> codes;
  (set & all_).each([&](CategoryBit bit) { codes.push_back(by_bit_[bit].code); });
  return codes;
}

std::optional<CategorySet> Vocabulary::set_of(const std::vector<std::string>& codes) const {
  CategorySet set;
  for (const std::string& code : codes) {
    const auto bit = find(code);
    if (!bit) return std::nullopt;
    set |= CategorySet::only(*bit);
  }
  return set;
}

std::optional<size_t> Vocabulary::purpose(std::string_view code) const {
  for (size_t i = 0; i < purposes_.size(); ++i) {
    if (purposes_[i].code == code) return i;
  }
  return std::nullopt;
}

std::optional<size_t> Vocabulary::state(std::string_view code) const {
  for (size_t i = 0; i < states_.size(); ++i) {
    if (states_[i].code == code) return i;
  }
  return std::nullopt;
}

const State* Vocabulary::find_state(std::string_view code) const {
  const auto index = state(code);
  return index ? &states_[*index] : nullptr;
}

const std::vector<Code>* Vocabulary::list(std::string_view name) const {
  const auto found = lists_.find(name);
  return found == lists_.end() ? nullptr : &found->second;
}

const Label* Vocabulary::label(std::string_view list_name, std::string_view code) const {
  const std::vector<Code>* codes = list(list_name);
  if (codes == nullptr) return nullptr;
  for (const Code& one : *codes) {
    if (one.code == code) return &one.label;
  }
  return nullptr;
}

std::string Vocabulary::nearest_category(std::string_view code) const {
  std::vector<std::string_view> codes;
  for (const auto& [known, bit] : bits_) codes.emplace_back(known);
  return nearest(code, codes);
}

}  // namespace relais::policy
