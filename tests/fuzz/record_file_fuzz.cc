// SPDX-License-Identifier: Apache-2.0
// A record's file that parses prints again as the same text.
#include "node/ledger/record_file.h"
#include "tests/fuzz/fuzz.h"

using namespace relais;
using namespace relais::ledger;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = fuzz_text(data, size);
  if (const auto file = parse_record_file(text)) RELAIS_CHECK(print_record_file(*file) == text);
  return 0;
}
