// SPDX-License-Identifier: Apache-2.0
// A fixed set of connections to one PostgreSQL database. A Lease borrows one for one transaction
// and gives it back; one that broke is thrown away and built anew by the next borrower, so a
// database that went away is found again without anybody's help. Sessions are configured in the
// connection string only: what a SET said would be lost when a connection comes back. Thread-safe;
// it must outlive every store that uses it. A crash leaves nothing: the server ends what its client
// left open.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace relais::storage {

struct PoolSettings {
  std::string
      connection;  // libpq key=value text: host, port, dbname, user, …; hosts may be several
  size_t size = 8;
  std::chrono::milliseconds wait{2000};               // for a free connection
  std::chrono::milliseconds statement_timeout{5000};  // of each statement
};

struct Session;  // one connection; known to storage's .cc files only

class Pool {
 public:
  // Opens nothing yet.
  explicit Pool(PoolSettings settings);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  size_t size() const { return settings_.size; }
  size_t idle() const;  // not borrowed now

  class Lease {
   public:
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&&) = delete;
    ~Lease();
    explicit operator bool() const { return session_ != nullptr; }
    Session& operator*() const { return *session_; }
    void broken() { broken_ = true; }
    void works() { broken_ = false; }

   private:
    friend class Pool;
    Lease(Pool& pool, std::unique_ptr<Session> session, bool counted);
    Pool* pool_;
    std::unique_ptr<Session> session_;
    bool broken_ = false;
  };

 private:
  friend struct Borrowing;  // transact.cc: the only borrower
  // No connection free within settings.wait: a Lease without a session. Throws what libpqxx throws.
  Lease borrow();
  void give_back(std::unique_ptr<Session> session);

  PoolSettings settings_;
  std::string text_;  // connection string with the session's settings
  mutable std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Session>> idle_;
  size_t borrowed_ = 0;
};

}  // namespace relais::storage
