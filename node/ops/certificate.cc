// SPDX-License-Identifier: Apache-2.0
// What a certificate must be before the node serves with it: gRPC would start without, and reset
// every connection. OpenSSL stays inside this file.
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <memory>
#include <vector>

#include "node/ops/keys.h"

namespace relais::ops {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* thing) const {
    Free(thing);
  }
};
using CertificatePtr = std::unique_ptr<X509, Freed<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using StorePtr = std::unique_ptr<X509_STORE, Freed<X509_STORE_free>>;
using ContextPtr = std::unique_ptr<X509_STORE_CTX, Freed<X509_STORE_CTX_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>>;
using FilePtr = std::unique_ptr<std::FILE, Freed<std::fclose>>;

std::vector<CertificatePtr> read_chain(const std::string& path) {
  std::vector<CertificatePtr> chain;
  const FilePtr file(std::fopen(path.c_str(), "re"));
  while (file) {
    X509* one = PEM_read_X509(file.get(), nullptr, nullptr, nullptr);
    if (one == nullptr) break;
    chain.emplace_back(one);
  }
  return chain;
}

Result<KeyPtr> read_key(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && (status.st_mode & 077) != 0) {
    return fail(FaultKind::precondition, "others may read this key: chmod 0600 it", path);
  }
  const FilePtr file(std::fopen(path.c_str(), "re"));
  KeyPtr key(file ? PEM_read_PrivateKey(file.get(), nullptr, nullptr, nullptr) : nullptr);
  if (!key) return fail(FaultKind::precondition, "a private key in PEM is expected", path);
  return key;
}

// The one URI a certificate names; empty when there is none, or several.
std::string uri_of(X509* certificate) {
  const NamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::string uri;
  int found = 0;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    ++found;
    const ASN1_STRING* text = name->d.uniformResourceIdentifier;
    uri.assign(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
               static_cast<size_t>(ASN1_STRING_length(text)));
  }
  return found == 1 ? uri : "";
}

bool chains_to(const std::vector<CertificatePtr>& chain, const std::vector<CertificatePtr>& roots) {
  const StorePtr store(X509_STORE_new());
  for (const CertificatePtr& root : roots) X509_STORE_add_cert(store.get(), root.get());
  STACK_OF(X509)* rest = sk_X509_new_null();
  for (size_t i = 1; i < chain.size(); ++i) sk_X509_push(rest, chain[i].get());
  const ContextPtr context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), chain.front().get(), rest);
  const bool verified = X509_verify_cert(context.get()) == 1;
  sk_X509_free(rest);
  return verified;
}

Result<Instant> end_of(X509* certificate, const std::string& path, Instant now) {
  std::tm end{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) != 1) {
    return fail(FaultKind::precondition, "a certificate without an end", path);
  }
  const Instant ends = from_unix_ms(static_cast<int64_t>(::timegm(&end)) * 1000);
  if (ends <= now) return fail(FaultKind::precondition, "the certificate has expired", path);
  return ends;
}

}  // namespace

Result<Instant> check_certificate(const std::string& certificate, const std::string& key,
                                  const std::string& roots, const std::string& identity,
                                  Instant now) {
  const auto chain = read_chain(certificate);
  if (chain.empty()) {
    return fail(FaultKind::precondition, "a certificate in PEM is expected", certificate);
  }
  RELAIS_TRY(private_key, read_key(key));
  if (X509_check_private_key(chain.front().get(), private_key.get()) != 1) {
    return fail(FaultKind::precondition, "the key is not the certificate's", key);
  }
  RELAIS_TRY(ends, end_of(chain.front().get(), certificate, now));
  if (!identity.empty() && uri_of(chain.front().get()) != identity) {
    return fail(FaultKind::precondition, "the certificate does not name this agency's URI",
                certificate);
  }
  const auto anchors = read_chain(roots);
  if (anchors.empty()) {
    return fail(FaultKind::precondition, "root certificates in PEM are expected", roots);
  }
  if (!identity.empty() && !chains_to(chain, anchors)) {
    return fail(FaultKind::precondition, "the certificate does not come from these roots",
                certificate);
  }
  return ends;
}

}  // namespace relais::ops
