// SPDX-License-Identifier: Apache-2.0
// A checkpoint that parses prints again as the same text, and one nobody signed does not open.
#include "node/ledger/checkpoint.h"
#include "tests/fuzz/fuzz.h"

using namespace relais;
using namespace relais::ledger;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const VerifierKey kLog =
      VerifierKey::make("fuzz.example/log", SignatureType::ed25519,
                        PrivateKey::from_seed(Bytes(32, 'f')).value().public_key())
          .value();
  const std::string_view text = fuzz_text(data, size);
  if (const auto checkpoint = parse_checkpoint(text)) {
    RELAIS_CHECK(print_checkpoint(*checkpoint) == text);
  }
  if (const auto open = open_checkpoint(text, kLog)) {
    RELAIS_CHECK(open->checkpoint().origin == kLog.name());
    RELAIS_CHECK(open->note() == text);
  }
  return 0;
}
