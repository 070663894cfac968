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
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

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

// Everything that running a program takes, made before the fork: in the child of a process with
// threads nothing may allocate, for another thread may have held the allocator's lock.
class Program {
 public:
  // By its whole path: initdb looks for its siblings where its own name says it is, and they are on
  // no PATH.
  explicit Program(std::vector<std::string> words) : words_(std::move(words)), user_(other_user()) {
    words_[0] = std::string(programs()) + "/" + words_[0];
    for (std::string& word : words_) argv_.push_back(word.data());
    argv_.push_back(nullptr);
    if (user_ == nullptr) return;
    int count = 64;
    groups_.resize(static_cast<size_t>(count));
    if (getgrouplist(user_->pw_name, user_->pw_gid, groups_.data(), &count) < 0) count = 0;
    groups_.resize(static_cast<size_t>(count));
  }
  // In the child.
  void become_unprivileged() const {
    if (user_ == nullptr) return;
    if (setgroups(groups_.size(), groups_.data()) != 0 || setgid(user_->pw_gid) != 0 ||
        setuid(user_->pw_uid) != 0) {
      _exit(126);
    }
  }
  [[noreturn]] void execute() const {
    execv(argv_[0], argv_.data());
    _exit(127);
  }

 private:
  std::vector<std::string> words_;
  const passwd* user_;
  std::vector<char*> argv_;
  std::vector<gid_t> groups_;
};

// A server in the background. Its words name every setting that a test's cluster has.
pid_t spawn(const std::string& data, const std::string& socket, const std::string& log) {
  const Program postgres(
      {"postgres", "-D", data, "-k", socket, "-c", "listen_addresses=", "-c", "shared_buffers=64MB",
       "-c", "max_connections=200", "-c", "log_min_messages=fatal",
       // When a checkpoint was committed can be compared with when a peer filed what it covers.
       "-c", "track_commit_timestamp=on",
       // Else recovery syncs every file of every test's database one by one.
       "-c", "recovery_init_sync_method=syncfs"});
  const pid_t server = fork();
  if (server != 0) return server;
  const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  dup2(file, 1);
  dup2(file, 2);
  postgres.become_unprivileged();
  // After the change of user, which would clear it: an immediate shutdown when the test ends.
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  postgres.execute();
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
  const Program program(words);
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], 1);
    dup2(ends[1], 2);
    if (chdir("/") != 0) _exit(126);
    program.become_unprivileged();
    program.execute();
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
  // One that recovers first flushes the whole file system: minutes, beside others that write to it.
  const auto give_up_at = std::chrono::steady_clock::now() + std::chrono::minutes{5};
  while (std::chrono::steady_clock::now() < give_up_at) {
    if (run_postgres({"pg_isready", "-q", "-h", socket}).status == 0) return server;
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
    if (waitpid(server, nullptr, WNOHANG) == server) server = spawn(data, socket, log);
  }
  std::ifstream lines(log);  // the folder goes with the program
  give_up("did not start", std::string(std::istreambuf_iterator<char>(lines), {}));
}

}  // namespace relais::test
