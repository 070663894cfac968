// SPDX-License-Identifier: Apache-2.0
// The file that goes with a receipt: one record's stored bytes, as text a shell can take apart.
// With the receipt's openings they give the commitment, and the receipt proves the commitment's
// place. Plain values, any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "node/core/bytes.h"
#include "node/core/result.h"
#include "node/ledger/receipt.h"

namespace relais::ledger {

// The bytes as stored, never a re-encoding.
struct RecordFile {
  Bytes shared_bytes;
  Bytes private_bytes;
  friend bool operator==(const RecordFile&, const RecordFile&) = default;
};

// `relais/record/v1\nshared <base64>\nprivate <base64>\n`. Form only: what the bytes say is
// decode_shared's and decode_private's to tell. print_record_file(parse_record_file(t)) == t.
std::string print_record_file(const RecordFile& file);
Result<RecordFile> parse_record_file(std::string_view text);

// The record is the one the receipt proves: the log signed the checkpoint, and the leaf that these
// bytes and the receipt's openings give is in its tree at the receipt's index.
Result<SignedCheckpoint> verify_record(const Receipt& receipt, const RecordFile& record,
                                       const VerifierKey& log,
                                       std::span<const VerifierKey> witnesses = {});

}  // namespace relais::ledger
