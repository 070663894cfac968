// SPDX-License-Identifier: Apache-2.0
// Text as a JSON string (RFC 8259, section 7), for log lines and health reports. Pure. Bytes that
// are not printable ASCII are written as '?', so that one line stays one line and no encoding
// error of a caller can break a reader; what is written here are codes and identifiers, not prose.
#pragma once

#include <string>
#include <string_view>

namespace relais::ops {

// Appends `text` to `out` in quotes.
inline void append_json_text(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (c == '\n') {
      out.append("\\n");
    } else {
      out.push_back(c >= 0x20 && c < 0x7f ? c : '?');
    }
  }
  out.push_back('"');
}

}  // namespace relais::ops
