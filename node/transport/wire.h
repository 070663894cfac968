// SPDX-License-Identifier: Apache-2.0
// Bounds that every message is checked against before it becomes a domain value: a field is there,
// is short enough, and holds only what its kind may hold. `field` names the field in the fault's
// `where`; the value never appears. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "node/core/bytes.h"
#include "node/core/result.h"
#include "node/core/time.h"

namespace google::protobuf {
class Timestamp;
}

namespace relais::transport {

// Largest message taken in on any surface, bytes; larger is RESOURCE_EXHAUSTED before it is parsed.
inline constexpr int kMostMessageBytes = 256 * 1024;

// Limits in bytes.
inline constexpr size_t kMostId = 64;
inline constexpr size_t kMostCode = 64;
inline constexpr size_t kMostReference = 128;
inline constexpr size_t kMostReasonNote = 800;  // bytes of 200 characters
inline constexpr size_t kMostValue = 4096;
inline constexpr size_t kMostToken = 256;

enum class Presence { required, optional };

// An identifier or code: printable ASCII without space, at most `most` bytes.
Result<void> check_word(Constant field, const std::string& value, size_t most, Presence presence);
// What a client chose freely (idempotency key, staff id): printable ASCII, spaces too, 1…64 bytes.
Result<void> check_printable(Constant field, const std::string& value);
// A text of a person or about one: one plain line of UTF-8 (ledger/encoding.h), at most `most`
// bytes.
Result<void> check_text(Constant field, const std::string& value, size_t most, Presence presence);
// An id that a node gave out. Judged before any store sees it: PostgreSQL writes what is none into
// its log.
Result<void> check_uuid(Constant field, const std::string& value);
// Exactly 32 bytes.
Result<Digest> read_digest(Constant field, const std::string& bytes);
Result<void> check_count(Constant field, int count, int most);

// Seconds and nanoseconds of a real instant from 1970 to 9999, as protobuf defines it.
Result<Instant> read_instant(Constant field, const google::protobuf::Timestamp& stamp);
// Unix milliseconds within the same range, not zero.
Result<Instant> read_unix_ms(Constant field, uint64_t ms);
void write_instant(Instant instant, google::protobuf::Timestamp& stamp);

}  // namespace relais::transport
