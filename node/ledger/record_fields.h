// SPDX-License-Identifier: Apache-2.0
// The canonical field encoding of ledger records (docs/ledger-format.md): fields in ascending order
// of their number, each u16be number || u32be length || bytes. A FieldWriter and a FieldReader have
// the same methods, so one list of fields serves both. An empty value is not written; one that is
// written empty, out of order, unknown or repeated is refused. Used by record.cc only; plain
// values, one thread each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "node/core/bytes.h"
#include "node/core/result.h"
#include "node/ledger/record.h"

namespace relais::ledger {

class FieldWriter {
 public:
  explicit FieldWriter(Bytes magic) : out_(std::move(magic)) {}

  void text(uint16_t number, const char* name, const std::string& value);
  void blob(uint16_t number, const char* name, const Bytes& value);
  void number(uint16_t number, const char* name, uint64_t value);
  void digest(uint16_t number, const char* name, const std::optional<Digest>& value);
  void texts(uint16_t number, const char* name, const std::vector<std::string>& values);
  template <class Group>
  void groups(uint16_t number, const char* name, std::vector<Group>& values);

  // The bytes, or the first field that could not be written.
  Result<Bytes> finish() &&;

 private:
  void put(uint16_t number, const char* name, std::string_view bytes);
  void put_item(Bytes& list, const char* name, std::string_view item);
  void refuse(Constant message, const char* name);
  Bytes out_;
  std::optional<Fault> fault_;
};

class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

  void text(uint16_t number, const char* name, std::string& value);
  void blob(uint16_t number, const char* name, Bytes& value);
  void number(uint16_t number, const char* name, uint64_t& value);
  void digest(uint16_t number, const char* name, std::optional<Digest>& value);
  void texts(uint16_t number, const char* name, std::vector<std::string>& values);
  template <class Group>
  void groups(uint16_t number, const char* name, std::vector<Group>& values);

  // Everything was read, in order, and nothing was left over.
  Result<void> finish() &&;

 private:
  // The field's bytes when it comes next; it is then consumed.
  std::optional<std::string_view> take(uint16_t number, const char* name);
  std::optional<std::string_view> take_item(std::string_view& list, const char* name);
  void refuse(Constant message, const char* name);
  std::string_view rest_;
  std::optional<Fault> fault_;
};

// The groups: items that are fields themselves, one level deep.
template <class Fields>
void walk(Fields& fields, Ground& ground) {
  fields.text(1, "rule", ground.rule);
  fields.texts(2, "bases", ground.bases);
  fields.text(3, "citation", ground.citation);
}
template <class Fields>
void walk(Fields& fields, InformationGiven& given) {
  fields.text(1, "whom", given.whom);
  fields.text(2, "when", given.when);
  fields.text(3, "how", given.how);
}
template <class Fields>
void walk(Fields& fields, Withheld& withheld) {
  fields.text(1, "category", withheld.category);
  fields.text(2, "stop", withheld.stop);
  fields.text(3, "rule", withheld.rule);
  fields.text(4, "citation", withheld.citation);
}
template <class Fields>
void walk(Fields& fields, PackVersion& pack) {
  fields.text(1, "id", pack.id);
  fields.text(2, "version", pack.version);
  fields.digest(3, "digest", pack.digest);
}
template <class Fields>
void walk(Fields& fields, std::pair<std::string, std::string>& detail) {
  fields.text(1, "key", detail.first);
  fields.text(2, "value", detail.second);
}

template <class Group>
void FieldWriter::groups(uint16_t number, const char* name, std::vector<Group>& values) {
  Bytes list;
  for (Group& value : values) {
    FieldWriter writer{Bytes()};
    walk(writer, value);
    auto item = std::move(writer).finish();
    if (!item) {
      if (!fault_) fault_ = std::move(item.error());
      return;
    }
    put_item(list, name, *item);
  }
  put(number, name, list);
}

template <class Group>
void FieldReader::groups(uint16_t number, const char* name, std::vector<Group>& values) {
  auto list = take(number, name);
  while (list && !list->empty()) {
    const auto item = take_item(*list, name);
    if (!item) return;
    FieldReader reader(*item);
    Group value;
    walk(reader, value);
    if (auto outcome = std::move(reader).finish(); !outcome && !fault_) fault_ = outcome.error();
    values.push_back(std::move(value));
  }
}

}  // namespace relais::ledger
