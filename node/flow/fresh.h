// SPDX-License-Identifier: Apache-2.0
// Fresh identifiers, from the injected clock and entropy only.
#pragma once

#include <string>

#include "node/core/entropy.h"
#include "node/core/time.h"

namespace relais::flow {

// UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, 74 random bits. Unique, roughly ordered;
// never used as a cursor.
std::string fresh_uuid(Clock& clock, Entropy& entropy);
// `bytes` random bytes in lower-case hex.
std::string fresh_hex(Entropy& entropy, size_t bytes);
// "8-4-4-4-12" lower-case hex digits.
bool is_uuid(std::string_view text);

}  // namespace relais::flow
