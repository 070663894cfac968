// SPDX-License-Identifier: Apache-2.0
// Watcher: sees in a node's database what became of many referrals at once. One connection, one
// thread.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "node/core/result.h"

struct pg_conn;

namespace relais::bench {

class Watcher {
 public:
  // `connection` is libpq text.
  static Result<Watcher> open(const std::string& connection);

  // Of the referrals named, those that are not queued any more, with their delivery status.
  Result<std::vector<std::pair<std::string, std::string>>> ended(
      const std::vector<std::string>& referrals);
  // The rows of any query, every value as text.
  Result<std::vector<std::vector<std::string>>> rows(const std::string& query);
  // The one number it comes to.
  Result<size_t> count(const std::string& query);

 private:
  struct Close {
    void operator()(pg_conn* connection) const;
  };
  explicit Watcher(std::unique_ptr<pg_conn, Close> connection)
      : connection_(std::move(connection)) {}
  std::unique_ptr<pg_conn, Close> connection_;
};

}  // namespace relais::bench
