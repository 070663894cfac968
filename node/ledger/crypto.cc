// SPDX-License-Identifier: Apache-2.0
#include "node/ledger/crypto.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <algorithm>
#include <climits>

namespace relais::ledger {
namespace {

constexpr size_t kSignatureBytes = 64;
constexpr size_t kTagBytes = 16;
constexpr size_t kShaBlock = 64;

const unsigned char* data_of(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* data_of(Bytes& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }
int length_of(std::string_view bytes) {
  RELAIS_CHECK(bytes.size() <= INT_MAX);
  return static_cast<int>(bytes.size());
}

struct Free {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(unsigned char* bytes) const { OPENSSL_free(bytes); }
};
using DigestContext = std::unique_ptr<EVP_MD_CTX, Free>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Free>;

// OpenSSL 3 looks an algorithm up by name at each use unless it was fetched; the look-up costs more
// than hashing a small input. Fetched once, for the life of the process.
const EVP_MD* sha256_algorithm() {
  static EVP_MD* const kAlgorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  RELAIS_CHECK(kAlgorithm != nullptr);
  return kAlgorithm;
}
const EVP_CIPHER* aes_algorithm() {
  static EVP_CIPHER* const kAlgorithm = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  RELAIS_CHECK(kAlgorithm != nullptr);
  return kAlgorithm;
}

// One context per thread: starting again on the same algorithm allocates nothing.
class Hashing {
 public:
  Hashing() : context_(EVP_MD_CTX_new()) { RELAIS_CHECK(context_ != nullptr); }
  void start() {
    RELAIS_CHECK(EVP_DigestInit_ex(context_.get(), sha256_algorithm(), nullptr) == 1);
  }
  void add(std::string_view bytes) {
    RELAIS_CHECK(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  }
  Digest finish() {
    Digest digest;
    RELAIS_CHECK(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
    return digest;
  }

 private:
  DigestContext context_;
};
Hashing& hashing() {
  thread_local Hashing instance;
  return instance;
}

Digest hash_parts(std::string_view first, std::initializer_list<std::string_view> rest) {
  Hashing& hash = hashing();
  hash.start();
  hash.add(first);
  for (const std::string_view part : rest) hash.add(part);
  return hash.finish();
}

CipherContext start_cipher(bool encrypt, const SealKey& key, std::string_view nonce,
                           std::string_view associated) {
  CipherContext context(EVP_CIPHER_CTX_new());
  RELAIS_CHECK(context != nullptr);
  RELAIS_CHECK(EVP_CipherInit_ex2(context.get(), aes_algorithm(), key.data(), data_of(nonce),
                                  encrypt ? 1 : 0, nullptr) == 1);
  int written = 0;
  RELAIS_CHECK(EVP_CipherUpdate(context.get(), nullptr, &written, data_of(associated),
                                length_of(associated)) == 1);
  return context;
}

}  // namespace

Digest sha256(std::string_view bytes) { return hash_parts(bytes, {}); }
Digest sha256(std::initializer_list<std::string_view> parts) { return hash_parts({}, parts); }

// Written out over SHA-256: OpenSSL's EVP_MAC fetches and allocates at each use.
Digest hmac_sha256(std::string_view key, std::initializer_list<std::string_view> parts) {
  Digest shortened;
  if (key.size() > kShaBlock) {
    shortened = sha256(key);
    key = view(shortened);
  }
  std::array<char, kShaBlock> inner;
  std::array<char, kShaBlock> outer;
  inner.fill(0x36);
  outer.fill(0x5c);
  for (size_t i = 0; i < key.size(); ++i) {
    inner[i] = static_cast<char>(inner[i] ^ key[i]);
    outer[i] = static_cast<char>(outer[i] ^ key[i]);
  }
  const Digest message = hash_parts({inner.data(), inner.size()}, parts);
  const Digest mac = hash_parts({outer.data(), outer.size()}, {view(message)});
  OPENSSL_cleanse(inner.data(), inner.size());
  OPENSSL_cleanse(outer.data(), outer.size());
  return mac;
}

bool constant_time_equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Result<Digest> certificate_key(std::string_view pem) {
  const std::unique_ptr<BIO, Free> bio(BIO_new_mem_buf(pem.data(), length_of(pem)));
  RELAIS_CHECK(bio != nullptr);
  const std::unique_ptr<X509, Free> certificate(
      PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  unsigned char* encoded = nullptr;
  const int length =
      certificate ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &encoded) : 0;
  const std::unique_ptr<unsigned char, Free> owned(encoded);
  ERR_clear_error();  // what is no certificate is no error of a later TLS call
  if (length <= 0) return fail(FaultKind::invalid, "a certificate in PEM is expected");
  return sha256({reinterpret_cast<const char*>(encoded), static_cast<size_t>(length)});
}

Result<PublicKey> PublicKey::parse(std::string_view raw) {
  const auto bytes = digest_of(raw);
  if (!bytes) return fail(FaultKind::invalid, "a public key is 32 bytes");
  std::shared_ptr<EVP_PKEY> key(
      EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, bytes->data(), bytes->size()),
      EVP_PKEY_free);
  if (key == nullptr) return fail(FaultKind::invalid, "not an Ed25519 public key");
  return PublicKey(*bytes, std::move(key));
}

bool PublicKey::verify(std::string_view message, std::string_view signature) const {
  if (signature.size() != kSignatureBytes) return false;
  const DigestContext context(EVP_MD_CTX_new());
  RELAIS_CHECK(context != nullptr);
  RELAIS_CHECK(EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr,
                                       key_.get(), nullptr) == 1);
  return EVP_DigestVerify(context.get(), data_of(signature), signature.size(), data_of(message),
                          message.size()) == 1;
}

Result<PrivateKey> PrivateKey::from_seed(std::string_view seed) {
  if (seed.size() != 32) return fail(FaultKind::invalid, "a private key's seed is 32 bytes");
  std::shared_ptr<EVP_PKEY> key(
      EVP_PKEY_new_raw_private_key_ex(nullptr, "ED25519", nullptr, data_of(seed), seed.size()),
      EVP_PKEY_free);
  RELAIS_CHECK(key != nullptr);
  Digest raw;
  size_t length = raw.size();
  RELAIS_CHECK(EVP_PKEY_get_raw_public_key(key.get(), raw.data(), &length) == 1);
  RELAIS_CHECK(length == raw.size());
  RELAIS_TRY(public_key, PublicKey::parse(view(raw)));
  return PrivateKey(std::move(public_key), std::move(key));
}

Bytes PrivateKey::sign(std::string_view message) const {
  const DigestContext context(EVP_MD_CTX_new());
  RELAIS_CHECK(context != nullptr);
  RELAIS_CHECK(EVP_DigestSignInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key_.get(),
                                     nullptr) == 1);
  Bytes signature(kSignatureBytes, '\0');
  size_t length = signature.size();
  RELAIS_CHECK(EVP_DigestSign(context.get(), data_of(signature), &length, data_of(message),
                              message.size()) == 1);
  RELAIS_CHECK(length == kSignatureBytes);
  return signature;
}

Bytes seal(const SealKey& key, const Nonce& nonce, std::string_view associated,
           std::string_view plaintext) {
  Bytes sealed(nonce.size() + plaintext.size() + kTagBytes, '\0');
  std::copy(nonce.begin(), nonce.end(), data_of(sealed));
  const CipherContext context =
      start_cipher(true, key, std::string_view(sealed).substr(0, nonce.size()), associated);
  unsigned char* const body = data_of(sealed) + nonce.size();
  int written = 0;
  RELAIS_CHECK(EVP_EncryptUpdate(context.get(), body, &written, data_of(plaintext),
                                 length_of(plaintext)) == 1);
  RELAIS_CHECK(written == length_of(plaintext));
  RELAIS_CHECK(EVP_EncryptFinal_ex(context.get(), body + plaintext.size(), &written) == 1);
  RELAIS_CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG,
                                   static_cast<int>(kTagBytes), body + plaintext.size()) == 1);
  return sealed;
}

Result<Bytes> open(const SealKey& key, std::string_view associated, std::string_view sealed) {
  constexpr size_t kNonceBytes = std::tuple_size_v<Nonce>;
  const auto refused = fail(FaultKind::corrupt, "sealed bytes do not open with this key");
  if (sealed.size() < kNonceBytes + kTagBytes) return refused;
  const CipherContext context = start_cipher(false, key, sealed.substr(0, kNonceBytes), associated);
  const std::string_view body = sealed.substr(kNonceBytes, sealed.size() - kNonceBytes - kTagBytes);
  Bytes tag(sealed.substr(sealed.size() - kTagBytes));
  Bytes plaintext(body.size(), '\0');
  int written = 0;
  RELAIS_CHECK(EVP_DecryptUpdate(context.get(), data_of(plaintext), &written, data_of(body),
                                 length_of(body)) == 1);
  RELAIS_CHECK(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG,
                                   static_cast<int>(kTagBytes), data_of(tag)) == 1);
  unsigned char nothing[kTagBytes];
  if (EVP_DecryptFinal_ex(context.get(), nothing, &written) == 1) return plaintext;
  OPENSSL_cleanse(plaintext.data(), plaintext.size());  // unauthenticated, so never seen
  return refused;
}

void SystemEntropy::fill(std::span<uint8_t> bytes) {
  RELAIS_CHECK(bytes.size() <= INT_MAX);
  RELAIS_CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
}

Digest fresh_digest(Entropy& entropy) {
  Digest digest;
  entropy.fill(digest);
  return digest;
}

Nonce fresh_nonce(Entropy& entropy) {
  Nonce nonce;
  entropy.fill(nonce);
  return nonce;
}

}  // namespace relais::ledger
