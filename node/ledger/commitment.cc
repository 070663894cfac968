// SPDX-License-Identifier: Apache-2.0
// From a record's bytes to the 33 bytes in the tree. Each step has a label of its own, so that no
// value of one kind can stand for another, and the openings keep what is guessable from being
// guessed.
#include "node/ledger/crypto.h"
#include "node/ledger/record.h"

namespace relais::ledger {
namespace {

// The labels of ledger.md with their closing zero byte.
using namespace std::string_view_literals;
constexpr std::string_view kSharedLabel = "relais/ledger-shared/v1\0"sv;
constexpr std::string_view kPrivateLabel = "relais/ledger-private/v1\0"sv;
constexpr std::string_view kRecordLabel = "relais/ledger-record/v1\0"sv;
constexpr char kLeafVersion = 0x01;

}  // namespace

Bytes Commitment::leaf_data() const {
  Bytes data(1, kLeafVersion);
  data += view(commitment);
  return data;
}

Commitment commitment_from(const Digest& c_s, const Digest& c_p) {
  return {c_s, c_p, sha256({kRecordLabel, view(c_s), view(c_p)})};
}

Commitment commitment_from(std::string_view shared_bytes, const Opening& opening_s,
                           const Digest& c_p) {
  return commitment_from(hmac_sha256(view(opening_s), {kSharedLabel, shared_bytes}), c_p);
}

Commitment commit(std::string_view shared_bytes, const Opening& opening_s,
                  std::string_view private_bytes, const Opening& opening_p) {
  const Digest c_p = hmac_sha256(view(opening_p), {kPrivateLabel, private_bytes});
  return commitment_from(shared_bytes, opening_s, c_p);
}

}  // namespace relais::ledger
