// SPDX-License-Identifier: Apache-2.0
// Sensitive<T>: a value that belongs to a person. It has no conversion, no stream operator and no
// comparison with plain values, so it cannot slip into a log line, a metric label or an error text;
// the only way to the value is reveal(), a word one can search for. Values are copied knowingly
// (they travel from the wire to the sealed body); memory of strings is overwritten on destruction.
#pragma once

#include <string>
#include <type_traits>
#include <utility>

namespace relais {

template <class T>
class Sensitive {
 public:
  Sensitive() = default;
  explicit Sensitive(T value) : value_(std::move(value)) {}
  Sensitive(const Sensitive&) = default;
  Sensitive(Sensitive&&) noexcept = default;
  Sensitive& operator=(const Sensitive&) = default;
  Sensitive& operator=(Sensitive&&) noexcept = default;
  ~Sensitive() { wipe(); }

  const T& reveal() const { return value_; }
  bool same_as(const Sensitive& other) const { return value_ == other.value_; }

 private:
  void wipe() {
    if constexpr (std::is_same_v<T, std::string>) {
      volatile char* byte = value_.data();
      for (size_t i = 0; i < value_.size(); ++i) byte[i] = 0;
    }
  }
  T value_{};
};

}  // namespace relais
