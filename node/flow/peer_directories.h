// SPDX-License-Identifier: Apache-2.0
// Directories from elsewhere, as ports: whoever brings one is not believed, its stewards are.
// Blocking, thread-safe.
#pragma once

#include <cstdint>
#include <string>

#include "node/core/agency.h"
#include "node/core/result.h"

namespace relais::flow {

// Where to ask; exactly one of the two is not empty.
struct DirectoryPlace {
  std::string url;  // http:// or https://, of the signed note itself
  AgencyId peer;
};

// Port: asks a peer over Exchange.
class PeerDirectories {
 public:
  virtual ~PeerDirectories() = default;
  // The signed note, not looked at; empty when the peer has none newer than `known`.
  virtual Result<std::string> directory(const PeerAddress& peer, int64_t known) = 0;
};

}  // namespace relais::flow
