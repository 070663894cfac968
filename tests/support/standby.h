// SPDX-License-Identifier: Apache-2.0
// A hot standby of the test's PostgreSQL cluster: a copy that follows by streaming, can be cut off,
// and promoted. In the cluster's folder; ends with its owner. One thread.
#pragma once

#include <sys/types.h>

#include <string>

#include "tests/support/postgres.h"

namespace relais::test {

class Standby {
 public:
  // Copies the primary as it is now and follows it, under the application name `standby`.
  explicit Standby(const PrivatePostgres& primary);
  ~Standby();
  Standby(const Standby&) = delete;
  Standby& operator=(const Standby&) = delete;

  // Waits until it has replayed what the primary had committed by now.
  void catch_up();
  void cut();      // follows no more
  void promote();  // and is a primary of its own
  std::string sql(const std::string& database, const std::string& statement) const;
  std::string connection(const std::string& database, const std::string& user) const;
  const std::string& socket() const { return socket_; }

 private:
  const PrivatePostgres& primary_;
  std::string folder_;
  std::string socket_;
  pid_t server_ = -1;
};

}  // namespace relais::test
