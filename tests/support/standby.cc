// SPDX-License-Identifier: Apache-2.0
#include "tests/support/standby.h"

#include <signal.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

#include "tests/support/postgres_program.h"

namespace relais::test {
namespace {

void wait_until(const std::function<bool()>& holds, const char* what) {
  for (int tried = 0; tried < 600; ++tried) {
    if (holds()) return;
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  give_up("standby", what);
}

}  // namespace

Standby::Standby(const PrivatePostgres& primary)
    : primary_(primary),
      folder_(primary.folder() + "/standby"),
      socket_(primary.folder() + "/standby.socket") {
  const Ran copied =
      run_postgres({"pg_basebackup", "-D", folder_, "-R", "-c", "fast", "-d",
                    primary.connection("postgres", "postgres") + " application_name=standby"});
  if (copied.status != 0) give_up("pg_basebackup", copied.output);
  std::filesystem::create_directory(socket_);
  hand_over(socket_);
  server_ = start_server(folder_, socket_, primary.folder() + "/standby.log");
}

Standby::~Standby() {
  ::kill(server_, SIGQUIT);
  waitpid(server_, nullptr, 0);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
  std::filesystem::remove_all(socket_, ignored);
}

void Standby::catch_up() {
  const std::string reached = primary_.sql("postgres", "SELECT pg_current_wal_flush_lsn()");
  wait_until(
      [&] {
        return sql("postgres", "SELECT pg_last_wal_replay_lsn() >= '" + reached + "'") == "t";
      },
      "did not catch up");
}

void Standby::cut() {
  sql("postgres", "ALTER SYSTEM SET primary_conninfo = ''");
  sql("postgres", "SELECT pg_reload_conf()");
  wait_until([&] { return sql("postgres", "SELECT count(*) FROM pg_stat_wal_receiver") == "0"; },
             "still follows");
}

void Standby::promote() {
  sql("postgres", "SELECT pg_promote()");
  wait_until([&] { return sql("postgres", "SELECT pg_is_in_recovery()") == "f"; },
             "was not promoted");
}

std::string Standby::sql(const std::string& database, const std::string& statement) const {
  return run_sql(connection(database, "postgres"), statement);
}

std::string Standby::connection(const std::string& database, const std::string& user) const {
  return "host=" + socket_ + " dbname=" + database + " user=" + user;
}

}  // namespace relais::test
