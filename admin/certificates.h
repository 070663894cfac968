// SPDX-License-Identifier: Apache-2.0
// X.509 for a federation that has no authority yet: P-256 keys, a self-signed authority, and leaves
// that name an agency by URI (RFC 5280 4.2.1.6; SPIFFE X509-SVID). OpenSSL stays in the .cc. Plain
// functions; keys are written with mode 0600 and never over an existing file.
#pragma once

#include <string>
#include <vector>

#include "node/core/result.h"

namespace relais::admin {

// Paths of PEM files.
struct KeyPair {
  std::string certificate;
  std::string key;
};

struct LeafRequest {
  std::string name;  // common name, at most 64 bytes; nothing is decided by it
  std::vector<std::string> uris;
  std::vector<std::string> dns;
  int days = 90;
};

// Both are in date from five minutes ago (clocks differ) until `days` from now.
// `already_exists` when a file is there; `invalid` for a name or URI X.509 cannot hold.
Result<void> make_authority(const std::string& name, int days, const KeyPair& out);
Result<void> make_leaf(const LeafRequest& request, const KeyPair& authority, const KeyPair& out);

}  // namespace relais::admin
