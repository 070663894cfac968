// SPDX-License-Identifier: Apache-2.0
// Certificates made while a test runs: an authority, leaves that name URIs, and the PEM files of
// both in a folder that goes away with the test. Never for production: keys are written without a
// password.
#pragma once

#include <memory>
#include <string>
#include <vector>

struct evp_pkey_st;
struct x509_st;

namespace relais::test {

// A folder of its own under TMPDIR or /tmp, mode 0700, removed at the end.
class TestFolder {
 public:
  TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder();
  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// Paths of a key (PKCS #8) and its certificate, PEM.
struct Leaf {
  std::string private_key;
  std::string certificate;
};

// A self-signed P-256 authority.
class Authority {
 public:
  explicit Authority(const std::string& name);
  // A leaf for TLS on both sides, signed by this authority, with these URIs and the DNS name
  // localhost as subject alternative names; in date from an hour ago until `days` from now
  // (negative: expired). With `from` it is in date only that many days from now.
  Leaf issue(const TestFolder& folder, const std::string& name,
             const std::vector<std::string>& uris, int days = 1, int from = 0) const;
  // The authority's certificate as a PEM file.
  std::string write_root(const TestFolder& folder, const std::string& name) const;

 private:
  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<x509_st> certificate_;
};

}  // namespace relais::test
