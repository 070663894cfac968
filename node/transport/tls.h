// SPDX-License-Identifier: Apache-2.0
// The files of one TLS identity. gRPC reads them again every few seconds, so a renewal needs no
// restart; replace them together by swapping the symlink of their directory (mtimes are compared in
// whole seconds). A pair that does not match refuses every new handshake until it is repaired.
// Plain values.
#pragma once

#include <string>
#include <string_view>

#include "node/core/agency.h"
#include "node/core/result.h"

namespace relais::transport {

// Paths of PEM files.
struct TlsFiles {
  std::string private_key;
  std::string certificate_chain;
  std::string roots;  // who the other side's certificate must come from
};

// Whether the key of this PEM certificate counts for the peer: any does where none is listed.
bool is_listed(const PeerAddress& peer, std::string_view certificate);

// `precondition` with the file's path unless all three can be read: gRPC would start without them
// and reset every connection. What is inside is ops/keys' to judge.
Result<void> check_readable(const TlsFiles& files);

}  // namespace relais::transport
