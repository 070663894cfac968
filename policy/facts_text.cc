// SPDX-License-Identifier: Apache-2.0
// Facts from and to text.
#include <algorithm>
#include <cstdio>
#include <vector>

#include "policy/facts.h"
#include "policy/text.h"
#include "policy/vocabulary.h"

namespace relais::policy {
namespace {

bool is_set(FactKind kind) { return kind == FactKind::code_set || kind == FactKind::category_set; }

std::string unpack(uint64_t value) {
  std::string text;
  for (int shift = 56; shift >= 0; shift -= 8) {
    const auto c = static_cast<char>(value >> shift & 0xff);
    if (c != 0) text += c;
  }
  return text;
}

std::vector<std::string> codes_of(const Vocabulary& words, FactKey key, uint64_t value) {
  if (kind_of(key) == FactKind::category_set) return words.codes(CategorySet{value});
  std::vector<std::string> codes;
  CategorySet{value}.each([&](uint8_t bit) {
    switch (kind_of(key)) {
      case FactKind::purpose:
        codes.push_back(words.purposes()[bit].code);
        break;
      case FactKind::state:
        codes.push_back(words.states()[bit].code);
        break;
      default:
        codes.emplace_back(allowed_values(key)[bit]);
    }
  });
  return codes;
}

std::vector<FactKey> keys_in_order() {
  std::vector<FactKey> keys;
  for (size_t i = 0; i < kFactKeys; ++i) keys.push_back(static_cast<FactKey>(i));
  std::sort(keys.begin(), keys.end(), [](FactKey a, FactKey b) { return text_of(a) < text_of(b); });
  return keys;
}

// Splits "key = value"; false when it is not such a line.
bool split_line(std::string_view line, std::string_view& key, std::string_view& value) {
  const size_t at = line.find(" = ");
  if (at == std::string_view::npos) return false;
  key = line.substr(0, at);
  value = line.substr(at + 3);
  return true;
}

}  // namespace

Result<void> Facts::set(const Vocabulary& words, FactKey key, std::span<const std::string> values) {
  uint64_t all = 0;
  if (!is_set(kind_of(key)) && values.size() != 1) {
    return fail(FaultKind::invalid, "this fact takes exactly one value", std::string(text_of(key)));
  }
  for (const std::string& value : values) {
    RELAIS_TRY(encoded, encode_value(words, key, value));
    all |= encoded;
  }
  set_raw(key, all);
  return {};
}

Result<void> Facts::set(const Vocabulary& words, FactKey key, std::string_view value) {
  RELAIS_TRY(encoded, encode_value(words, key, value));
  set_raw(key, encoded);
  return {};
}

Result<void> Facts::set(const Vocabulary& words, std::string_view key,
                        std::span<const std::string> values) {
  const auto known = fact_key(key);
  if (!known) {
    return fail(FaultKind::invalid, "no such fact",
                std::string(key) + did_you_mean(nearest_fact(key)));
  }
  return set(words, *known, values);
}

Result<void> Facts::set(const Vocabulary& words, std::string_view key, std::string_view value) {
  const std::string one[] = {std::string(value)};
  return set(words, key, std::span<const std::string>(one));
}

std::string Facts::text(const Vocabulary& words, FactKey key) const {
  if (!is_known(key)) return {};
  const uint64_t bits = value(key);
  switch (kind_of(key)) {
    case FactKind::jurisdiction:
      return unpack(bits);
    case FactKind::integer:
      return std::to_string(bits);
    case FactKind::date: {
      const auto days = static_cast<int32_t>(static_cast<int64_t>(bits));
      return Date::of(Instant{}).plus_days(days).text();
    }
    default:
      return join(codes_of(words, key, bits), ",");
  }
}

Bytes Facts::canonical(const Vocabulary& words) const {
  Bytes lines;
  for (const FactKey key : keys_in_order()) {
    if (!is_known(key)) continue;
    lines += text_of(key);
    lines += " = ";
    lines += text(words, key);
    lines += '\n';
  }
  return lines;
}

Result<Facts> Facts::from_canonical(std::string_view text, const Vocabulary& words) {
  Facts facts;
  for (std::string_view rest = text; !rest.empty();) {
    const size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
      return fail(FaultKind::invalid, "a line of the facts has no end");
    }
    std::string_view key;
    std::string_view value;
    if (!split_line(rest.substr(0, end), key, value)) {
      return fail(FaultKind::invalid, "a line of the facts is not \"key = value\"");
    }
    const std::vector<std::string> values =
        value.empty() ? std::vector<std::string>{} : split(value, ',');
    RELAIS_TRY_VOID(facts.set(words, key, std::span<const std::string>(values)));
    rest.remove_prefix(end + 1);
  }
  if (facts.canonical(words) != text) {
    return fail(FaultKind::invalid, "the facts are not in their canonical form");
  }
  return facts;
}

}  // namespace relais::policy
