// SPDX-License-Identifier: Apache-2.0
// A set of data categories as a 64-bit mask. Which code has which bit is data
// (policy/vocabulary.toml); this type only knows sets, so that every gate is an intersection.
#pragma once

#include <bit>
#include <cstdint>

namespace relais {

using CategoryBit = uint8_t;  // 0…63

class CategorySet {
 public:
  constexpr CategorySet() = default;
  constexpr explicit CategorySet(uint64_t bits) : bits_(bits) {}
  static constexpr CategorySet only(CategoryBit bit) { return CategorySet{uint64_t{1} << bit}; }
  static constexpr CategorySet all() { return CategorySet{~uint64_t{0}}; }

  constexpr uint64_t bits() const { return bits_; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr int count() const { return std::popcount(bits_); }
  constexpr bool has(CategoryBit bit) const { return (bits_ >> bit & 1) != 0; }
  constexpr bool within(CategorySet other) const { return (bits_ & ~other.bits_) == 0; }

  constexpr CategorySet operator&(CategorySet o) const { return CategorySet{bits_ & o.bits_}; }
  constexpr CategorySet operator|(CategorySet o) const { return CategorySet{bits_ | o.bits_}; }
  constexpr CategorySet minus(CategorySet o) const { return CategorySet{bits_ & ~o.bits_}; }
  constexpr CategorySet& operator&=(CategorySet o) {
    bits_ &= o.bits_;
    return *this;
  }
  constexpr CategorySet& operator|=(CategorySet o) {
    bits_ |= o.bits_;
    return *this;
  }
  friend constexpr bool operator==(CategorySet, CategorySet) = default;

  // Calls visit(bit) for each member, in ascending order.
  template <class Visit>
  constexpr void each(Visit visit) const {
    for (uint64_t rest = bits_; rest != 0; rest &= rest - 1) {
      visit(static_cast<CategoryBit>(std::countr_zero(rest)));
    }
  }

 private:
  uint64_t bits_ = 0;
};

}  // namespace relais
