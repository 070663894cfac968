// SPDX-License-Identifier: Apache-2.0
// A record's file beside its receipt: the two prove each other, and nothing else.
#include "node/ledger/record_file.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "node/ledger/encoding.h"
#include "node/ledger/record.h"

namespace relais::ledger {
namespace {

Ed25519Signer log_signer(char seed = 'l') {
  return Ed25519Signer::make("log.example/2026", SignatureType::ed25519,
                             PrivateKey::from_seed(Bytes(32, seed)).value())
      .value();
}

// A record in a log of three, with its receipt.
struct Proved {
  RecordFile record{"shared bytes", Bytes("private\0bytes", 13)};
  Opening opening_s{};
  Opening opening_p{};
  Receipt receipt;

  Proved() {
    opening_s.fill(1);
    opening_p.fill(2);
    const auto commitment = commit(record.shared_bytes, opening_s, record.private_bytes, opening_p);
    const std::vector<Digest> leaves = {leaf_hash("a"), leaf_hash(commitment.leaf_data()),
                                        leaf_hash("c")};
    const Batch batch(Frontier{}, leaves);
    receipt.extra = Bytes(view(opening_s)) + Bytes(view(opening_p));
    receipt.index = 1;
    receipt.proof = batch.proof(1);
    receipt.checkpoint =
        sign_checkpoint({"log.example/2026", 3, batch.after().root()}, log_signer()).value();
  }
};

TEST(RecordFile, and_its_receipt_prove_the_record) {
  const Proved proved;
  const auto verified = verify_record(proved.receipt, proved.record, log_signer().verifier());
  ASSERT_TRUE(verified.has_value());
  EXPECT_EQ(verified->checkpoint().size, 3U);
  EXPECT_FALSE(verify_record(proved.receipt, proved.record, log_signer('x').verifier()));
}

TEST(RecordFile, with_any_bit_changed_is_not_what_the_receipt_proves) {
  const Proved proved;
  const VerifierKey key = log_signer().verifier();
  for (size_t i = 0; i < proved.record.shared_bytes.size(); ++i) {
    Proved other;
    other.record.shared_bytes[i] = static_cast<char>(other.record.shared_bytes[i] ^ 4);
    EXPECT_FALSE(verify_record(other.receipt, other.record, key)) << i;
  }
  for (size_t i = 0; i < 64; ++i) {
    Proved other;
    (*other.receipt.extra)[i] = static_cast<char>((*other.receipt.extra)[i] ^ 4);
    EXPECT_FALSE(verify_record(other.receipt, other.record, key)) << i;
  }
  Proved swapped;
  std::swap(swapped.record.shared_bytes, swapped.record.private_bytes);
  EXPECT_FALSE(verify_record(swapped.receipt, swapped.record, key));
  Proved crossed;  // each opening with the other's part
  std::rotate(crossed.receipt.extra->begin(), crossed.receipt.extra->begin() + 32,
              crossed.receipt.extra->end());
  EXPECT_FALSE(verify_record(crossed.receipt, crossed.record, key));
  Proved without;
  without.receipt.extra.reset();
  EXPECT_FALSE(verify_record(without.receipt, without.record, key));
  Proved longer;
  *longer.receipt.extra += 'x';
  EXPECT_FALSE(verify_record(longer.receipt, longer.record, key));
}

TEST(RecordFile, reads_only_what_it_prints) {
  const RecordFile file{"one", Bytes("\0two", 4)};
  const std::string text = print_record_file(file);
  EXPECT_EQ(text, "relais/record/v1\nshared b25l\nprivate AHR3bw==\n");
  EXPECT_EQ(parse_record_file(text).value(), file);
  for (size_t i = 0; i < text.size(); ++i) {
    EXPECT_FALSE(parse_record_file(text.substr(0, i)).has_value()) << i;
  }
  for (const char* bad : {"relais/record/v2\nshared b25l\nprivate AHR3bw==\n",
                          "relais/record/v1\nprivate AHR3bw==\nshared b25l\n",
                          "relais/record/v1\nshared b25l\nprivate AHR3bw==\n\n",
                          "relais/record/v1\nshared b25l\r\nprivate AHR3bw==\n",
                          "relais/record/v1\nshared  b25l\nprivate AHR3bw==\n",
                          "relais/record/v1\nshared \nprivate AHR3bw==\n",
                          "relais/record/v1\nshared b25l\nprivate AHR3bx==\n"}) {
    EXPECT_FALSE(parse_record_file(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace relais::ledger
