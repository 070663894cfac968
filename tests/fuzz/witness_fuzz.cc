// SPDX-License-Identifier: Apache-2.0
// An add-checkpoint request that parses prints again as the same bytes, and one whose checkpoint
// nobody signed is never cosigned.
#include "node/ledger/witness.h"
#include "tests/fuzz/fuzz.h"

using namespace relais;
using namespace relais::ledger;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const VerifierKey kLog =
      VerifierKey::make("fuzz.example/log", SignatureType::ed25519,
                        PrivateKey::from_seed(Bytes(32, 'f')).value().public_key())
          .value();
  const std::string_view text = fuzz_text(data, size);
  const auto request = parse_add_checkpoint(text);
  if (!request) return 0;
  RELAIS_CHECK(print_add_checkpoint(*request) == text);
  const auto judged = judge(*request, kLog, Witnessed{2, leaf_hash("x")});
  RELAIS_CHECK(judged.answer != WitnessAnswer::cosign && !judged.contradiction());
  const auto beside =
      judge(*request, kLog, Witnessed{2, leaf_hash("x")}, ShownTree{Witnessed{1, {}}});
  RELAIS_CHECK(beside.answer == judged.answer && !beside.led && !beside.by_shown);
  return 0;
}
