// SPDX-License-Identifier: Apache-2.0
// A verifier key that parses prints again as the same text, and makes the same key from its parts.
#include "node/ledger/note.h"
#include "tests/fuzz/fuzz.h"

using namespace relais;
using namespace relais::ledger;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = fuzz_text(data, size);
  const auto key = VerifierKey::parse(text);
  if (!key) return 0;
  RELAIS_CHECK(key->text() == text);
  const auto made = VerifierKey::make(key->name(), key->type(), key->key());
  RELAIS_CHECK(made.has_value() && made->id() == key->id());
  return 0;
}
