// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/record_file.h"

#include "node/ledger/encoding.h"
#include "node/ledger/record.h"

namespace relais::ledger {
namespace {

constexpr std::string_view kHeader = "relais/record/v1\n";
constexpr std::string_view kShared = "shared ";
constexpr std::string_view kPrivate = "private ";
constexpr size_t kOpeningBytes = 32;

// The base64 value of a line that begins with `name`, taken off the text.
std::optional<Bytes> take_value(std::string_view& text, std::string_view name) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos || !text.starts_with(name)) return std::nullopt;
  auto value = from_base64(text.substr(name.size(), end - name.size()));
  if (!value || value->empty() || value->size() > kMaxPartBytes) return std::nullopt;
  text.remove_prefix(end + 1);
  return value;
}

}  // namespace

std::string print_record_file(const RecordFile& file) {
  std::string text(kHeader);
  text.append(kShared).append(base64(file.shared_bytes)).append("\n");
  text.append(kPrivate).append(base64(file.private_bytes)).append("\n");
  return text;
}

Result<RecordFile> parse_record_file(std::string_view text) {
  const auto malformed = fail(FaultKind::invalid, "a malformed record file", "record");
  if (!text.starts_with(kHeader)) return malformed;
  text.remove_prefix(kHeader.size());
  auto shared_bytes = take_value(text, kShared);
  if (!shared_bytes) return malformed;
  auto private_bytes = take_value(text, kPrivate);
  if (!private_bytes || !text.empty()) return malformed;
  return RecordFile{std::move(*shared_bytes), std::move(*private_bytes)};
}

Result<SignedCheckpoint> verify_record(const Receipt& receipt, const RecordFile& record,
                                       const VerifierKey& log,
                                       std::span<const VerifierKey> witnesses) {
  if (!receipt.extra || receipt.extra->size() != 2 * kOpeningBytes) {
    return fail(FaultKind::invalid, "a receipt without the openings of a record", "receipt");
  }
  const std::string_view openings = *receipt.extra;
  const Opening opening_s = *digest_of(openings.substr(0, kOpeningBytes));
  const Opening opening_p = *digest_of(openings.substr(kOpeningBytes));
  const Commitment commitment =
      commit(record.shared_bytes, opening_s, record.private_bytes, opening_p);
  return verify_receipt(receipt, commitment.leaf_data(), log, witnesses);
}

}  // namespace relais::ledger
