// SPDX-License-Identifier: Apache-2.0
// Small questions about texts that vocabulary, loader and case files share. Pure functions, any
// thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace relais::policy {

// The number of characters of a UTF-8 text (RFC 3629: no surrogates, no overlong forms), or nullopt
// when it is not UTF-8 or holds a control character.
std::optional<size_t> count_characters(std::string_view text);

// `*` stands for any run of characters, also none; everything else for itself.
bool matches_glob(std::string_view pattern, std::string_view text);

// The candidate with the fewest edits to `word`, if those are few enough to be a slip; else empty.
// The first of equals, so that messages do not change from run to run.
std::string nearest(std::string_view word, const std::vector<std::string_view>& candidates);

// "; did you mean "x"?" or nothing.
std::string did_you_mean(const std::string& candidate);

template <size_t N>
bool is_one_of(const std::array<std::string_view, N>& known, std::string_view word) {
  return std::find(known.begin(), known.end(), word) != known.end();
}

std::vector<std::string> split(std::string_view text, char separator);  // "" is one empty part
std::string join(const std::vector<std::string>& parts, std::string_view separator);

}  // namespace relais::policy
