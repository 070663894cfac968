// SPDX-License-Identifier: Apache-2.0
// The tree against a reference that is the recursive definition of RFC 6962, word for word.
#include "node/ledger/tree.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <map>

#include "node/ledger/crypto.h"
#include "node/ledger/encoding.h"

namespace relais::ledger {
namespace {

constexpr uint64_t kLargest = 4096;

Digest leaf_number(uint64_t i) {
  Bytes data;
  put_u64(data, i);
  return leaf_hash(data);
}

// MTH(D[begin:end]), remembered, because tests ask again and again.
Digest reference(uint64_t begin, uint64_t end) {
  static std::map<std::pair<uint64_t, uint64_t>, Digest> known;
  if (begin == end) return empty_root();
  if (end - begin == 1) return leaf_number(begin);
  const auto found = known.find({begin, end});
  if (found != known.end()) return found->second;
  const uint64_t middle = begin + std::bit_ceil(end - begin) / 2;
  const Digest hash = node_hash(reference(begin, middle), reference(middle, end));
  known[{begin, end}] = hash;
  return hash;
}

Proof reference_path(uint64_t m, uint64_t begin, uint64_t end) {
  if (end - begin == 1) return {};
  const uint64_t k = std::bit_ceil(end - begin) / 2;
  const bool left = m < k;
  Proof path = left ? reference_path(m, begin, begin + k) : reference_path(m - k, begin + k, end);
  path.push_back(left ? reference(begin + k, end) : reference(begin, begin + k));
  return path;
}

Proof reference_subproof(uint64_t m, uint64_t begin, uint64_t end, bool known) {
  if (m == end - begin) return known ? Proof{} : Proof{reference(begin, end)};
  const uint64_t k = std::bit_ceil(end - begin) / 2;
  const bool left = m <= k;
  Proof proof = left ? reference_subproof(m, begin, begin + k, known)
                     : reference_subproof(m - k, begin + k, end, false);
  proof.push_back(left ? reference(begin + k, end) : reference(begin, begin + k));
  return proof;
}

class ReferenceHashes final : public HashReader {
 public:
  Result<std::vector<Digest>> read(std::span<const NodeId> nodes) const override {
    std::vector<Digest> hashes;
    for (const NodeId node : nodes) {
      hashes.push_back(reference(node.index << node.level, (node.index + 1) << node.level));
    }
    return hashes;
  }
};

Frontier frontier_of(uint64_t size) {
  Frontier frontier;
  for (uint64_t i = 0; i < size; ++i) frontier.append(leaf_number(i));
  return frontier;
}

TEST(Tree, the_frontier_has_the_reference_root_at_every_size) {
  Frontier frontier;
  for (uint64_t size = 0; size <= kLargest; ++size) {
    ASSERT_EQ(frontier.size(), size);
    ASSERT_EQ(frontier.root(), reference(0, size)) << size;
    frontier.append(leaf_number(size));
  }
}

TEST(Tree, every_proof_of_every_small_tree_is_the_reference_proof_and_verifies) {
  const ReferenceHashes hashes;
  for (uint64_t size = 1; size <= 70; ++size) {
    const Digest root = reference(0, size);
    for (uint64_t i = 0; i < size; ++i) {
      const Proof proof = prove_inclusion(i, size, hashes).value();
      ASSERT_EQ(proof, reference_path(i, 0, size));
      ASSERT_TRUE(verify_inclusion(i, size, leaf_number(i), proof, root));
      const Proof between = prove_consistency(i + 1, size, hashes).value();
      ASSERT_EQ(between, reference_subproof(i + 1, 0, size, true));
      ASSERT_TRUE(verify_consistency(i + 1, size, reference(0, i + 1), root, between));
    }
  }
}

TEST(Tree, the_batch_proofs_of_every_small_batch_are_the_reference_proofs) {
  for (uint64_t before = 0; before <= 34; ++before) {
    for (uint64_t count = 0; count <= 34; ++count) {
      std::vector<Digest> leaves;
      for (uint64_t i = 0; i < count; ++i) leaves.push_back(leaf_number(before + i));
      const Batch batch(frontier_of(before), leaves);
      ASSERT_EQ(batch.after(), frontier_of(before + count));
      for (uint64_t i = 0; i < count; ++i) {
        ASSERT_EQ(batch.proof(i), reference_path(before + i, 0, before + count))
            << before << " + " << i << " of " << count;
      }
    }
  }
}

RC_GTEST_PROP(Tree, proofs_of_larger_trees_are_the_reference_proofs, ()) {
  const auto size = *rc::gen::inRange<uint64_t>(1, kLargest + 1);
  const auto index = *rc::gen::inRange<uint64_t>(0, size);
  const ReferenceHashes hashes;
  const Proof proof = prove_inclusion(index, size, hashes).value();
  RC_ASSERT(proof == reference_path(index, 0, size));
  RC_ASSERT(root_from_inclusion(index, size, leaf_number(index), proof) == reference(0, size));
  RC_ASSERT(root_at(size, hashes) == reference(0, size));
  const Proof between = prove_consistency(index + 1, size, hashes).value();
  RC_ASSERT(between == reference_subproof(index + 1, 0, size, true));
  RC_ASSERT(
      verify_consistency(index + 1, size, reference(0, index + 1), reference(0, size), between)
          .has_value());
}

RC_GTEST_PROP(Tree, batch_proofs_verify_wherever_the_batch_begins, ()) {
  const auto before = *rc::gen::inRange<uint64_t>(0, kLargest - 600);
  const auto count = *rc::gen::inRange<uint64_t>(1, 600);
  const auto position = *rc::gen::inRange<uint64_t>(0, count);
  std::vector<Digest> leaves;
  for (uint64_t i = 0; i < count; ++i) leaves.push_back(leaf_number(before + i));
  const Batch batch(frontier_of(before), leaves);
  RC_ASSERT(batch.after().root() == reference(0, before + count));
  RC_ASSERT(batch.proof(position) == reference_path(before + position, 0, before + count));
}

// One flipped bit, a missing or an added hash, another index or size: none of them verifies.
RC_GTEST_PROP(Tree, a_changed_inclusion_proof_does_not_verify, ()) {
  const auto size = *rc::gen::inRange<uint64_t>(2, kLargest + 1);
  const auto index = *rc::gen::inRange<uint64_t>(0, size);
  Proof proof = reference_path(index, 0, size);
  const Digest root = reference(0, size);
  const auto refused = [&](uint64_t i, uint64_t n) {
    return !verify_inclusion(i, n, leaf_number(index), proof, root).has_value();
  };
  RC_ASSERT((refused(index + 1, size) && refused(index - 1, size) && refused(size, size)));
  const auto flipped = *rc::gen::inRange<size_t>(0, proof.size());
  proof[flipped][*rc::gen::inRange<size_t>(0, 32)] ^= 0x10;
  RC_ASSERT(refused(index, size));
  proof = reference_path(index, 0, size);
  proof.push_back(empty_root());
  RC_ASSERT(refused(index, size));
  proof.resize(proof.size() - 2);
  RC_ASSERT(refused(index, size));
}

RC_GTEST_PROP(Tree, a_changed_consistency_proof_does_not_verify, ()) {
  const auto size2 = *rc::gen::inRange<uint64_t>(2, kLargest + 1);
  const auto size1 = *rc::gen::inRange<uint64_t>(1, size2);
  Proof proof = reference_subproof(size1, 0, size2, true);
  const auto refused = [&](uint64_t from, uint64_t to) {
    return !verify_consistency(from, to, reference(0, size1), reference(0, size2), proof)
                .has_value();
  };
  RC_ASSERT(!refused(size1, size2));
  RC_ASSERT((refused(0, size2) && refused(size2, size1) && refused(size2, size2)));
  const auto flipped = *rc::gen::inRange<size_t>(0, proof.size());
  proof[flipped][*rc::gen::inRange<size_t>(0, 32)] ^= 0x01;
  RC_ASSERT(refused(size1, size2));
  proof = reference_subproof(size1, 0, size2, true);
  proof.push_back(empty_root());
  RC_ASSERT(refused(size1, size2));
  proof.resize(proof.size() - 2);
  RC_ASSERT(refused(size1, size2));
}

RC_GTEST_PROP(Tree, a_frontier_survives_storage_and_refuses_other_lengths, ()) {
  const Frontier frontier = frontier_of(*rc::gen::inRange<uint64_t>(0, 1025));
  const Bytes stored = frontier.serialise();
  RC_ASSERT(Frontier::parse(stored).value() == frontier);
  RC_ASSERT(!Frontier::parse(stored + "x").has_value());
  RC_ASSERT(!Frontier::parse(stored.substr(0, stored.size() - 1)).has_value());
}

}  // namespace
}  // namespace relais::ledger
