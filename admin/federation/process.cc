// SPDX-License-Identifier: Apache-2.0
#include "admin/federation/process.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <thread>
#include <utility>

extern char** environ;

namespace relais::demo {
namespace {

using namespace std::chrono_literals;

constexpr const char* kUser = "relais-demo";

// Everything a child needs between fork and exec, where nothing may allocate.
struct Prepared {
  std::vector<char*> words;
  std::vector<char*> environment;
  uid_t user = 0;
  gid_t group = 0;
  bool change_user = false;
  bool outlive = false;
};

Result<Prepared> prepare(const Command& command) {
  Prepared prepared;
  for (const std::string& word : command.words) {
    prepared.words.push_back(const_cast<char*>(word.c_str()));
  }
  prepared.words.push_back(nullptr);
  for (char** one = environ; *one != nullptr; ++one) prepared.environment.push_back(*one);
  for (const std::string& one : command.environment) {
    prepared.environment.push_back(const_cast<char*>(one.c_str()));
  }
  prepared.environment.push_back(nullptr);
  prepared.outlive = command.outlive;
  if (command.user.empty()) return prepared;
  const passwd* user = getpwnam(command.user.c_str());
  if (user == nullptr) return fail(FaultKind::precondition, "no such user", command.user);
  prepared.user = user->pw_uid;
  prepared.group = user->pw_gid;
  prepared.change_user = true;
  return prepared;
}

[[noreturn]] void become(const Prepared& prepared, int output, int errors, int end_with) {
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, 0);
  dup2(output, 1);
  dup2(errors, 2);
  if (prepared.change_user) {
    const bool changed = chdir("/") == 0 && setgroups(0, nullptr) == 0 &&
                         setgid(prepared.group) == 0 && setuid(prepared.user) == 0;
    if (!changed) _exit(126);
  }
  if (prepared.outlive) {
    setsid();
  } else {
    // After the change of user, which would clear it.
    prctl(PR_SET_PDEATHSIG, end_with);
  }
  execvpe(prepared.words[0], prepared.words.data(), prepared.environment.data());
  _exit(127);
}

int status_of(int waited) {
  return WIFEXITED(waited) ? WEXITSTATUS(waited) : 128 + WTERMSIG(waited);
}

void drain(std::array<pollfd, 2> ends, std::array<std::string*, 2> texts) {
  std::array<char, 8192> buffer{};
  int open_ends = 2;
  while (open_ends > 0 && poll(ends.data(), ends.size(), -1) > 0) {
    for (size_t i = 0; i < ends.size(); ++i) {
      if (ends[i].fd < 0 || ends[i].revents == 0) continue;
      const ssize_t got = read(ends[i].fd, buffer.data(), buffer.size());
      if (got > 0) {
        texts[i]->append(buffer.data(), static_cast<size_t>(got));
        continue;
      }
      close(ends[i].fd);
      ends[i].fd = -1;
      --open_ends;
    }
  }
}

std::string last_line(const std::string& text) {
  const size_t end = text.find_last_not_of(" \n");
  if (end == std::string::npos) return {};
  const size_t begin = text.rfind('\n', end);
  return text.substr(begin == std::string::npos ? 0 : begin + 1, end - begin);
}

}  // namespace

Result<Ended> run(const Command& command) {
  RELAIS_TRY(prepared, prepare(command));
  std::array<int, 2> output{};
  std::array<int, 2> errors{};
  if (pipe2(output.data(), O_CLOEXEC) != 0 || pipe2(errors.data(), O_CLOEXEC) != 0) {
    return fail(FaultKind::unavailable, "no pipe", command.words[0]);
  }
  const pid_t child = fork();
  if (child == 0) become(prepared, output[1], errors[1], SIGKILL);
  close(output[1]);
  close(errors[1]);
  if (child < 0) return fail(FaultKind::unavailable, "could not be started", command.words[0]);
  Ended ended;
  drain({pollfd{output[0], POLLIN, 0}, pollfd{errors[0], POLLIN, 0}},
        {&ended.output, &ended.errors});
  int waited = 0;
  waitpid(child, &waited, 0);
  ended.status = status_of(waited);
  if (ended.status == 127) {
    return fail(FaultKind::unavailable, "no such program", command.words[0]);
  }
  return ended;
}

Result<std::string> must_run(const Command& command) {
  RELAIS_TRY(ended, run(command));
  if (ended.status == 0) return ended.output;
  const std::string said = last_line(ended.errors.empty() ? ended.output : ended.errors);
  std::string line = command.words[0].substr(command.words[0].rfind('/') + 1);
  for (size_t i = 1; i < command.words.size(); ++i) line += " " + command.words[i];
  return fail(FaultKind::unavailable, "a program of the set-up failed",
              line + " (" + std::to_string(ended.status) + "): " + said);
}

Process::Process(Process&& other) noexcept { *this = std::move(other); }

Process& Process::operator=(Process&& other) noexcept {
  if (this == &other) return *this;
  leave();
  id_ = std::exchange(other.id_, -1);
  status_ = other.status_;
  outlive_ = other.outlive_;
  return *this;
}

Process::~Process() { leave(); }

void Process::leave() {
  if (id_ > 0 && !outlive_) end(SIGKILL);
}

Result<Process> Process::start(const Command& command, const std::string& log) {
  RELAIS_TRY(prepared, prepare(command));
  const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) return fail(FaultKind::unavailable, "the log file cannot be written", log);
  Process process;
  process.outlive_ = command.outlive;
  process.id_ = fork();
  if (process.id_ == 0) become(prepared, file, file, SIGQUIT);
  close(file);
  if (process.id_ < 0) {
    return fail(FaultKind::unavailable, "could not be started", command.words[0]);
  }
  return process;
}

bool Process::running() {
  if (id_ <= 0) return false;
  int waited = 0;
  if (waitpid(id_, &waited, WNOHANG) != id_) return true;
  status_ = status_of(waited);
  id_ = -1;
  return false;
}

bool Process::wait(std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (running()) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

int Process::end(int signal, std::chrono::milliseconds patience) {
  if (!running()) return status_;
  kill(id_, signal);
  if (!wait(patience)) {
    kill(id_, SIGKILL);
    wait(1min);
  }
  return status_;
}

Result<std::string> unprivileged_user() {
  if (geteuid() != 0) return std::string();
  if (getpwnam(kUser) != nullptr) return std::string(kUser);
  RELAIS_TRY_VOID(must_run({{"useradd", "--system", "--no-create-home", "--home-dir",
                             "/nonexistent", "--shell", "/usr/sbin/nologin", kUser},
                            {},
                            "",
                            false}));
  return std::string(kUser);
}

}  // namespace relais::demo
