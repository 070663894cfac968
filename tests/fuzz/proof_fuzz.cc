// SPDX-License-Identifier: Apache-2.0
// The verifiers and the parsers of stored hashes, on arbitrary sizes and hashes. A proof leads to
// one root: it verifies for that one and for no other.
#include <algorithm>
#include <vector>

#include "node/ledger/encoding.h"
#include "node/ledger/tile.h"
#include "node/ledger/tree.h"
#include "tests/fuzz/fuzz.h"

using namespace relais;
using namespace relais::ledger;

namespace {

void check_stored(std::string_view bytes) {
  if (const auto frontier = Frontier::parse(bytes)) RELAIS_CHECK(frontier->serialise() == bytes);
  if (const auto tile = parse_tile(bytes)) RELAIS_CHECK(encode_tile(*tile) == bytes);
  if (const auto bundle = parse_bundle(bytes)) RELAIS_CHECK(encode_bundle(*bundle) == bytes);
}

}  // namespace

// u64 a, u64 b, 32 bytes, 32 bytes, then the proof's hashes.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes = fuzz_text(data, size);
  check_stored(bytes);
  if (bytes.size() < 80) return 0;
  const uint64_t a = get_u64(bytes);
  const uint64_t b = get_u64(bytes.substr(8));
  const Digest first = *digest_of(bytes.substr(16, 32));
  const Digest second = *digest_of(bytes.substr(48, 32));
  Proof proof;
  for (bytes.remove_prefix(80); bytes.size() >= 32 && proof.size() < 140; bytes.remove_prefix(32)) {
    proof.push_back(*digest_of(bytes.substr(0, 32)));
  }
  if (const auto root = root_from_inclusion(a, b, first, proof)) {
    RELAIS_CHECK(a < b && proof.size() <= 64);
    RELAIS_CHECK(verify_inclusion(a, b, first, proof, *root).has_value());
    RELAIS_CHECK(*root == second || !verify_inclusion(a, b, first, proof, second).has_value());
  }
  if (verify_consistency(a, b, first, second, proof)) {
    RELAIS_CHECK(a != 0 && a <= b && proof.size() <= 65);
    proof.push_back(first);
    RELAIS_CHECK(!verify_consistency(a, b, first, second, proof).has_value());
  }
  return 0;
}
