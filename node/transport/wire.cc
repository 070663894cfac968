// SPDX-License-Identifier: Apache-2.0
#include "node/transport/wire.h"

#include <google/protobuf/timestamp.pb.h>

#include <algorithm>

#include "node/flow/fresh.h"
#include "node/ledger/encoding.h"

namespace relais::transport {
namespace {

constexpr int64_t kLastSecond = 253'402'300'799;  // 9999-12-31T23:59:59Z

tl::unexpected<Fault> refuse(Constant message, Constant field) {
  return fail(FaultKind::invalid, message, std::string(field.view()));
}

Result<void> check_length(Constant field, const std::string& value, size_t most,
                          Presence presence) {
  if (value.empty() && presence == Presence::required) return refuse("the field is missing", field);
  if (value.size() > most) return refuse("the field is too long", field);
  return {};
}

bool all_between(const std::string& value, char first, char last) {
  return std::all_of(value.begin(), value.end(), [=](char c) { return c >= first && c <= last; });
}

}  // namespace

Result<void> check_word(Constant field, const std::string& value, size_t most, Presence presence) {
  RELAIS_TRY_VOID(check_length(field, value, most, presence));
  if (!all_between(value, '!', '~')) return refuse("the field holds unusable characters", field);
  return {};
}

Result<void> check_printable(Constant field, const std::string& value) {
  RELAIS_TRY_VOID(check_length(field, value, kMostId, Presence::required));
  if (!all_between(value, ' ', '~')) return refuse("the field holds unusable characters", field);
  return {};
}

Result<void> check_text(Constant field, const std::string& value, size_t most, Presence presence) {
  RELAIS_TRY_VOID(check_length(field, value, most, presence));
  if (!ledger::is_plain_line(value)) return refuse("the field holds unusable characters", field);
  return {};
}

Result<void> check_uuid(Constant field, const std::string& value) {
  if (value.empty()) return refuse("the field is missing", field);
  if (!flow::is_uuid(value)) return refuse("the field must be a UUID", field);
  return {};
}

Result<Digest> read_digest(Constant field, const std::string& bytes) {
  const auto digest = digest_of(bytes);
  if (!digest) return refuse("the field must be 32 bytes", field);
  return *digest;
}

Result<void> check_count(Constant field, int count, int most) {
  if (count > most) return refuse("too many entries", field);
  return {};
}

Result<Instant> read_instant(Constant field, const google::protobuf::Timestamp& stamp) {
  const bool real = stamp.seconds() >= 0 && stamp.seconds() <= kLastSecond && stamp.nanos() >= 0 &&
                    stamp.nanos() <= 999'999'999;
  if (!real) return refuse("no such instant", field);
  return from_unix_ms(stamp.seconds() * 1000 + stamp.nanos() / 1'000'000);
}

Result<Instant> read_unix_ms(Constant field, uint64_t ms) {
  if (ms == 0) return refuse("the field is missing", field);
  if (ms > static_cast<uint64_t>(kLastSecond) * 1000) return refuse("no such instant", field);
  return from_unix_ms(static_cast<int64_t>(ms));
}

void write_instant(Instant instant, google::protobuf::Timestamp& stamp) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(instant);
  stamp.set_seconds(seconds.time_since_epoch().count());
  stamp.set_nanos(static_cast<int32_t>((instant - seconds).count() * 1'000'000));
}

}  // namespace relais::transport
