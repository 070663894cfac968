// SPDX-License-Identifier: Apache-2.0
#include "tests/support/postgres.h"

#include <signal.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>

#include "node/storage/migrate.h"
#include "node/storage/pool.h"
#include "tests/support/postgres_program.h"

// libpqxx 6.4 drops the empty result libpq makes when a connection breaks: some 200 bytes each
// time.
extern "C" const char* __lsan_default_suppressions();  // NOLINT: the sanitizer's name
extern "C" const char* __lsan_default_suppressions() { return "leak:PQmakeEmptyPGresult\n"; }

namespace relais::test {
namespace {

constexpr const char* kTemplate = "relais_template";

}  // namespace

PrivatePostgres& PrivatePostgres::instance() {
  static PrivatePostgres only;
  return only;
}

PrivatePostgres::PrivatePostgres() {
  char pattern[] = "/tmp/relais-pg-XXXXXX";
  if (mkdtemp(pattern) == nullptr) give_up("no temporary folder", pattern);
  folder_ = pattern;
  hand_over(folder_);
  initialise();
  start();
  make_template();
}

PrivatePostgres::~PrivatePostgres() {
  stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void PrivatePostgres::initialise() const {
  const Ran made = run_postgres({"initdb", "-D", data(), "-U", "postgres", "-A", "trust", "-E",
                                 "UTF8", "--locale=C", "--no-instructions"});
  if (made.status != 0) give_up("initdb", made.output);
}

void PrivatePostgres::start() { server_ = start_server(data(), folder_, folder_ + "/log"); }

void PrivatePostgres::stop() { end(SIGQUIT); }
void PrivatePostgres::kill() { end(SIGKILL); }

void PrivatePostgres::end(int signal) {
  if (server_ <= 0) return;
  ::kill(server_, signal);
  waitpid(server_, nullptr, 0);
  server_ = -1;
}

void PrivatePostgres::make_template() {
  sql("postgres", "CREATE ROLE relais_owner LOGIN; CREATE ROLE relais_node LOGIN");
  sql("postgres", std::string("CREATE DATABASE ") + kTemplate + " OWNER relais_owner");
  storage::PoolSettings settings;
  settings.connection = connection(kTemplate, "relais_owner");
  settings.size = 1;
  storage::Pool owner(settings);
  const auto migrated = storage::migrate(owner);
  if (!migrated) give_up("migrate", migrated.error().message.c_str() + migrated.error().where);
}

std::string PrivatePostgres::connection(const std::string& database,
                                        const std::string& user) const {
  return "host=" + folder_ + " dbname=" + database + " user=" + user;
}

std::string PrivatePostgres::migrated_database() {
  std::string name = "test_" + std::to_string(++databases_);
  sql("postgres", "CREATE DATABASE " + name + " OWNER relais_owner TEMPLATE " + kTemplate);
  return name;
}

std::string PrivatePostgres::empty_database() {
  std::string name = "test_" + std::to_string(++databases_);
  sql("postgres", "CREATE DATABASE " + name + " OWNER relais_owner");
  return name;
}

std::string PrivatePostgres::sql(const std::string& database, const std::string& statement) const {
  return run_sql(connection(database, "postgres"), statement);
}

bool PrivatePostgres::allows(const std::string& database, const std::string& user,
                             const std::string& statement) const {
  return run_postgres({"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement,
                       connection(database, user)})
             .status == 0;
}

}  // namespace relais::test
