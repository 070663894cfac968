// SPDX-License-Identifier: Apache-2.0
// One connection and what it said. Inside storage only. Belongs to one borrower at a time. What the
// server says beside results never reaches a log (its details can hold values); one warning
// matters: a COMMIT that stopped waiting for the synchronous standby is not durable, whatever it
// returned.
#pragma once

#include <chrono>
#include <cstring>
#include <pqxx/pqxx>
#include <string>

namespace relais::storage {

class NoticeWatch final : public pqxx::errorhandler {
 public:
  explicit NoticeWatch(pqxx::connection_base& connection) : pqxx::errorhandler(connection) {}
  bool operator()(const char message[]) noexcept override {
    if (std::strstr(message, "synchronous replication") != nullptr) not_replicated_ = true;
    return false;
  }
  bool not_replicated() const { return not_replicated_; }

 private:
  bool not_replicated_ = false;
};

struct Session {
  explicit Session(const std::string& text) : connection(text), notices(connection) {}
  pqxx::connection connection;
  NoticeWatch notices;
  std::chrono::steady_clock::time_point used = std::chrono::steady_clock::now();

  // Plans are kept, and one made while a table was nearly empty may read all of it for as long as
  // it lives. They are made anew when the session is twice as old as it was, up to ten minutes:
  // a table grows no faster than that for long, and a session that began on large ones has good
  // plans already.
  std::chrono::steady_clock::time_point plans_from = used;
  std::chrono::milliseconds plans_last{1000};
};

}  // namespace relais::storage
