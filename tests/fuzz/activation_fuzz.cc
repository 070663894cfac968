// SPDX-License-Identifier: Apache-2.0
// An activation or an edition that parses prints again as the same bytes, and its digest is that
// of its lines.
#include "policy/activation.h"
#include "tests/fuzz/fuzz.h"

using namespace relais;
using namespace relais::policy;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = fuzz_text(data, size);
  if (const auto activation = parse_activation(text, "a")) {
    RELAIS_CHECK(activation->text() == text);
    RELAIS_CHECK(activation->version > 0);
    RELAIS_CHECK(parse_edition(activation->edition.text(), "e").value() == activation->edition);
  }
  if (const auto edition = parse_edition(text, "e")) {
    RELAIS_CHECK(edition->text() == text);
    // As part of an activation it is read back whole.
    const Activation around{"f", 1, std::nullopt, *edition};
    const std::string printed = around.text();
    if (printed.size() <= kMostActivationBytes) {
      RELAIS_CHECK(parse_activation(printed, "a").value() == around);
    }
  }
  return 0;
}
