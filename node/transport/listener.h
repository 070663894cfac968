// SPDX-License-Identifier: Apache-2.0
// One gRPC server with every limit set. Owned by Server. Thread-safe where gRPC is.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "node/core/result.h"

namespace relais::transport {

struct ListenerSettings {
  std::string address;  // host:port or unix:/path
  std::shared_ptr<grpc::ServerCredentials> credentials;
  int concurrent_calls = 64;  // a connection
  bool reflection = false;
};

struct Listener {
  std::unique_ptr<grpc::Server> server;
  int port = 0;  // bound; 1 for a unix socket
};

// `unavailable` with the address when it cannot be bound. `service` outlives the server.
Result<Listener> listen(const ListenerSettings& settings, grpc::Service& service);

}  // namespace relais::transport
