// SPDX-License-Identifier: Apache-2.0
// A record has one encoding: what decodes encodes to the same bytes.
#include "node/ledger/record.h"
#include "tests/fuzz/fuzz.h"

using namespace relais;
using namespace relais::ledger;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = fuzz_text(data, size);
  if (const auto part = decode_shared(bytes)) RELAIS_CHECK(encode(*part).value() == bytes);
  if (const auto part = decode_private(bytes)) RELAIS_CHECK(encode(*part).value() == bytes);
  return 0;
}
