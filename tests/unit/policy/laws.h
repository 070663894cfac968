// SPDX-License-Identifier: Apache-2.0
// Small laws and facts from text, for the tests of the policy room. A text that does not load ends
// the test program: the mistake is in the test.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "policy/decide.h"
#include "policy/fact_table.h"
#include "policy/law.h"
#include "policy/vocabulary.h"

namespace relais::policy {

inline const Vocabulary& words() {
  static const Vocabulary loaded = [] {
    auto result = Vocabulary::load(std::string(RELAIS_SOURCE_DIR) + "/policy/vocabulary.toml");
    if (!result) std::fprintf(stderr, "%s\n", result.error().where.c_str());
    RELAIS_CHECK(result.has_value());
    return std::move(*result);
  }();
  return loaded;
}

// A pack called `id` for one jurisdiction around some rules.
inline PackText pack(const std::string& id, const std::string& rules,
                     const std::string& jurisdiction = "FR") {
  return {id + ".toml", "[pack]\nid = \"" + id + "\"\nversion = \"1\"\njurisdictions = [\"" +
                            jurisdiction + "\"]\nreviewed_by = \"\"\n" + rules};
}

inline std::shared_ptr<const Law> law_of(const std::vector<PackText>& packs,
                                         const Parameters& parameters = {}) {
  auto law = Law::parse(words(), packs, parameters);
  if (!law) std::fprintf(stderr, "%s\n", law.error().where.c_str());
  RELAIS_CHECK(law.has_value());
  return *law;
}

inline std::shared_ptr<const Law> law_of(const std::string& rules) {
  return law_of(std::vector<PackText>{pack("t", rules)});
}

// Facts from TOML lines over a French sender and recipient, this year, for a referral.
inline Facts facts_of(const std::string& lines) {
  const std::string defaults =
      "date = 2026-11-01\n\"sender.jurisdiction\" = \"FR\"\n\"recipient.jurisdiction\" = \"FR\"\n"
      "purpose = \"service_referral\"\n";
  Facts facts;
  Parameters parameters;
  Problems problems;
  for (const std::string& text : {defaults, lines}) {
    const auto root = parse_toml(text, "facts", problems);
    if (root) read_facts(words(), *root, "facts", facts, parameters, problems);
  }
  if (!problems.empty()) std::fprintf(stderr, "%s\n", problems.sentences().c_str());
  RELAIS_CHECK(problems.empty());
  return facts;
}

inline CategorySet categories(const std::vector<std::string>& masks) {
  CategorySet set;
  for (const std::string& mask : masks) {
    const auto covered = words().mask(mask);
    RELAIS_CHECK(covered.has_value());
    set |= *covered;
  }
  return set;
}

inline const Verdict* verdict_of(const Decision& decision, const std::string& code) {
  for (const Verdict& verdict : decision.verdicts) {
    if (words().at(verdict.category).code == code) return &verdict;
  }
  return nullptr;
}

inline StopKind stop_of(const Decision& decision, const std::string& code) {
  const Verdict* verdict = verdict_of(decision, code);
  RELAIS_CHECK(verdict != nullptr);
  return verdict->stop;
}

inline bool cites(const Decision& decision, const std::string& rule) {
  for (const Ground& ground : decision.grounds) {
    if (ground.rule == rule) return true;
  }
  for (const Stop& stop : decision.stops) {
    if (stop.rule.id == rule) return true;
  }
  return false;
}

// A consent that satisfies law.md, for the given categories (a TOML list).
inline std::string consent_for(const std::string& list) {
  return "\"consent.state\" = \"given\"\n\"consent.informed\" = true\n"
         "\"consent.covers_recipient\" = true\n\"consent.covers_purpose\" = true\n"
         "\"consent.has_expiry\" = true\n\"consent.giver_is_alleged_author\" = false\n"
         "\"consent.condition_of_service\" = false\n\"consent.categories\" = " +
         list + "\n";
}

}  // namespace relais::policy
