// SPDX-License-Identifier: Apache-2.0
#include "policy/facts.h"

#include <vector>

#include "policy/text.h"
#include "policy/vocabulary.h"

namespace relais::policy {
namespace {

// The order within a list is a matter of this process only: what is stored are the codes.
using Values = std::span<const std::string_view>;
constexpr std::span<const std::string_view> kNoValues;
constexpr std::string_view kFlags[] = {"false", "true"};
constexpr std::string_view kCategories[] = {"social_services",
                                            "family_allowance",
                                            "health_insurance",
                                            "housing",
                                            "homeless_intake",
                                            "shelter",
                                            "health",
                                            "food_aid",
                                            "child_protection",
                                            "legal_aid",
                                            "employment",
                                            "education",
                                            "victim_services",
                                            "disability",
                                            "local_authority",
                                            "mayor",
                                            "crip",
                                            "departmental_council",
                                            "prosecutor",
                                            "judge",
                                            "police",
                                            "prefecture",
                                            "bank",
                                            "emergency_services",
                                            "statistics_office",
                                            "food_bank",
                                            "hmis",
                                            "safeguarding_board",
                                            "other"};
constexpr std::string_view kSecrecies[] = {"none", "state", "profession", "function", "mission"};
constexpr std::string_view kProfessions[] = {"social_work_assistant",
                                             "psychologist",
                                             "educator",
                                             "judicial_guardian",
                                             "nurse",
                                             "physician",
                                             "other_health_professional",
                                             "volunteer",
                                             "benefits_officer",
                                             "control_agent",
                                             "employment_adviser",
                                             "lawyer",
                                             "judge",
                                             "teacher",
                                             "police",
                                             "administrator",
                                             "other"};
constexpr std::string_view kMissions[] = {"child_protection",
                                          "social_action",
                                          "homeless_intake",
                                          "care",
                                          "benefit_instruction",
                                          "benefit_control",
                                          "housing_rights_instruction",
                                          "education",
                                          "victim_services"};
constexpr std::string_view kR1110Lists[] = {"health_list", "social_list", "not_listed"};
constexpr std::string_view kKinds[] = {"professional", "team",    "organisation",
                                       "authority",    "mailbox", "person_self"};
constexpr std::string_view kAgeBands[] = {"u13", "13_14", "15_17", "adult"};
constexpr std::string_view kCapacities[] = {"full", "assisted", "represented", "unable"};
constexpr std::string_view kMaturities[] = {"yes", "no"};
constexpr std::string_view kConsentStates[] = {"not_asked", "requested", "deferred", "given",
                                               "refused",   "withdrawn", "expired",  "invalidated"};
constexpr std::string_view kGivers[] = {"subject", "parent", "guardian", "other"};
constexpr std::string_view kInformed[] = {"before", "after", "not_yet", "waived"};
constexpr std::string_view kWaiverReasons[] = {"none", "contrary_to_child_interest", "danger",
                                               "undue_delay"};
constexpr std::string_view kMinorFacts[] = {"none", "at_risk", "in_danger", "grave_immediate"};
constexpr std::string_view kMandates[] = {"judge_order", "subpoena", "statutory_request"};
constexpr std::string_view kOrigins[] = {"part2", "vawa", "ferpa", "child_protection", "control"};

struct Row {
  std::string_view text;
  FactKind kind;
  FactSource source;
  Values values;
};
constexpr Row kRows[] = {
#define RELAIS_FACT(name, text, kind, source, values) \
  {text, FactKind::kind, FactSource::source, values},
#include "policy/fact_keys.inc"
#undef RELAIS_FACT
};
static_assert(std::size(kRows) == kFactKeys);

const Row& row(FactKey key) { return kRows[static_cast<size_t>(key)]; }

std::vector<std::string_view> candidates(const Vocabulary& words, FactKey key) {
  std::vector<std::string_view> codes;
  if (kind_of(key) == FactKind::purpose) {
    for (const Purpose& one : words.purposes()) codes.emplace_back(one.code);
  } else if (kind_of(key) == FactKind::state) {
    for (const State& one : words.states()) codes.emplace_back(one.code);
  } else {
    codes.assign(allowed_values(key).begin(), allowed_values(key).end());
  }
  return codes;
}

std::optional<uint64_t> number_of(std::string_view text) {
  if (text.empty() || text.size() > 9) return std::nullopt;
  uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<uint64_t>(c - '0');
  }
  return number;
}

std::optional<uint64_t> bit_of(std::optional<size_t> index) {
  if (!index) return std::nullopt;
  return uint64_t{1} << *index;
}

std::optional<uint64_t> code_bit(FactKey key, std::string_view text) {
  const Values values = allowed_values(key);
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i] == text) return uint64_t{1} << i;
  }
  return std::nullopt;
}

std::optional<uint64_t> encode(const Vocabulary& words, FactKey key, std::string_view text) {
  switch (kind_of(key)) {
    case FactKind::code:
    case FactKind::flag:
    case FactKind::code_set:
      return code_bit(key, text);
    case FactKind::purpose:
      return bit_of(words.purpose(text));
    case FactKind::state:
      return bit_of(words.state(text));
    case FactKind::jurisdiction:
      return encode_jurisdiction(text);
    case FactKind::integer:
      return number_of(text);
    case FactKind::category_set:
      if (const auto mask = words.mask(text)) return mask->bits();
      return std::nullopt;
    case FactKind::date:
      if (const auto date = Date::parse(text)) return static_cast<uint64_t>(date->days());
      return std::nullopt;
  }
  return std::nullopt;
}

std::string suggestion(const Vocabulary& words, FactKey key, std::string_view text) {
  if (kind_of(key) == FactKind::category_set) return did_you_mean(words.nearest_category(text));
  return did_you_mean(nearest(text, candidates(words, key)));
}

}  // namespace

std::string_view text_of(FactKey key) { return row(key).text; }
FactKind kind_of(FactKey key) { return row(key).kind; }
FactSource source_of(FactKey key) { return row(key).source; }
std::span<const std::string_view> allowed_values(FactKey key) { return row(key).values; }

std::string_view text_of(FactSource source) {
  constexpr std::string_view kTexts[] = {"directory", "staff",       "consent",
                                         "person",    "attestation", "engine"};
  return kTexts[static_cast<size_t>(source)];
}

std::optional<FactKey> fact_key(std::string_view text) {
  for (size_t i = 0; i < kFactKeys; ++i) {
    if (kRows[i].text == text) return static_cast<FactKey>(i);
  }
  return std::nullopt;
}

std::string nearest_fact(std::string_view text) {
  std::vector<std::string_view> keys;
  for (const Row& one : kRows) keys.push_back(one.text);
  return nearest(text, keys);
}

Result<uint64_t> encode_value(const Vocabulary& words, FactKey key, std::string_view text) {
  if (const auto value = encode(words, key, text)) return *value;
  return fail(FaultKind::invalid, "not a value of this fact",
              std::string(text_of(key)) + suggestion(words, key, text));
}

void Facts::forget(FactKey key) {
  values_[index(key)] = 0;
  known_[index(key)] = false;
}

void Facts::set_raw(FactKey key, uint64_t value) {
  values_[index(key)] = value;
  known_[index(key)] = true;
}

void Facts::set(FactKey key, bool flag) {
  RELAIS_CHECK(kind_of(key) == FactKind::flag);
  set_raw(key, flag ? 2 : 1);
}

void Facts::set(FactKey key, CategorySet categories) {
  RELAIS_CHECK(kind_of(key) == FactKind::category_set);
  set_raw(key, categories.bits());
}

void Facts::set(FactKey key, Date date) {
  RELAIS_CHECK(kind_of(key) == FactKind::date);
  set_raw(key, static_cast<uint64_t>(date.days()));
}

void Facts::set_integer(FactKey key, int64_t number) {
  RELAIS_CHECK(kind_of(key) == FactKind::integer && number >= 0);
  set_raw(key, static_cast<uint64_t>(number));
}

}  // namespace relais::policy
