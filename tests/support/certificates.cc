// SPDX-License-Identifier: Apache-2.0
#include "tests/support/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>

#include "node/core/result.h"

namespace relais::test {
namespace {

using Key = std::shared_ptr<EVP_PKEY>;
using Certificate = std::shared_ptr<X509>;
using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

constexpr long kHour = 3600;
constexpr long kDay = 24 * kHour;

Key fresh_key() {
  Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  RELAIS_CHECK(key != nullptr);
  return key;
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  RELAIS_CHECK(extension != nullptr);
  RELAIS_CHECK(X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

void set_name(X509_NAME* name, const std::string& text) {
  RELAIS_CHECK(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                          reinterpret_cast<const unsigned char*>(text.c_str()), -1,
                                          -1, 0) == 1);
}

// Everything but issuer, extensions and signature.
Certificate draft(const std::string& name, EVP_PKEY* key, int days, int from = 0) {
  Certificate certificate(X509_new(), X509_free);
  uint64_t serial = 0;
  RELAIS_CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1 | 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()),
                  days < 0 ? days * kDay - kDay : from * kDay - kHour);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * kDay);
  set_name(X509_get_subject_name(certificate.get()), name);
  RELAIS_CHECK(X509_set_pubkey(certificate.get(), key) == 1);
  return certificate;
}

File open_to_write(const std::string& path) {
  File file(std::fopen(path.c_str(), "w"), std::fclose);
  RELAIS_CHECK(file != nullptr);
  return file;
}

void write_certificate(X509* certificate, const std::string& path) {
  const File file = open_to_write(path);
  RELAIS_CHECK(PEM_write_X509(file.get(), certificate) == 1);
}

}  // namespace

TestFolder::TestFolder() {
  const char* parent = std::getenv("TMPDIR");
  std::string pattern = std::string(parent != nullptr ? parent : "/tmp") + "/relais-test-XXXXXX";
  RELAIS_CHECK(::mkdtemp(pattern.data()) != nullptr);
  path_ = pattern;
}

TestFolder::~TestFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Authority::Authority(const std::string& name) : key_(fresh_key()) {
  certificate_ = draft(name, key_.get(), 2);
  X509* own = certificate_.get();
  X509_set_issuer_name(own, X509_get_subject_name(own));
  add_extension(own, own, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(own, own, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(own, own, NID_subject_key_identifier, "hash");
  RELAIS_CHECK(X509_sign(own, key_.get(), EVP_sha256()) > 0);
}

Leaf Authority::issue(const TestFolder& folder, const std::string& name,
                      const std::vector<std::string>& uris, int days, int from) const {
  const Key key = fresh_key();
  const Certificate leaf = draft(name, key.get(), days, from);
  X509_set_issuer_name(leaf.get(), X509_get_subject_name(certificate_.get()));
  std::string names = "DNS:localhost";
  for (const std::string& uri : uris) names += ",URI:" + uri;
  add_extension(leaf.get(), certificate_.get(), NID_subject_alt_name, names);
  add_extension(leaf.get(), certificate_.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(leaf.get(), certificate_.get(), NID_ext_key_usage, "serverAuth,clientAuth");
  RELAIS_CHECK(X509_sign(leaf.get(), key_.get(), EVP_sha256()) > 0);
  Leaf written{folder.file(name + ".key.pem"), folder.file(name + ".crt.pem")};
  write_certificate(leaf.get(), written.certificate);
  const File file = open_to_write(written.private_key);
  RELAIS_CHECK(
      PEM_write_PKCS8PrivateKey(file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return written;
}

std::string Authority::write_root(const TestFolder& folder, const std::string& name) const {
  std::string path = folder.file(name + ".pem");
  write_certificate(certificate_.get(), path);
  return path;
}

}  // namespace relais::test
