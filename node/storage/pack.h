// SPDX-License-Identifier: Apache-2.0
// Packing and unpacking of what is sealed: a version byte, then fields as u32be length || bytes, or
// u64be numbers. Private to this node's database, read back by this room alone; unpacking is
// strict, and anything else than what was packed is `corrupt`. Plain values, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/core/bytes.h"
#include "node/ledger/encoding.h"

namespace relais::storage {

class Packing {
 public:
  explicit Packing(uint8_t version) { bytes_ += static_cast<char>(version); }
  Packing& add(std::string_view text) {
    ledger::put_u32(bytes_, static_cast<uint32_t>(text.size()));
    bytes_ += text;
    return *this;
  }
  Packing& add(const char* text) { return add(std::string_view(text)); }
  Packing& add(const Digest& digest) { return add(view(digest)); }
  Packing& number(uint64_t value) {
    ledger::put_u64(bytes_, value);
    return *this;
  }
  Packing& maybe(const std::optional<bool>& value) { return number(value ? (*value ? 2 : 1) : 0); }
  Packing& list(const std::vector<std::string>& texts) {
    number(texts.size());
    for (const std::string& one : texts) add(one);
    return *this;
  }
  Bytes done() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

// Reads in the order packed. After the first thing that is not there everything reads as empty;
// good() tells, once, at the end.
class Unpacking {
 public:
  Unpacking(std::string_view bytes, uint8_t version) : rest_(bytes) {
    if (rest_.empty() || static_cast<uint8_t>(rest_[0]) != version) {
      good_ = false;
    } else {
      rest_.remove_prefix(1);
    }
  }
  std::string_view bytes() {
    if (!has(4)) return {};
    const uint32_t length = ledger::get_u32(rest_);
    rest_.remove_prefix(4);
    if (!has(length)) return {};
    const std::string_view field = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return field;
  }
  std::string text() { return std::string(bytes()); }
  Digest digest() {
    const auto found = digest_of(bytes());
    good_ = good_ && found.has_value();
    return found.value_or(Digest{});
  }
  uint64_t number() {
    if (!has(8)) return 0;
    const uint64_t value = ledger::get_u64(rest_);
    rest_.remove_prefix(8);
    return value;
  }
  std::optional<bool> maybe() {
    const uint64_t value = number();
    good_ = good_ && value <= 2;
    if (value == 0) return std::nullopt;
    return value == 2;
  }
  bool flag() {
    const std::optional<bool> value = maybe();
    good_ = good_ && value.has_value();
    return value.value_or(false);
  }
  std::vector<std::string> list() {
    std::vector<std::string> texts;
    for (uint64_t left = number(); left > 0 && good_; --left) texts.push_back(text());
    return texts;
  }
  bool good() const { return good_ && rest_.empty(); }

 private:
  bool has(size_t count) {
    good_ = good_ && rest_.size() >= count;
    return good_;
  }
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace relais::storage
