// SPDX-License-Identifier: Apache-2.0
// The one canonical text of each value type. A message says the form that was expected and never
// what was given.
#include <algorithm>
#include <cstdint>

#include "node/core/time.h"
#include "policy/text.h"
#include "policy/vocabulary.h"

namespace relais::policy {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_text_of(std::string_view text, size_t most) {
  const auto count = count_characters(text);
  return count && *count >= 1 && *count <= most && text.front() != ' ' && text.back() != ' ';
}

// ITU-T E.164: a plus sign and up to 15 digits, the first not 0.
bool is_phone(std::string_view text) {
  if (text.size() < 8 || text.size() > 16 || text[0] != '+' || text[1] == '0') return false;
  return std::all_of(text.begin() + 1, text.end(), is_digit);
}

bool is_domain(std::string_view text) {
  if (text.size() > 253 || text.find('.') == std::string_view::npos) return false;
  for (const std::string& label : split(text, '.')) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') {
      return false;
    }
    const bool plain = std::all_of(label.begin(), label.end(),
                                   [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
    if (!plain) return false;
  }
  return true;
}

// The dot-atom form of RFC 5322 with a host name, in at most 254 bytes (RFC 5321, 4.5.3.1.3).
bool is_email(std::string_view text) {
  const size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at > 64 || text.size() > 254) return false;
  const std::string_view local = text.substr(0, at);
  if (local.front() == '.' || local.back() == '.') return false;
  if (local.find("..") != std::string_view::npos) return false;
  constexpr std::string_view kAllowed = "!#$%&'*+-/=?^_`{|}~.";
  const bool plain = std::all_of(local.begin(), local.end(), [&](char c) {
    return is_letter(c) || is_digit(c) || kAllowed.find(c) != std::string_view::npos;
  });
  return plain && is_domain(text.substr(at + 1));
}

// RFC 5646 in its shape: a language of 2 or 3 letters, then subtags of 1 to 8 letters or digits.
bool is_language(std::string_view text) {
  if (text.empty() || text.size() > 35) return false;
  const std::vector<std::string> tags = split(text, '-');
  const auto plain = [](const std::string& tag) {
    return !tag.empty() && tag.size() <= 8 &&
           std::all_of(tag.begin(), tag.end(), [](char c) { return is_letter(c) || is_digit(c); });
  };
  if (!std::all_of(tags.begin(), tags.end(), plain)) return false;
  return tags[0].size() >= 2 && tags[0].size() <= 3 &&
         std::all_of(tags[0].begin(), tags[0].end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

bool is_year(std::string_view text) {
  return text.size() == 4 && std::all_of(text.begin(), text.end(), is_digit) && text >= "1850" &&
         text <= "2200";
}

bool is_reference(std::string_view text) {
  return !text.empty() && text.size() <= 100 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool is_count(std::string_view text) {
  if (text.empty() || text.size() > 2 || text[0] == '0') return false;
  return std::all_of(text.begin(), text.end(), is_digit);
}

// "0-2:1,18-24:2": each band at most once, in the order of the list, so that one household has one
// text.
bool is_count_by_band(std::string_view text, const std::vector<Code>& bands) {
  if (text.empty() || text.size() > 200) return false;
  size_t next = 0;
  for (const std::string& part : split(text, ',')) {
    const size_t colon = part.find(':');
    if (colon == std::string::npos || !is_count(std::string_view(part).substr(colon + 1))) {
      return false;
    }
    while (next < bands.size() && part.compare(0, colon, bands[next].code) != 0) ++next;
    if (next++ == bands.size()) return false;
  }
  return true;
}

bool is_name_relation(std::string_view text, const Vocabulary& words) {
  const size_t semicolon = text.rfind(';');
  if (semicolon == std::string_view::npos) return false;
  return is_text_of(text.substr(0, semicolon), 100) &&
         words.label("relation", text.substr(semicolon + 1)) != nullptr;
}

}  // namespace

Result<void> Vocabulary::check_value(CategoryBit bit, std::string_view text) const {
  if (!all_.has(bit)) return fail(FaultKind::invalid, "no such category");
  const Category& category = at(bit);
  const auto expect = [&](bool holds, Constant form) -> Result<void> {
    if (holds) return {};
    return fail(FaultKind::invalid, form, category.code);
  };
  const std::vector<Code>* codes = list(category.list);
  switch (category.type) {
    case ValueType::name:
      return expect(is_text_of(text, 100), "expected 1 to 100 characters");
    case ValueType::short_text:
      return expect(is_text_of(text, 200), "expected 1 to 200 characters");
    case ValueType::phone_or_email:
      return expect(is_phone(text) || is_email(text),
                    "expected a phone number as +33612345678, or a mail address");
    case ValueType::code:
      return expect(label(category.list, text) != nullptr,
                    "expected a code of the category's list");
    case ValueType::language:
      return expect(is_language(text), "expected a BCP 47 language tag, as fr or pt-BR");
    case ValueType::date:
      return expect(Date::parse(text).has_value(), "expected a date as YYYY-MM-DD");
    case ValueType::year:
      return expect(is_year(text), "expected a year as YYYY");
    case ValueType::count_by_age_band:
      return expect(codes != nullptr && is_count_by_band(text, *codes),
                    "expected counts by age band in ascending order, as 0-2:1,18-24:2");
    case ValueType::name_relation:
      return expect(is_name_relation(text, *this), "expected a name and a relation, as name;child");
    case ValueType::flag:
      return expect(text == "true" || text == "false", "expected true or false");
    case ValueType::reference:
      return expect(is_reference(text), "expected 1 to 100 printable characters without spaces");
    case ValueType::none:
      break;
  }
  return fail(FaultKind::invalid, "this category has no form on the wire", category.code);
}

}  // namespace relais::policy
