// SPDX-License-Identifier: Apache-2.0
// An entry bundle that parses is written again as the same bytes, and is never more than a tile's.
#include "node/ledger/tile.h"
#include "tests/fuzz/fuzz.h"

using namespace relais;
using namespace relais::ledger;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = fuzz_text(data, size);
  const auto leaves = parse_bundle(bytes);
  if (!leaves) return 0;
  RELAIS_CHECK(!leaves->empty() && leaves->size() <= kTileWidth);
  RELAIS_CHECK(encode_bundle(*leaves) == bytes);
  return 0;
}
