// SPDX-License-Identifier: Apache-2.0
#include "admin/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>
#include <string_view>

#include "admin/files.h"
#include "node/ops/secret_file.h"

namespace relais::admin {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* thing) const {
    Free(thing);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Freed<X509_free>>;
using BytesPtr = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;

constexpr long kSlack_s = 300;
constexpr long kDay_s = 86400;
constexpr size_t kMostName = 64;  // RFC 5280, ub-common-name

std::string text_of(BIO* bytes) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bytes, &data);
  return {data, static_cast<size_t>(size)};
}

Result<std::string> pem_of(EVP_PKEY* key) {
  const BytesPtr bytes(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PKCS8PrivateKey(bytes.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return fail(FaultKind::internal, "a key cannot be written as PEM");
  }
  return text_of(bytes.get());
}

Result<std::string> pem_of(X509* certificate) {
  const BytesPtr bytes(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(bytes.get(), certificate) != 1) {
    return fail(FaultKind::internal, "a certificate cannot be written as PEM");
  }
  return text_of(bytes.get());
}

// Printable ASCII without what could end the value or start another one.
bool is_plain(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c > '~' || c == ',' || c == '"' || c == '\\') return false;
  }
  return !text.empty();
}

bool add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
  std::array<unsigned char, 16> random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) return false;
  random[0] = static_cast<unsigned char>((random[0] & 0x7f) | 0x40);  // positive, never short
  BIGNUM* number = BN_bin2bn(random.data(), static_cast<int>(random.size()), nullptr);
  const bool set = number != nullptr &&
                   BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  return set;
}

// Everything but issuer, extensions and signature.
Result<CertificatePtr> draft(const std::string& name, EVP_PKEY* key, int days) {
  if (name.empty() || name.size() > kMostName) {
    return fail(FaultKind::invalid, "a common name is 1 to 64 bytes", "name");
  }
  CertificatePtr made(X509_new());
  const bool complete =
      made && X509_set_version(made.get(), X509_VERSION_3) == 1 && set_serial(made.get()) &&
      X509_gmtime_adj(X509_getm_notBefore(made.get()), -kSlack_s) != nullptr &&
      X509_gmtime_adj(X509_getm_notAfter(made.get()), days * kDay_s) != nullptr &&
      X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                                 0) == 1 &&
      X509_set_pubkey(made.get(), key) == 1;
  if (!complete) return fail(FaultKind::invalid, "a certificate cannot hold this name", "name");
  return made;
}

Result<void> write_pair(X509* certificate, EVP_PKEY* key, const KeyPair& out) {
  RELAIS_TRY(key_text, pem_of(key));
  RELAIS_TRY(certificate_text, pem_of(certificate));
  RELAIS_TRY_VOID(ops::write_secret(out.key, key_text));
  return create_text(out.certificate, certificate_text);
}

Result<CertificatePtr> read_certificate(const std::string& path) {
  RELAIS_TRY(text, read_text(path));
  const BytesPtr bytes(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  CertificatePtr read(PEM_read_bio_X509(bytes.get(), nullptr, nullptr, nullptr));
  if (!read) return fail(FaultKind::invalid, "a certificate in PEM is expected", path);
  return read;
}

Result<KeyPtr> read_key(const std::string& path) {
  RELAIS_TRY(text, read_text(path));
  const BytesPtr bytes(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  KeyPtr read(PEM_read_bio_PrivateKey(bytes.get(), nullptr, nullptr, nullptr));
  if (!read) return fail(FaultKind::invalid, "a private key in PEM is expected", path);
  return read;
}

Result<std::string> alternative_names(const LeafRequest& request) {
  std::string names;
  for (const std::string& uri : request.uris) {
    if (!is_plain(uri)) return fail(FaultKind::invalid, "not a URI a certificate can hold", "uri");
    names += (names.empty() ? "URI:" : ",URI:") + uri;
  }
  for (const std::string& dns : request.dns) {
    if (!is_plain(dns)) return fail(FaultKind::invalid, "not a host name", "dns");
    names += (names.empty() ? "DNS:" : ",DNS:") + dns;
  }
  if (names.empty()) return fail(FaultKind::invalid, "a certificate names a URI or a host", "uri");
  return names;
}

}  // namespace

Result<void> make_authority(const std::string& name, int days, const KeyPair& out) {
  const KeyPtr key(EVP_EC_gen("P-256"));
  if (!key) return fail(FaultKind::internal, "a key cannot be made");
  RELAIS_TRY(made, draft(name, key.get(), days));
  X509* own = made.get();
  const bool complete = X509_set_issuer_name(own, X509_get_subject_name(own)) == 1 &&
                        add_extension(own, own, NID_basic_constraints, "critical,CA:TRUE") &&
                        add_extension(own, own, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                        add_extension(own, own, NID_subject_key_identifier, "hash") &&
                        X509_sign(own, key.get(), EVP_sha256()) > 0;
  if (!complete) return fail(FaultKind::internal, "an authority cannot be signed");
  return write_pair(own, key.get(), out);
}

Result<void> make_leaf(const LeafRequest& request, const KeyPair& authority, const KeyPair& out) {
  RELAIS_TRY(issuer, read_certificate(authority.certificate));
  RELAIS_TRY(issuer_key, read_key(authority.key));
  if (X509_check_private_key(issuer.get(), issuer_key.get()) != 1) {
    return fail(FaultKind::invalid, "the key is not this authority's", authority.key);
  }
  RELAIS_TRY(names, alternative_names(request));
  const KeyPtr key(EVP_EC_gen("P-256"));
  if (!key) return fail(FaultKind::internal, "a key cannot be made");
  RELAIS_TRY(made, draft(request.name.substr(0, kMostName), key.get(), request.days));
  X509* leaf = made.get();
  const bool complete =
      X509_set_issuer_name(leaf, X509_get_subject_name(issuer.get())) == 1 &&
      add_extension(leaf, issuer.get(), NID_basic_constraints, "critical,CA:FALSE") &&
      add_extension(leaf, issuer.get(), NID_key_usage, "critical,digitalSignature") &&
      add_extension(leaf, issuer.get(), NID_ext_key_usage, "serverAuth,clientAuth") &&
      add_extension(leaf, issuer.get(), NID_subject_key_identifier, "hash") &&
      add_extension(leaf, issuer.get(), NID_authority_key_identifier, "keyid") &&
      add_extension(leaf, issuer.get(), NID_subject_alt_name, names) &&
      X509_sign(leaf, issuer_key.get(), EVP_sha256()) > 0;
  if (!complete) return fail(FaultKind::internal, "a certificate cannot be signed");
  return write_pair(leaf, key.get(), out);
}

}  // namespace relais::admin
