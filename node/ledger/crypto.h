// SPDX-License-Identifier: Apache-2.0
// The cryptography of a node, in one place: SHA-256, HMAC, Ed25519, AES-256-GCM and the random
// source. OpenSSL stays inside crypto.cc. All functions may be called from any thread; keys are
// immutable and cheap to copy (shared). A primitive that fails with valid arguments is a broken
// library and ends the process: a node that cannot hash must not go on signing.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

#include "node/core/bytes.h"
#include "node/core/entropy.h"
#include "node/core/result.h"

struct evp_pkey_st;

namespace relais::ledger {

// FIPS 180-4. The second form hashes the concatenation of its parts without building it.
Digest sha256(std::string_view bytes);
Digest sha256(std::initializer_list<std::string_view> parts);

// RFC 2104 over SHA-256; the message is the concatenation of the parts.
Digest hmac_sha256(std::string_view key, std::initializer_list<std::string_view> parts);

// Takes the same time wherever the two differ. Different lengths compare unequal at once.
bool constant_time_equal(std::string_view a, std::string_view b);

// Ed25519 (RFC 8032). Keys and signatures in their raw encodings: 32 and 64 bytes.
class PublicKey {
 public:
  static Result<PublicKey> parse(std::string_view raw);
  const Digest& raw() const { return raw_; }
  bool verify(std::string_view message, std::string_view signature) const;
  friend bool operator==(const PublicKey& a, const PublicKey& b) { return a.raw_ == b.raw_; }

 private:
  friend class PrivateKey;
  PublicKey(Digest raw, std::shared_ptr<evp_pkey_st> key) : raw_(raw), key_(std::move(key)) {}
  Digest raw_;
  std::shared_ptr<evp_pkey_st> key_;
};

class PrivateKey {
 public:
  // The 32-byte seed of RFC 8032 section 5.1.5. The caller wipes its own copy.
  static Result<PrivateKey> from_seed(std::string_view seed);
  const PublicKey& public_key() const { return public_; }
  Bytes sign(std::string_view message) const;  // 64 bytes

 private:
  PrivateKey(PublicKey public_key, std::shared_ptr<evp_pkey_st> key)
      : public_(std::move(public_key)), key_(std::move(key)) {}
  PublicKey public_;
  std::shared_ptr<evp_pkey_st> key_;
};

// SHA-256 of the public key (SubjectPublicKeyInfo, RFC 5280 section 4.1) of the first certificate
// in a PEM text; `invalid` when there is none.
Result<Digest> certificate_key(std::string_view pem);

// AES-256-GCM (NIST SP 800-38D), nonce 12 bytes, tag 16 bytes.
using SealKey = std::array<uint8_t, 32>;
using Nonce = std::array<uint8_t, 12>;

// Returns nonce || ciphertext || tag. A nonce is never used twice under one key: take it from
// Entropy.
Bytes seal(const SealKey& key, const Nonce& nonce, std::string_view associated,
           std::string_view plaintext);
// The plaintext, or `corrupt` when key, associated data or any byte differ from those sealed. Which
// one is not told apart.
Result<Bytes> open(const SealKey& key, std::string_view associated, std::string_view sealed);

// The operating system's randomness through OpenSSL's DRBG (RAND_bytes).
class SystemEntropy final : public Entropy {
 public:
  void fill(std::span<uint8_t> bytes) override;
};

// 32 or 12 fresh bytes, for openings and keys, and for nonces.
Digest fresh_digest(Entropy& entropy);
Nonce fresh_nonce(Entropy& entropy);

}  // namespace relais::ledger
