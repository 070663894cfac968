// SPDX-License-Identifier: Apache-2.0
#include "tests/support/postgres_program.h"

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
#include <thread>

namespace relais::test {

void give_up(const std::string& what, const std::string& why) {
  std::fprintf(stderr, "private PostgreSQL: %s\n%s\n", what.c_str(), why.c_str());
  std::exit(1);
}

namespace {

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

// A server in the background. Its words name every setting that a test's cluster has.
pid_t spawn(const std::string& data, const std::string& socket, const std::string& log) {
  const std::vector<std::string> words = {
      "postgres", "-D", data, "-k", socket, "-c", "listen_addresses=", "-c", "shared_buffers=64MB",
      "-c", "max_connections=200", "-c", "log_min_messages=fatal",
      // When a checkpoint was committed can be compared with when a peer filed what it covers.
      "-c", "track_commit_timestamp=on",
      // Else recovery syncs every file of every test's database one by one.
      "-c", "recovery_init_sync_method=syncfs"};
  other_user();  // looked up before the fork
  const pid_t server = fork();
  if (server != 0) return server;
  const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(file, 1);
  dup2(file, 2);
  become_unprivileged();
  // After the change of user, which would clear it: an immediate shutdown when the test ends.
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  execute(words);
}

}  // namespace

void hand_over(const std::string& path) {
  const passwd* user = other_user();
  if (user == nullptr) return;
  if (chown(path.c_str(), user->pw_uid, user->pw_gid) != 0) give_up("chown", path);
}

Ran run_postgres(const std::vector<std::string>& words) {
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

std::string run_sql(const std::string& connection, const std::string& statement) {
  Ran ran = run_postgres(
      {"psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement, connection});
  if (ran.status != 0) give_up(statement, ran.output);
  while (!ran.output.empty() && ran.output.back() == '\n') ran.output.pop_back();
  return ran.output;
}

// A server refuses to start while processes of one that was killed still end: then once more.
pid_t start_server(const std::string& data, const std::string& socket, const std::string& log) {
  pid_t server = spawn(data, socket, log);
  for (int tried = 0; tried < 600; ++tried) {
    if (run_postgres({"pg_isready", "-q", "-h", socket}).status == 0) return server;
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    if (waitpid(server, nullptr, WNOHANG) == server) server = spawn(data, socket, log);
  }
  give_up("did not start", log);
}

}  // namespace relais::test
