// SPDX-License-Identifier: Apache-2.0
// The shipped packs with all their worked cases, and random changes to the facts of one, for the
// properties and the fuzzers. Loaded once.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "policy/case_file.h"
#include "tests/property/policy/random_law.h"

namespace relais::policy {

struct Shipped {
  LawShelf laws{words(), std::string(RELAIS_SOURCE_DIR) + "/policy/law"};
  std::vector<std::pair<std::shared_ptr<const Law>, Case>> cases;
};

inline Shipped& shipped() {
  static Shipped loaded = [] {
    Shipped all;
    const std::string folder = std::string(RELAIS_SOURCE_DIR) + "/policy/law";
    for (const char* pack : {"eu", "fr", "se", "uk", "us"}) {
      const auto file = CaseFile::load(words(), folder + "/" + pack + ".cases.toml");
      RELAIS_CHECK(file.has_value());
      for (const Case& one : file->cases) {
        const auto law = all.laws.get(file->packs, one.parameters);
        RELAIS_CHECK(law.has_value());
        all.cases.emplace_back(*law, one);
      }
    }
    return all;
  }();
  return loaded;
}

inline std::shared_ptr<const Law> every_pack() {
  const auto law = shipped().laws.get({"eu", "fr", "se", "uk", "us"}, {});
  RELAIS_CHECK(law.has_value());
  return *law;
}

inline const std::pair<std::shared_ptr<const Law>, Case>& any_shipped_case() {
  const auto& cases = shipped().cases;
  return cases[static_cast<size_t>(roll(static_cast<int>(cases.size())))];
}

// Any fact becomes any value of its list, several of them, or unknown.
inline void change(Facts& facts) {
  const auto key = static_cast<FactKey>(roll(static_cast<int>(kFactKeys)));
  const auto values = allowed_values(key);
  if (roll(4) == 0) return facts.forget(key);
  if (key == FactKey::date) {
    return facts.set(key, Date::of(2026, 11, 1)->plus_days(roll(20000) - 15000));
  }
  if (kind_of(key) == FactKind::jurisdiction) {
    return facts.set_raw(key, *encode_jurisdiction(pick({"FR", "DE", "US-CA", "US", "GB", "SE"})));
  }
  if (kind_of(key) == FactKind::purpose) {
    return facts.set_raw(key, uint64_t{1} << roll(static_cast<int>(words().purposes().size())));
  }
  if (kind_of(key) == FactKind::state) {
    return facts.set_raw(key, uint64_t{1} << roll(static_cast<int>(words().states().size())));
  }
  if (kind_of(key) == FactKind::category_set) {
    uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 8 | static_cast<uint64_t>(roll(256));
    bits &= words().all().bits();
    return facts.set(key, roll(2) == 0 ? CategorySet{bits} : words().decidable());
  }
  if (!values.empty()) {
    facts.set_raw(key, uint64_t{1} << roll(static_cast<int>(values.size())));
  }
}

inline std::vector<Ground> random_claims(const Law& law) {
  std::vector<Ground> claims;
  for (const Rule& rule : law.rules()) {
    if (rule.grants() && roll(4) == 0) claims.push_back({rule.id, rule.cite, rule.basis});
  }
  if (roll(2) == 0) claims.push_back({"xx.a", "Art.", {"A6-1-e"}});
  if (roll(2) == 0) claims.push_back({"xx.b", "Art.", pick_some({"A6-1-c", "A9-2-h", "A10"})});
  return claims;
}

}  // namespace relais::policy
