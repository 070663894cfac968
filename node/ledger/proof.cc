// SPDX-License-Identifier: Apache-2.0
// Proofs over an injected reader, and their verification. Every element of a proof is the hash of a
// range of leaves, MTH(D[begin:end]); a range is put together from the complete subtrees that fill
// it.
#include <bit>

#include "node/ledger/tree.h"

namespace relais::ledger {
namespace {

struct Range {
  uint64_t begin = 0;
  uint64_t end = 0;
};

// The largest power of two below n, for n > 1 (RFC 6962 section 2.1).
uint64_t split_of(uint64_t n) { return std::bit_floor(n - 1); }

// Appends the complete subtrees that make up the range, left to right. The range begins where a
// subtree as large as itself could begin, as all ranges of a proof do.
size_t append_nodes(Range range, std::vector<NodeId>& nodes) {
  const size_t before = nodes.size();
  while (range.begin < range.end) {
    const uint64_t width = std::bit_floor(range.end - range.begin);
    const auto level = static_cast<uint8_t>(std::countr_zero(width));
    nodes.push_back({level, range.begin >> level});
    range.begin += width;
  }
  return nodes.size() - before;
}

// Reads what all ranges need in one call, then folds each from the right.
Result<Proof> hash_ranges(std::span<const Range> ranges, const HashReader& hashes) {
  std::vector<NodeId> nodes;
  std::vector<size_t> counts;
  for (const Range range : ranges) counts.push_back(append_nodes(range, nodes));
  Proof proof;
  if (nodes.empty()) return proof;
  RELAIS_TRY(read, hashes.read(nodes));
  if (read.size() != nodes.size()) {
    return fail(FaultKind::corrupt, "stored tree hashes are missing");
  }
  size_t next = 0;
  for (const size_t count : counts) {
    next += count;
    Digest hash = read[next - 1];
    for (size_t i = 1; i < count; ++i) hash = node_hash(read[next - 1 - i], hash);
    proof.push_back(hash);
  }
  return proof;
}

// PATH(m, D[n]) of RFC 6962 section 2.1.1, walked from the root down.
std::vector<Range> inclusion_ranges(uint64_t index, uint64_t size) {
  std::vector<Range> ranges;
  Range tree{0, size};
  while (tree.end - tree.begin > 1) {
    const uint64_t middle = tree.begin + split_of(tree.end - tree.begin);
    const bool left = index < middle;
    ranges.push_back(left ? Range{middle, tree.end} : Range{tree.begin, middle});
    tree = left ? Range{tree.begin, middle} : Range{middle, tree.end};
  }
  return {ranges.rbegin(), ranges.rend()};
}

// SUBPROOF(m, D[n], b) of RFC 6962 section 2.1.2. What is left when the walk ends is a subtree both
// trees have in full; the verifier knows it only when it is the whole old tree.
std::vector<Range> consistency_ranges(uint64_t size1, uint64_t size2) {
  std::vector<Range> ranges;
  Range tree{0, size2};
  while (tree.end != size1) {
    const uint64_t middle = tree.begin + split_of(tree.end - tree.begin);
    const bool left = size1 <= middle;
    ranges.push_back(left ? Range{middle, tree.end} : Range{tree.begin, middle});
    tree = left ? Range{tree.begin, middle} : Range{middle, tree.end};
  }
  if (tree.begin != 0) ranges.push_back(tree);
  return {ranges.rbegin(), ranges.rend()};
}

bool is_odd(uint64_t n) { return (n & 1) != 0; }

}  // namespace

Result<Proof> prove_inclusion(uint64_t index, uint64_t size, const HashReader& hashes) {
  if (index >= size)
    return fail(FaultKind::invalid, "no such leaf in a tree of this size", "index");
  return hash_ranges(inclusion_ranges(index, size), hashes);
}

Result<Proof> prove_consistency(uint64_t size1, uint64_t size2, const HashReader& hashes) {
  if (size1 == 0 || size1 > size2) {
    return fail(FaultKind::invalid, "no consistency proof between these sizes", "size");
  }
  return hash_ranges(consistency_ranges(size1, size2), hashes);
}

Result<Digest> root_at(uint64_t size, const HashReader& hashes) {
  if (size == 0) return empty_root();
  const Range whole{0, size};
  RELAIS_TRY(roots, hash_ranges({&whole, 1}, hashes));
  return roots[0];
}

Result<Digest> root_from_inclusion(uint64_t index, uint64_t size, const Digest& leaf,
                                   std::span<const Digest> proof) {
  if (index >= size)
    return fail(FaultKind::invalid, "no such leaf in a tree of this size", "index");
  // Below `inner` the path and the right edge differ and each level has a sibling; above it the
  // path is the right edge, with a sibling on the left for each set bit.
  const auto inner = static_cast<size_t>(std::bit_width(index ^ (size - 1)));
  const uint64_t edge = inner == 64 ? 0 : index >> inner;
  const auto border = static_cast<size_t>(std::popcount(edge));
  if (proof.size() != inner + border) {
    return fail(FaultKind::invalid, "an inclusion proof of the wrong length", "proof");
  }
  Digest hash = leaf;
  for (size_t level = 0; level < inner; ++level) {
    const bool right = is_odd(index >> level);
    hash = right ? node_hash(proof[level], hash) : node_hash(hash, proof[level]);
  }
  for (size_t i = inner; i < proof.size(); ++i) hash = node_hash(proof[i], hash);
  return hash;
}

Result<void> verify_inclusion(uint64_t index, uint64_t size, const Digest& leaf,
                              std::span<const Digest> proof, const Digest& root) {
  RELAIS_TRY(computed, root_from_inclusion(index, size, leaf, proof));
  if (computed != root) {
    return fail(FaultKind::invalid, "an inclusion proof of another tree", "proof");
  }
  return {};
}

Result<void> verify_consistency(uint64_t size1, uint64_t size2, const Digest& root1,
                                const Digest& root2, std::span<const Digest> proof) {
  const auto wrong_length =
      fail(FaultKind::invalid, "a consistency proof of the wrong length", "proof");
  const auto inconsistent = fail(FaultKind::invalid, "the two trees are not consistent", "proof");
  if (size1 == 0 || size1 > size2) {
    return fail(FaultKind::invalid, "nothing can be shown between these sizes", "size");
  }
  if (size1 == size2) {
    if (!proof.empty()) return wrong_length;
    if (root1 != root2) return inconsistent;
    return {};
  }
  // The walk starts at the largest subtree that ends where the old tree ends. When that is the
  // whole old tree, its hash is root1 and is not repeated in the proof.
  const auto complete = static_cast<size_t>(std::countr_zero(size1));
  const uint64_t index = (size1 - 1) >> complete;
  const auto inner = static_cast<size_t>(std::bit_width((size1 - 1) ^ (size2 - 1))) - complete;
  const uint64_t edge = inner == 64 ? 0 : index >> inner;
  const bool whole = std::has_single_bit(size1);
  const size_t expected = (whole ? 0 : 1) + inner + static_cast<size_t>(std::popcount(edge));
  if (proof.size() != expected) return wrong_length;
  const Digest& seed = whole ? root1 : proof[0];
  if (!whole) proof = proof.subspan(1);
  Digest old_hash = seed;
  Digest new_hash = seed;
  for (size_t i = 0; i < proof.size(); ++i) {
    const bool left_sibling = i >= inner || is_odd(index >> i);
    if (left_sibling) old_hash = node_hash(proof[i], old_hash);
    new_hash = left_sibling ? node_hash(proof[i], new_hash) : node_hash(new_hash, proof[i]);
  }
  if (old_hash != root1 || new_hash != root2) return inconsistent;
  return {};
}

}  // namespace relais::ledger
