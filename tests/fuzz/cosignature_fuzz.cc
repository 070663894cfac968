// SPDX-License-Identifier: Apache-2.0
// A witness's line of any bytes under a checkpoint its log signed: it is believed only when it is
// the line the witness itself would write for that time.
#include "node/ledger/checkpoint.h"
#include "node/ledger/encoding.h"
#include "node/ledger/tree.h"
#include "tests/fuzz/fuzz.h"

using namespace relais;
using namespace relais::ledger;

namespace {

Ed25519Signer signer(const char* name, SignatureType type, char seed) {
  return Ed25519Signer::make(name, type, PrivateKey::from_seed(Bytes(32, seed)).value()).value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Ed25519Signer kLog = signer("fuzz.example/log", SignatureType::ed25519, 'f');
  static const Ed25519Signer kWitness = signer("fuzz.example/w", SignatureType::cosignature, 'w');
  static const Bytes kCheckpoint =
      sign_checkpoint({kLog.verifier().name(), 0, empty_root()}, kLog).value();
  Note note = parse_note(kCheckpoint).value();
  const auto& id = kWitness.verifier().id();
  note.signatures.push_back({kWitness.verifier().name(), id, Bytes(fuzz_text(data, size))});
  const std::string text = print_note(note);
  const VerifierKey known[] = {kWitness.verifier()};
  const auto opened = open_checkpoint(text, kLog.verifier(), known);
  if (!opened) return 0;
  RELAIS_CHECK(opened->by().size() == 2);
  const auto same = cosign(note.text, kWitness, opened->by()[1].time_s);
  RELAIS_CHECK(same.has_value() && same->bytes == note.signatures[1].bytes);
  return 0;
}
