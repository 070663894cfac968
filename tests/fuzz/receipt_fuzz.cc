// SPDX-License-Identifier: Apache-2.0
// A receipt that parses prints again as the same text, and its proof has an exact length.
#include "node/ledger/receipt.h"
#include "tests/fuzz/fuzz.h"

using namespace relais;
using namespace relais::ledger;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = fuzz_text(data, size);
  const auto receipt = parse_receipt(text);
  if (!receipt) return 0;
  RELAIS_CHECK(print_receipt(*receipt) == text);
  const Note note = parse_note(receipt->checkpoint).value();
  const Checkpoint checkpoint = parse_checkpoint(note.text).value();
  Proof longer = receipt->proof;
  longer.push_back(empty_root());
  const Digest leaf = leaf_hash("leaf");
  const bool fits =
      root_from_inclusion(receipt->index, checkpoint.size, leaf, receipt->proof).has_value();
  const bool longer_fits =
      root_from_inclusion(receipt->index, checkpoint.size, leaf, longer).has_value();
  RELAIS_CHECK(!(fits && longer_fits));
  return 0;
}
