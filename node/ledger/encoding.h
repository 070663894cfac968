// SPDX-License-Identifier: Apache-2.0
// The small encodings the log formats are made of: base64, decimals, big-endian integers, UTF-8.
// Pure functions, no state, any thread. Every decoder accepts exactly what its encoder writes, so
// that one value has one text: whatever parses and prints again is the same bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "node/core/bytes.h"

namespace relais::ledger {

// RFC 4648 section 4, padded. from_base64 refuses white space, missing padding and unused bits set.
std::string base64(std::string_view bytes);
std::optional<Bytes> from_base64(std::string_view text);

// ASCII decimal without sign or leading zeroes ("0" itself excepted), at most 2^64-1.
std::optional<uint64_t> from_decimal(std::string_view text);

void put_u16(Bytes& out, uint16_t value);
void put_u32(Bytes& out, uint32_t value);
void put_u64(Bytes& out, uint64_t value);
// The first 2, 4 or 8 bytes, big-endian; the caller has checked that they are there.
uint16_t get_u16(std::string_view bytes);
uint32_t get_u32(std::string_view bytes);
uint64_t get_u64(std::string_view bytes);

// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);
// One line a terminal and a page can be shown: no control character (C0, DEL, C1), no line or
// paragraph separator, nothing that turns the direction of what follows. The text is UTF-8.
bool is_plain_line(std::string_view text);
// Contains a character with the Unicode property White_Space. The text is well-formed UTF-8.
bool has_unicode_space(std::string_view text);

}  // namespace relais::ledger
