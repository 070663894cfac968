// SPDX-License-Identifier: Apache-2.0
#include "policy/declaration.h"

#include <algorithm>

#include "policy/facts.h"
#include "policy/text.h"

namespace relais::policy {
namespace {

constexpr size_t kLeastReason = 3;
constexpr size_t kMostReason = 200;
constexpr int kTelephoneDigits = 9;

bool speaks_of_place(const DeclarationRule& rule, const std::string& jurisdiction) {
  if (!rule.eu && rule.jurisdictions.empty()) return true;  // everywhere
  const auto place = encode_jurisdiction(jurisdiction);
  if (!place) return true;  // nobody knows that it does not
  if (rule.eu && is_eu_member(*place)) return true;
  return std::any_of(rule.jurisdictions.begin(), rule.jurisdictions.end(),
                     [&](uint64_t listed) { return lies_in(*place, listed); });
}

bool speaks_of(const DeclarationRule& rule, const Agency& agency, const Service& service) {
  const std::string& kind = service.category.empty() ? agency.category : service.category;
  const bool every = rule.services.empty() || kind.empty();
  return (every ||
          std::find(rule.services.begin(), rule.services.end(), kind) != rule.services.end()) &&
         speaks_of_place(rule, agency.jurisdiction);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Nine digits or more with nothing but spaces, dots, dashes and slashes between them.
bool holds_telephone(std::string_view text) {
  constexpr std::string_view kBetween = " .-/()";
  int digits = 0;
  for (const char c : text) {
    if (is_digit(c)) {
      ++digits;
    } else if (kBetween.find(c) == std::string_view::npos) {
      digits = 0;
    }
    if (digits >= kTelephoneDigits) return true;
  }
  return false;
}

}  // namespace

const DeclarationRule* may_go_unanswered(const Vocabulary& words, const Agency& agency,
                                         const Service& service, CategoryBit category) {
  for (const DeclarationRule& rule : words.declarations()) {
    if (rule.optional.has(category) && speaks_of(rule, agency, service)) return &rule;
  }
  return nullptr;
}

const DeclarationRule* forbids_required_release(const Vocabulary& words, const Agency& agency,
                                                const Service& service) {
  for (const DeclarationRule& rule : words.declarations()) {
    if (rule.no_required_release && speaks_of(rule, agency, service)) return &rule;
  }
  return nullptr;
}

std::optional<std::string> complaint_about_reason(std::string_view reason) {
  const auto characters = count_characters(reason);
  if (!characters) return "a reason is one line of UTF-8";
  if (*characters < kLeastReason) {
    return "every category asked for carries the article or reason that justifies it";
  }
  if (*characters > kMostReason) return "a reason has at most 200 characters";
  if (reason.find('@') != std::string_view::npos || holds_telephone(reason)) {
    return "a reason holds no mail address and no telephone number: everybody reads it";
  }
  return std::nullopt;
}

}  // namespace relais::policy
