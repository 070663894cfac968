// SPDX-License-Identifier: Apache-2.0
// The demo's own PostgreSQL cluster: made with initdb in the demo's folder, durable like a real one
// (fsync on), reachable by unix socket only, and never the system's. Its socket folder is closed to
// other users, which is why nobody needs a password. One thread.
#pragma once

#include <string>

#include "admin/federation/process.h"
#include "node/core/result.h"

namespace relais::demo {

class Cluster {
 public:
  // Makes the cluster in `folder` and starts it, with the roles relais_owner and relais_node.
  static Result<Cluster> make(const std::string& folder, bool outlive);

  // A database of relais_owner's.
  Result<void> create_database(const std::string& name);
  // libpq text.
  std::string connection(const std::string& database, const std::string& user) const;
  // What the statement prints, without headings; as the superuser.
  Result<std::string> sql(const std::string& database, const std::string& statement) const;

  Result<void> start();
  void stop();  // in an orderly way
  void kill();  // SIGKILL: what it leaves behind ends a moment later, and only then can it start
  bool running() { return server_.running(); }
  pid_t id() const { return server_.id(); }

 private:
  Command program(const std::string& name, std::vector<std::string> arguments) const;
  Result<void> wait_until_ready();
  std::string folder_;
  std::string user_;
  bool outlive_ = false;
  Process server_;
};

}  // namespace relais::demo
