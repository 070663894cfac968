// SPDX-License-Identifier: Apache-2.0
// A receipt (c2sp.org/tlog-proof@v1): one entry's place in the log, provable offline by anyone who
// has the log's key. With the record's bytes it is what the person takes home. Pure values, any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "node/core/bytes.h"
#include "node/core/result.h"
#include "node/ledger/checkpoint.h"
#include "node/ledger/tree.h"

namespace relais::ledger {

struct Receipt {
  std::optional<Bytes>
      extra;  // ours: opening_s || opening_p, 64 bytes. Not authenticated by itself.
  uint64_t index = 0;
  Proof proof;
  Bytes checkpoint;  // the signed note, verbatim, with its cosignatures
};

// print_receipt(parse_receipt(t)) == t. The checkpoint's form is checked, its signatures are not.
Result<Receipt> parse_receipt(std::string_view text);
std::string print_receipt(const Receipt& receipt);

// The checkpoint is the log's, and the leaf is in its tree at the receipt's index.
Result<SignedCheckpoint> verify_receipt(const Receipt& receipt, std::string_view leaf_data,
                                        const VerifierKey& log,
                                        std::span<const VerifierKey> witnesses = {});

}  // namespace relais::ledger
