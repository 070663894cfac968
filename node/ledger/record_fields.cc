// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/record_fields.h"

#include "node/ledger/encoding.h"

namespace relais::ledger {
namespace {

constexpr size_t kFieldHeader = 6;
constexpr size_t kItemHeader = 4;

}  // namespace

void FieldWriter::refuse(Constant message, const char* name) {
  if (!fault_) fault_ = Fault{FaultKind::invalid, message, name};
}

void FieldWriter::put(uint16_t number, const char* name, std::string_view bytes) {
  if (bytes.empty()) return;
  if (bytes.size() > kMaxPartBytes) return refuse("a field of a ledger record is too large", name);
  put_u16(out_, number);
  put_u32(out_, static_cast<uint32_t>(bytes.size()));
  out_ += bytes;
}

void FieldWriter::put_item(Bytes& list, const char* name, std::string_view item) {
  if (item.empty()) return refuse("an empty item in a list of a ledger record", name);
  if (item.size() > kMaxPartBytes) return refuse("a field of a ledger record is too large", name);
  put_u32(list, static_cast<uint32_t>(item.size()));
  list += item;
}

void FieldWriter::text(uint16_t number, const char* name, const std::string& value) {
  if (!is_utf8(value)) return refuse("text of a ledger record is not UTF-8", name);
  put(number, name, value);
}

void FieldWriter::blob(uint16_t number, const char* name, const Bytes& value) {
  put(number, name, value);
}

void FieldWriter::number(uint16_t number, const char* name, uint64_t value) {
  Bytes bytes;
  if (value != 0) put_u64(bytes, value);
  put(number, name, bytes);
}

void FieldWriter::digest(uint16_t number, const char* name, const std::optional<Digest>& value) {
  if (value) put(number, name, view(*value));
}

void FieldWriter::texts(uint16_t number, const char* name, const std::vector<std::string>& values) {
  Bytes list;
  for (const std::string& value : values) {
    if (!is_utf8(value)) return refuse("text of a ledger record is not UTF-8", name);
    put_item(list, name, value);
  }
  put(number, name, list);
}

Result<Bytes> FieldWriter::finish() && {
  if (fault_) return tl::unexpected<Fault>(std::move(*fault_));
  return std::move(out_);
}

void FieldReader::refuse(Constant message, const char* name) {
  if (!fault_) fault_ = Fault{FaultKind::invalid, message, name};
}

// Fields are asked for in ascending order, so one that is repeated, unknown or out of order is
// never the next, stays where it is, and is found by finish().
std::optional<std::string_view> FieldReader::take(uint16_t number, const char* name) {
  if (fault_ || rest_.size() < kFieldHeader || get_u16(rest_) != number) return std::nullopt;
  const size_t length = get_u32(rest_.substr(2));
  if (length == 0 || length > rest_.size() - kFieldHeader) {
    refuse("a field of a ledger record has an impossible length", name);
    return std::nullopt;
  }
  const std::string_view bytes = rest_.substr(kFieldHeader, length);
  rest_.remove_prefix(kFieldHeader + length);
  return bytes;
}

std::optional<std::string_view> FieldReader::take_item(std::string_view& list, const char* name) {
  const size_t length = list.size() < kItemHeader ? 0 : get_u32(list);
  if (length == 0 || length > list.size() - kItemHeader) {
    refuse("a list item of a ledger record has an impossible length", name);
    return std::nullopt;
  }
  const std::string_view item = list.substr(kItemHeader, length);
  list.remove_prefix(kItemHeader + length);
  return item;
}

void FieldReader::text(uint16_t number, const char* name, std::string& value) {
  const auto bytes = take(number, name);
  if (!bytes) return;
  if (!is_utf8(*bytes)) return refuse("text of a ledger record is not UTF-8", name);
  value = std::string(*bytes);
}

void FieldReader::blob(uint16_t number, const char* name, Bytes& value) {
  if (const auto bytes = take(number, name)) value = Bytes(*bytes);
}

void FieldReader::number(uint16_t number, const char* name, uint64_t& value) {
  const auto bytes = take(number, name);
  if (!bytes) return;
  if (bytes->size() != 8) return refuse("a number of a ledger record is 8 bytes", name);
  value = get_u64(*bytes);
  if (value == 0) refuse("a number of a ledger record is never written as zero", name);
}

void FieldReader::digest(uint16_t number, const char* name, std::optional<Digest>& value) {
  const auto bytes = take(number, name);
  if (!bytes) return;
  value = digest_of(*bytes);
  if (!value) refuse("a digest of a ledger record is 32 bytes", name);
}

void FieldReader::texts(uint16_t number, const char* name, std::vector<std::string>& values) {
  auto list = take(number, name);
  while (list && !list->empty()) {
    const auto item = take_item(*list, name);
    if (!item) return;
    if (!is_utf8(*item)) return refuse("text of a ledger record is not UTF-8", name);
    values.emplace_back(*item);
  }
}

Result<void> FieldReader::finish() && {
  if (!fault_ && !rest_.empty()) {
    refuse("a ledger record with unknown, repeated or unordered fields", "record");
  }
  if (fault_) return tl::unexpected<Fault>(std::move(*fault_));
  return {};
}

}  // namespace relais::ledger
