// SPDX-License-Identifier: Apache-2.0
// find_stray: a character outside ASCII where TOML has no place for one, that is outside strings
// and comments. Debian's TOML library (3.3) must not be shown such a text: its table of Unicode
// white space ends in __builtin_unreachable() for letters as common as "é". Pure; any thread.
#pragma once

#include <optional>
#include <string_view>

#include "policy/document.h"

namespace relais::policy {

// Or a name of more parts than a document has levels: the TOML library would nest as deep. Also a
// character that follows the white space after a line-ending backslash in a string of several
// lines: the same table is asked there.
struct Stray {
  Position at;
  std::string_view what;
};
std::optional<Stray> find_stray(std::string_view text);

}  // namespace relais::policy
