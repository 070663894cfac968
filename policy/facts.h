// SPDX-License-Identifier: Apache-2.0
// Facts: what a law reads about one intended disclosure (vocabulary, section 3). Every fact may be
// absent, which means unknown. A fixed-size value without allocation, cheap to copy and to change
// one thing in; owned by whoever asks; not for use by two threads at once. It holds no personal
// value: codes, flags, sets, dates and counts only.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "node/core/bytes.h"
#include "node/core/categories.h"
#include "node/core/result.h"
#include "node/core/time.h"

namespace relais::policy {

class Vocabulary;

// One constant per fact: sender_category, facts_minor, need_required, … (fact_keys.inc).
enum class FactKey : uint8_t {
#define RELAIS_FACT(name, text, kind, source, values) name,
#include "policy/fact_keys.inc"
#undef RELAIS_FACT
};

inline constexpr size_t kFactKeys = 0
#define RELAIS_FACT(name, text, kind, source, values) +1
#include "policy/fact_keys.inc"
#undef RELAIS_FACT
    ;

// How a fact's 64-bit value is to be read.
enum class FactKind : uint8_t {
  code,          // one bit: the index of the code among allowed_values()
  flag,          // one bit: 1 false, 2 true
  code_set,      // a bit per code; 0 is the known empty set
  purpose,       // one bit: index into Vocabulary::purposes()
  state,         // one bit: index into Vocabulary::states()
  category_set,  // a CategorySet
  jurisdiction,  // ISO 3166 text packed into the value: "FR", "US-CA"
  date,          // days since 1970-01-01
  integer,       // 0…2^31-1
};

// Who may say it (law.md, "Where each fact comes from"): a value from anyone else is refused.
enum class FactSource : uint8_t { directory, staff, consent, person, attestation, engine };

std::string_view text_of(FactKey key);  // "sender.category"
FactKind kind_of(FactKey key);
FactSource source_of(FactKey key);
std::optional<FactKey> fact_key(std::string_view text);
std::string_view text_of(FactSource source);  // "directory", "staff", …
// The closed list of a code, code_set or flag fact; empty for the other kinds.
std::span<const std::string_view> allowed_values(FactKey key);
std::string nearest_fact(std::string_view text);  // empty when nothing is near

// The value of one code of a fact, as a bit to meet or a whole value to compare, by kind.
// Fault `invalid`, `where` the key and a suggestion.
Result<uint64_t> encode_value(const Vocabulary& words, FactKey key, std::string_view text);
// ISO 3166-1 alpha-2, optionally with a subdivision; nullopt when it is not one.
std::optional<uint64_t> encode_jurisdiction(std::string_view text);
// Whether `place` is `listed`, or lies in it ("US-CA" lies in "US"). Both encoded.
bool lies_in(uint64_t place, uint64_t listed);
// The 27 member states for "EU".
bool is_eu_member(uint64_t place);

class Facts {
 public:
  bool is_known(FactKey key) const { return known_[index(key)]; }
  uint64_t value(FactKey key) const { return values_[index(key)]; }  // 0 when unknown
  bool is_true(FactKey key) const { return is_known(key) && value(key) == 2; }
  bool is_false(FactKey key) const { return is_known(key) && value(key) == 1; }
  CategorySet categories(FactKey key) const { return CategorySet{value(key)}; }
  void forget(FactKey key);

  // Typed setters; the kind must be the key's (a mismatch is a bug and ends the process).
  void set(FactKey key, bool flag);
  void set(FactKey key, CategorySet categories);
  void set(FactKey key, Date date);
  void set_integer(FactKey key, int64_t number);
  void set_raw(FactKey key, uint64_t value);  // as kind_of() says

  // From text. A set takes any number of codes (masks for category sets), everything else exactly
  // one. Fault `invalid`: `where` is the key, with what was probably meant.
  Result<void> set(const Vocabulary& words, std::string_view key, std::string_view value);
  Result<void> set(const Vocabulary& words, std::string_view key,
                   std::span<const std::string> values);
  Result<void> set(const Vocabulary& words, FactKey key, std::string_view value);
  Result<void> set(const Vocabulary& words, FactKey key, std::span<const std::string> values);

  // The code of a known single-valued fact ("given", "FR", "2026-11-01"), the codes of a set joined
  // by commas; empty when unknown.
  std::string text(const Vocabulary& words, FactKey key) const;

  // Lines "key = value" in ascending order of key, sets joined by commas: what the record keeps and
  // digests, and what a replay starts from. from_canonical accepts exactly what canonical writes.
  Bytes canonical(const Vocabulary& words) const;
  static Result<Facts> from_canonical(std::string_view text, const Vocabulary& words);

  friend bool operator==(const Facts&, const Facts&) = default;

 private:
  static size_t index(FactKey key) { return static_cast<size_t>(key); }
  std::array<uint64_t, kFactKeys> values_{};
  std::bitset<kFactKeys> known_;
};

}  // namespace relais::policy
