// SPDX-License-Identifier: Apache-2.0
// A tile path that parses prints again as the same text, so a tile has one name and no way upwards.
#include "node/ledger/tile.h"
#include "tests/fuzz/fuzz.h"

using namespace relais;
using namespace relais::ledger;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = fuzz_text(data, size);
  if (const auto path = parse_tile_path(text)) {
    RELAIS_CHECK(print_tile_path(*path) == text);
    RELAIS_CHECK(path->width >= 1 && path->width <= kTileWidth);
    RELAIS_CHECK(text.find("..") == std::string_view::npos);
  }
  return 0;
}
