// SPDX-License-Identifier: Apache-2.0
// A PostgreSQL cluster of the test program's own: made in a temporary folder when first asked for,
// reachable by unix socket only, durable like a real one (fsync on), and gone with the program,
// even with one that is killed. As root it runs as the user `postgres` that Debian's package made.
// To be started and stopped from one thread; everything else from any.
#pragma once

#include <sys/types.h>

#include <string>

namespace relais::test {

class PrivatePostgres {
 public:
  static PrivatePostgres& instance();
  ~PrivatePostgres();
  PrivatePostgres(const PrivatePostgres&) = delete;
  PrivatePostgres& operator=(const PrivatePostgres&) = delete;

  // libpq text. Users: postgres (superuser), relais_owner (of every database), relais_node.
  std::string connection(const std::string& database, const std::string& user) const;
  // A fresh database, migrated, and its name; or an empty one.
  std::string migrated_database();
  std::string empty_database();
  // Runs SQL as the superuser; what it prints, without headings. Ends the test program on an error.
  std::string sql(const std::string& database, const std::string& statement) const;
  // Whether the statement succeeds for that user.
  bool allows(const std::string& database, const std::string& user,
              const std::string& statement) const;

  void stop();   // at once, as a power cut would
  void kill();   // SIGKILL of the postmaster; its processes end when they notice
  void start();  // again, on the same data
  const std::string& folder() const { return folder_; }
  std::string data() const { return folder_ + "/data"; }

 private:
  PrivatePostgres();
  void end(int signal);
  void initialise() const;
  void make_template();
  std::string folder_;
  pid_t server_ = -1;
  int databases_ = 0;
};

}  // namespace relais::test
