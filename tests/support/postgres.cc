// SPDX-License-Identifier: Apache-2.0
#include "tests/support/postgres.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>
#include <vector>

#include "node/storage/migrate.h"
#include "node/storage/pool.h"

// libpqxx 6.4 drops the empty result libpq makes when a connection breaks: some 200 bytes each
// time.
extern "C" const char* __lsan_default_suppressions();  // NOLINT: the sanitizer's name
extern "C" const char* __lsan_default_suppressions() { return "leak:PQmakeEmptyPGresult\n"; }

namespace relais::test {
namespace {

constexpr const char* kTemplate = "relais_template";

[[noreturn]] void give_up(const std::string& what, const std::string& why) {
  std::fprintf(stderr, "private PostgreSQL: %s\n%s\n", what.c_str(), why.c_str());
  std::exit(1);
}

const char* programs() {
  const char* set = std::getenv("RELAIS_POSTGRES_BIN");
  return set != nullptr ? set : "/usr/lib/postgresql/15/bin";
}

// PostgreSQL refuses to run as root.
const passwd* other_user() {
  if (geteuid() != 0) return nullptr;
  static const passwd* const kUser = getpwnam("postgres");
  if (kUser == nullptr) give_up("no user postgres", "install the Debian package postgresql-15");
  return kUser;
}

void become_unprivileged() {
  const passwd* user = other_user();
  if (user == nullptr) return;
  if (setgid(user->pw_gid) != 0 || initgroups(user->pw_name, user->pw_gid) != 0 ||
      setuid(user->pw_uid) != 0) {
    _exit(126);
  }
}

// By their whole path: initdb looks for its siblings where its own name says it is, and they are on
// no PATH.
[[noreturn]] void execute(std::vector<std::string> words) {
  words[0] = std::string(programs()) + "/" + words[0];
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  _exit(127);
}

struct Ran {
  int status = 0;
  std::string output;  // both streams
};

Ran run_program(const std::vector<std::string>& words) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) give_up("pipe", "failed");
  other_user();  // looked up before the fork
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], 1);
    dup2(ends[1], 2);
    if (chdir("/") != 0) _exit(126);
    become_unprivileged();
    execute(words);
  }
  close(ends[1]);
  Ran ran;
  char buffer[4096];
  for (ssize_t got; (got = read(ends[0], buffer, sizeof buffer)) > 0;) {
    ran.output.append(buffer, static_cast<size_t>(got));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return ran;
}

}  // namespace

PrivatePostgres& PrivatePostgres::instance() {
  static PrivatePostgres only;
  return only;
}

PrivatePostgres::PrivatePostgres() {
  char pattern[] = "/tmp/relais-pg-XXXXXX";
  if (mkdtemp(pattern) == nullptr) give_up("no temporary folder", pattern);
  folder_ = pattern;
  if (const passwd* user = other_user()) {
    if (chown(pattern, user->pw_uid, user->pw_gid) != 0) give_up("chown", folder_);
  }
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
  const Ran made = run_program({"initdb", "-D", folder_ + "/data", "-U", "postgres", "-A", "trust",
                                "-E", "UTF8", "--locale=C", "--no-instructions"});
  if (made.status != 0) give_up("initdb", made.output);
}

void PrivatePostgres::start() {
  const std::vector<std::string> words = {
      "postgres", "-D", folder_ + "/data", "-k", folder_, "-c", "listen_addresses=", "-c",
      "shared_buffers=64MB", "-c", "max_connections=200", "-c", "log_min_messages=fatal",
      // Else recovery syncs every file of every test's database one by one.
      "-c", "recovery_init_sync_method=syncfs"};
  server_ = fork();
  if (server_ == 0) {
    const int log = open((folder_ + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    dup2(log, 1);
    dup2(log, 2);
    become_unprivileged();
    // After the change of user, which would clear it: an immediate shutdown when the test ends.
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    execute(words);
  }
  for (int tried = 0; tried < 600; ++tried) {
    if (run_program({"pg_isready", "-q", "-h", folder_}).status == 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  give_up("did not start", folder_ + "/log");
}

void PrivatePostgres::stop() {
  if (server_ <= 0) return;
  kill(server_, SIGQUIT);
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
  Ran ran = run_program({"psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement,
                         connection(database, "postgres")});
  if (ran.status != 0) give_up(statement, ran.output);
  while (!ran.output.empty() && ran.output.back() == '\n') ran.output.pop_back();
  return ran.output;
}

bool PrivatePostgres::allows(const std::string& database, const std::string& user,
                             const std::string& statement) const {
  return run_program({"psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement,
                      connection(database, user)})
             .status == 0;
}

}  // namespace relais::test
