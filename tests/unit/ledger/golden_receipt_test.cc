// SPDX-License-Identifier: Apache-2.0
// The golden receipt: tree, bundle, checkpoint, cosignature and receipt formats as other tools
// write them. Its leaf is simpler than ours and is taken as given.
#include <map>

#include "node/ledger/encoding.h"
#include "node/ledger/receipt.h"
#include "node/ledger/tile.h"
#include "tests/unit/ledger/vectors.h"

namespace relais::ledger {
namespace {

struct Golden {
  std::map<std::string, std::string> lines;  // by their first word or bracketed name
  std::string receipt;
  VerifierKey log() const { return VerifierKey::parse(lines.at("log vkey")).value(); }
  VerifierKey witness() const { return VerifierKey::parse(lines.at("witness vkey")).value(); }
  Bytes leaf() const { return from_hex(lines.at("leaf data[2]")).value(); }
};

std::filesystem::path golden_path() { return published_vectors() / "golden/receipt.txt"; }

Golden read_golden() {
  const std::string text = read_whole(golden_path());
  constexpr std::string_view kMark = "--- agency-a.tlog-proof ---\n";
  const size_t mark = text.find(kMark);
  Golden golden{{}, text.substr(mark + kMark.size())};
  std::istringstream head(text.substr(0, mark));
  for (std::string line; std::getline(head, line);) {
    const size_t end = line.find_last_of(' ');
    const size_t name_end = line.find_last_not_of(' ', end);
    golden.lines[line.substr(0, name_end + 1)] = line.substr(end + 1);
  }
  return golden;
}

TEST(GoldenReceipt, verifies_with_the_log_key_and_the_witness_key) {
  RELAIS_SKIP_WITHOUT(golden_path());
  const Golden golden = read_golden();
  const Receipt receipt = parse_receipt(golden.receipt).value();
  EXPECT_EQ(receipt.index, 2U);
  EXPECT_EQ(receipt.extra, from_hex(golden.lines.at("opening[2]")));
  const std::vector<VerifierKey> witnesses = {golden.witness()};
  const auto verified = verify_receipt(receipt, golden.leaf(), golden.log(), witnesses);
  ASSERT_TRUE(verified.has_value());
  EXPECT_EQ(verified->checkpoint().size, 5U);
  EXPECT_EQ(to_hex(view(verified->checkpoint().root)), golden.lines.at("root(5)"));
  ASSERT_EQ(verified->by().size(), 2U);
  EXPECT_EQ(verified->by()[1].key.name(), "agency-b.example/witness");
  EXPECT_EQ(verified->by()[1].time_s, 1767225600U);
}

TEST(GoldenReceipt, prints_again_byte_for_byte) {
  RELAIS_SKIP_WITHOUT(golden_path());
  const Golden golden = read_golden();
  EXPECT_EQ(print_receipt(parse_receipt(golden.receipt).value()), golden.receipt);
  EXPECT_EQ(golden.log().text(), golden.lines.at("log vkey"));
  EXPECT_EQ(to_hex(view(leaf_hash(golden.leaf()))), golden.lines.at("leaf hash[2]"));
}

TEST(GoldenReceipt, with_any_byte_changed_is_refused_or_means_the_same_leaf) {
  RELAIS_SKIP_WITHOUT(golden_path());
  const Golden golden = read_golden();
  const std::vector<VerifierKey> witnesses = {golden.witness()};
  // The extra line is not authenticated by the receipt; it is checked through the commitment.
  const size_t extra_begin = golden.receipt.find("extra ");
  const size_t extra_end = golden.receipt.find('\n', extra_begin);
  for (size_t i = 0; i < golden.receipt.size(); ++i) {
    if (i >= extra_begin && i < extra_end) continue;
    for (const int flip : {0x01, 0x02, 0x10, 0x20, 0x80}) {
      std::string changed = golden.receipt;
      changed[i] = static_cast<char>(changed[i] ^ flip);
      const auto receipt = parse_receipt(changed);
      if (!receipt) continue;
      const auto verified = verify_receipt(*receipt, golden.leaf(), golden.log(), witnesses);
      // A signature line whose key name or id changed is an unknown key's: ignored, so the note
      // still stands on the other one. Nothing else about it may have changed.
      if (verified) {
        EXPECT_GT(i, golden.receipt.find("\xe2\x80\x94 agency-b"));
        EXPECT_EQ(verified->by().size(), 1U);
      }
    }
  }
}

TEST(GoldenReceipt, is_no_proof_for_another_leaf_log_or_witness) {
  RELAIS_SKIP_WITHOUT(golden_path());
  const Golden golden = read_golden();
  const Receipt receipt = parse_receipt(golden.receipt).value();
  EXPECT_FALSE(verify_receipt(receipt, golden.leaf() + "x", golden.log()).has_value());
  EXPECT_FALSE(verify_receipt(receipt, golden.leaf(), golden.witness()).has_value());
  EXPECT_TRUE(verify_receipt(receipt, golden.leaf(), golden.log()).has_value());
}

TEST(GoldenReceipt, its_entry_bundle_has_the_published_beginning_and_length) {
  RELAIS_SKIP_WITHOUT(golden_path());
  const std::string text = read_whole(golden_path());
  const size_t at = text.find("= 0021") + 2;
  const Bytes first = from_hex(text.substr(at, 2 * 35)).value();
  const auto leaves = parse_bundle(first);
  ASSERT_TRUE(leaves.has_value());
  ASSERT_EQ(leaves->size(), 1U);
  EXPECT_EQ(leaves->front().size(), 33U);
  EXPECT_EQ(encode_bundle(std::vector<Bytes>(5, leaves->front())).size(), 175U);
}

}  // namespace
}  // namespace relais::ledger
