// SPDX-License-Identifier: Apache-2.0
// The Merkle tree of RFC 6962 section 2.1 over SHA-256, as pure functions. The log's stored state
// is its Frontier (the right edge); hashes further left come through the injected HashReader, which
// is the only part that may fail. Plain values, no shared state, any thread. Nothing here is
// durable: the appender stores what it needs in its own transaction.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "node/core/bytes.h"
#include "node/core/result.h"

namespace relais::ledger {

using Proof = std::vector<Digest>;

Digest empty_root();                                        // SHA-256("")
Digest leaf_hash(std::string_view data);                    // SHA-256(0x00 || data)
Digest node_hash(const Digest& left, const Digest& right);  // SHA-256(0x01 || left || right)

// The right edge: one hash for each complete subtree of the tree, largest (leftmost) first. That is
// all a log needs to go on appending, and enough to derive its root again before signing it.
class Frontier {
 public:
  Frontier() = default;
  // u64be size, then the hashes: 8 + 32 * popcount(size) bytes. Anything else is `corrupt`.
  static Result<Frontier> parse(std::string_view bytes);
  Bytes serialise() const;

  void append(const Digest& leaf);
  Digest root() const;
  uint64_t size() const { return size_; }
  const std::vector<Digest>& hashes() const { return hashes_; }
  friend bool operator==(const Frontier&, const Frontier&) = default;

 private:
  uint64_t size_ = 0;
  std::vector<Digest> hashes_;
};

// A complete subtree: the 2^level leaves from index * 2^level on. Level 0 is the leaf hashes.
struct NodeId {
  uint8_t level = 0;
  uint64_t index = 0;
  friend bool operator==(const NodeId&, const NodeId&) = default;
};

// Port: stored hashes of complete subtrees, in the order asked for. One call per proof, so that a
// reader over a database can answer with one query.
class HashReader {
 public:
  virtual ~HashReader() = default;
  virtual Result<std::vector<Digest>> read(std::span<const NodeId> nodes) const = 0;
};

// RFC 6962 section 2.1.1: leaf to root. index >= size is `invalid`.
Result<Proof> prove_inclusion(uint64_t index, uint64_t size, const HashReader& hashes);
// RFC 6962 section 2.1.2. Requires 0 < size1 <= size2; empty when they are equal.
Result<Proof> prove_consistency(uint64_t size1, uint64_t size2, const HashReader& hashes);
Result<Digest> root_at(uint64_t size, const HashReader& hashes);

// The root that a proof leads to: RFC 9162 section 2.1.3.2. The proof's length must be exactly
// inner + border; index >= size or another length is `invalid`.
Result<Digest> root_from_inclusion(uint64_t index, uint64_t size, const Digest& leaf,
                                   std::span<const Digest> proof);
Result<void> verify_inclusion(uint64_t index, uint64_t size, const Digest& leaf,
                              std::span<const Digest> proof, const Digest& root);
// RFC 9162 section 2.1.4.2. From an empty tree nothing can be shown: size1 == 0 is `invalid`.
Result<void> verify_consistency(uint64_t size1, uint64_t size2, const Digest& root1,
                                const Digest& root2, std::span<const Digest> proof);

// A batch of leaves appended to a frontier: the tree after it, and each new leaf's inclusion proof
// in that tree, from the right edge alone. Time and memory are linear in the batch.
class Batch {
 public:
  Batch(const Frontier& before, std::span<const Digest> leaves);
  const Frontier& after() const { return after_; }
  // Of the batch's own leaf `position`, whose index in the log is before.size() + position.
  Proof proof(size_t position) const;

 private:
  struct Level {
    uint64_t first = 0;           // index of hashes[0] at this level
    std::vector<Digest> hashes;   // complete subtrees, up to the last one
    std::vector<Digest> partial;  // the incomplete one at the right edge: none or one
  };
  void raise(const Level& below, uint64_t size);
  uint64_t start_;
  Frontier after_;
  std::vector<Level> levels_;
};

}  // namespace relais::ledger
