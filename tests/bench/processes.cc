// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/processes.h"

#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace relais::bench {
namespace {

constexpr double kKibPerMib = 1024;

// proc(5), /proc/[pid]/stat: the fields after the command's closing parenthesis, from state on.
struct Stat {
  pid_t parent = 0;
  double cpu_s = 0;
};

Stat stat_of(const std::string& process) {
  std::ifstream file("/proc/" + process + "/stat");
  std::string line;
  std::getline(file, line);
  const size_t end = line.rfind(')');
  if (end == std::string::npos) return {};
  std::istringstream fields(line.substr(end + 1));
  std::string state, skipped;
  Stat stat;
  double user = 0, system = 0;
  fields >> state >> stat.parent;
  for (int i = 0; i < 9; ++i) fields >> skipped;  // pgrp … cmajflt
  fields >> user >> system;
  stat.cpu_s = (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
  return stat;
}

double status_value(const std::string& process, const std::string& key) {
  std::ifstream file("/proc/" + process + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key + ":")) return std::stod(line.substr(key.size() + 1));
  }
  return 0;
}

}  // namespace

Usage usage_of(pid_t process) {
  const std::string id = std::to_string(process);
  return {status_value(id, "VmHWM") / kKibPerMib, status_value(id, "VmRSS") / kKibPerMib,
          status_value(id, "Threads"), stat_of(id).cpu_s};
}

double cpu_of_family(pid_t parent) {
  double sum = stat_of(std::to_string(parent)).cpu_s;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const Stat stat = stat_of(name);
    if (stat.parent == parent) sum += stat.cpu_s;
  }
  return sum;
}

}  // namespace relais::bench
