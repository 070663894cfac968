// SPDX-License-Identifier: Apache-2.0
// gRPC credentials over watched files: servers demand and verify a client certificate, channels pin
// the one URI the other side's certificate must name. Immutable once made, shared, any thread.
#pragma once

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>

#include <chrono>
#include <memory>
#include <string>

#include "node/core/agency.h"
#include "node/transport/tls.h"

namespace relais::transport {

using Certificates = std::shared_ptr<grpc::experimental::CertificateProviderInterface>;

// Reads the files now and every `refresh` from then on, on a thread of its own.
Certificates watch(const TlsFiles& files, std::chrono::seconds refresh);

std::shared_ptr<grpc::ServerCredentials> server_credentials(const Certificates& certificates);

// The channel works only with a peer whose verified certificate names exactly one URI, the peer's,
// and holds one of its keys where any are listed. Host names are not looked at; they say where a
// node is, not who it is.
std::shared_ptr<grpc::ChannelCredentials> channel_credentials(const Certificates& certificates,
                                                              const PeerAddress& peer);

}  // namespace relais::transport
