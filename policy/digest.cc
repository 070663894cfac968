// SPDX-License-Identifier: Apache-2.0
// policy may not depend on the ledger's crypto, so it asks OpenSSL itself.
#include "policy/digest.h"

#include <openssl/evp.h>

#include "node/core/result.h"

namespace relais::policy {

Digest sha256_of(std::string_view text) {
  Digest digest{};
  unsigned int length = 0;
  RELAIS_CHECK(
      EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr) == 1);
  RELAIS_CHECK(length == digest.size());
  return digest;
}

}  // namespace relais::policy
