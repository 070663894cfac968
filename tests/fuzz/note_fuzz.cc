// SPDX-License-Identifier: Apache-2.0
// A note or a verifier key that parses prints again as the same bytes, and no note opens without a
// key.
#include "node/ledger/note.h"
#include "tests/fuzz/fuzz.h"

using namespace relais;
using namespace relais::ledger;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = fuzz_text(data, size);
  if (const auto note = parse_note(text)) {
    RELAIS_CHECK(print_note(*note) == text);
    RELAIS_CHECK(is_note_text(note->text));
  }
  if (const auto key = VerifierKey::parse(text)) RELAIS_CHECK(key->text() == text);
  RELAIS_CHECK(!open_note(text, {}).has_value());
  return 0;
}
