// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/tree.h"

#include <bit>

#include "node/ledger/crypto.h"
#include "node/ledger/encoding.h"

namespace relais::ledger {

Digest empty_root() { return sha256(std::string_view()); }

Digest leaf_hash(std::string_view data) { return sha256({std::string_view("\x00", 1), data}); }

// One buffer, one call: this is the innermost operation of the log.
Digest node_hash(const Digest& left, const Digest& right) {
  std::array<char, 65> bytes;
  bytes[0] = 0x01;
  std::copy(left.begin(), left.end(), bytes.begin() + 1);
  std::copy(right.begin(), right.end(), bytes.begin() + 33);
  return sha256(std::string_view(bytes.data(), bytes.size()));
}

Result<Frontier> Frontier::parse(std::string_view bytes) {
  if (bytes.size() < 8) return fail(FaultKind::corrupt, "the stored right edge is too short");
  Frontier frontier;
  frontier.size_ = get_u64(bytes);
  bytes.remove_prefix(8);
  if (bytes.size() != 32 * static_cast<size_t>(std::popcount(frontier.size_))) {
    return fail(FaultKind::corrupt, "the stored right edge does not fit its size");
  }
  for (; !bytes.empty(); bytes.remove_prefix(32)) {
    frontier.hashes_.push_back(*digest_of(bytes.substr(0, 32)));
  }
  return frontier;
}

Bytes Frontier::serialise() const {
  Bytes bytes;
  bytes.reserve(8 + 32 * hashes_.size());
  put_u64(bytes, size_);
  for (const Digest& hash : hashes_) bytes += view(hash);
  return bytes;
}

// Two equal subtrees at the end become one: a binary counter, whose set bits are the hashes.
void Frontier::append(const Digest& leaf) {
  RELAIS_CHECK(size_ != UINT64_MAX);
  Digest hash = leaf;
  for (uint64_t bits = size_; (bits & 1) != 0; bits >>= 1) {
    hash = node_hash(hashes_.back(), hash);
    hashes_.pop_back();
  }
  hashes_.push_back(hash);
  ++size_;
}

Digest Frontier::root() const {
  if (hashes_.empty()) return empty_root();
  Digest root = hashes_.back();
  for (size_t i = hashes_.size() - 1; i > 0; --i) root = node_hash(hashes_[i - 1], root);
  return root;
}

Batch::Batch(const Frontier& before, std::span<const Digest> leaves)
    : start_(before.size()), after_(before) {
  for (const Digest& leaf : leaves) after_.append(leaf);
  const uint64_t size = after_.size();
  Level ground;
  // Where the frontier holds a hash at a level, it is the left sibling of what the batch adds
  // there.
  const bool odd = (start_ & 1) != 0;
  if (odd) ground.hashes.push_back(before.hashes().back());
  ground.first = start_ - (odd ? 1 : 0);
  ground.hashes.insert(ground.hashes.end(), leaves.begin(), leaves.end());
  levels_.push_back(std::move(ground));
  size_t taken = odd ? 1 : 0;
  for (unsigned level = 1; level < 64 && (size - 1) >> level != 0 && size > start_; ++level) {
    Level next;
    next.first = start_ >> level;
    if ((next.first & 1) != 0) {
      next.hashes.push_back(before.hashes()[before.hashes().size() - ++taken]);
      --next.first;
    }
    levels_.push_back(std::move(next));
    raise(levels_[level - 1], size >> (level - 1));
  }
}

// Fills the topmost level from the one below it, which holds `count` complete subtrees from index 0
// on (most of them further left than the batch).
void Batch::raise(const Level& below, uint64_t count) {
  Level& level = levels_.back();
  for (uint64_t i = level.first + level.hashes.size(); 2 * i + 1 < count; ++i) {
    level.hashes.push_back(
        node_hash(below.hashes[2 * i - below.first], below.hashes[2 * i + 1 - below.first]));
  }
  if ((count & 1) == 0) {
    level.partial = below.partial;
    return;
  }
  const Digest& last = below.hashes[count - 1 - below.first];
  level.partial = {below.partial.empty() ? last : node_hash(last, below.partial[0])};
}

Proof Batch::proof(size_t position) const {
  RELAIS_CHECK(position < after_.size() - start_);
  Proof proof;
  uint64_t index = start_ + position;
  for (unsigned l = 0; l < levels_.size() && (after_.size() - 1) >> l != 0; ++l, index >>= 1) {
    const Level& level = levels_[l];
    const uint64_t sibling = index ^ 1;
    if (sibling < after_.size() >> l) {
      proof.push_back(level.hashes[sibling - level.first]);
    } else if (sibling == after_.size() >> l && !level.partial.empty()) {
      proof.push_back(level.partial[0]);
    }
  }
  return proof;
}

}  // namespace relais::ledger
