// SPDX-License-Identifier: Apache-2.0
// RuleSet: a set of rules of one law, a bit per rule number, as long as the law has rules. It grows
// with what is put in; what was never put in is not in it. Emptied with clear() it keeps its
// memory, so that a decision made again allocates nothing. Plain value; not for use by two threads
// at once; a crash leaves nothing.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace relais::policy {

class RuleSet {
 public:
  bool operator[](size_t rule) const {
    return rule / 64 < words_.size() && (words_[rule / 64] >> rule % 64 & 1) != 0;
  }
  bool test(size_t rule) const { return (*this)[rule]; }
  void set(size_t rule) {
    if (rule / 64 >= words_.size()) words_.resize(rule / 64 + 1);
    words_[rule / 64] |= uint64_t{1} << rule % 64;
  }
  void reset(size_t rule) {
    if (rule / 64 < words_.size()) words_[rule / 64] &= ~(uint64_t{1} << rule % 64);
  }
  void add(size_t word, uint64_t rules) { words_[word] |= rules; }  // within what clear() gave
  void clear(size_t words) { words_.assign(words, 0); }  // none of the rules below 64 × words

  bool any() const {
    return std::any_of(words_.begin(), words_.end(), [](uint64_t word) { return word != 0; });
  }
  bool none() const { return !any(); }
  size_t count() const {
    size_t all = 0;
    for (const uint64_t word : words_) all += static_cast<size_t>(std::popcount(word));
    return all;
  }

  RuleSet& operator|=(const RuleSet& other) {
    if (other.words_.size() > words_.size()) words_.resize(other.words_.size());
    for (size_t i = 0; i < other.words_.size(); ++i) words_[i] |= other.words_[i];
    return *this;
  }
  RuleSet operator&(const RuleSet& other) const {
    RuleSet both;
    both.words_.resize(std::min(words_.size(), other.words_.size()));
    for (size_t i = 0; i < both.words_.size(); ++i) both.words_[i] = words_[i] & other.words_[i];
    return both;
  }
  void remove(const RuleSet& others) {
    const size_t shorter = std::min(words_.size(), others.words_.size());
    for (size_t i = 0; i < shorter; ++i) words_[i] &= ~others.words_[i];
  }
  bool meets(const RuleSet& other) const {
    const size_t shorter = std::min(words_.size(), other.words_.size());
    for (size_t i = 0; i < shorter; ++i) {
      if ((words_[i] & other.words_[i]) != 0) return true;
    }
    return false;
  }

  // Calls visit(number) for each rule, in ascending order: for all, for those whose bit is set in a
  // row, or for those whose bit is not.
  template <class Visit>
  void each(Visit visit) const {
    for (size_t i = 0; i < words_.size(); ++i) visit_word(i, words_[i], visit);
  }
  template <class Visit>
  void each_of(const uint64_t* row, Visit visit) const {
    for (size_t i = 0; i < words_.size(); ++i) visit_word(i, words_[i] & row[i], visit);
  }
  template <class Visit>
  void each_but(const uint64_t* row, Visit visit) const {
    for (size_t i = 0; i < words_.size(); ++i) visit_word(i, words_[i] & ~row[i], visit);
  }

  size_t words() const { return words_.size(); }
  uint64_t word(size_t i) const { return i < words_.size() ? words_[i] : 0; }

 private:
  template <class Visit>
  static void visit_word(size_t word, uint64_t rules, Visit& visit) {
    for (; rules != 0; rules &= rules - 1) {
      visit(word * 64 + static_cast<size_t>(std::countr_zero(rules)));
    }
  }

  std::vector<uint64_t> words_;
};

}  // namespace relais::policy
