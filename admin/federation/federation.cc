// SPDX-License-Identifier: Apache-2.0
#include "admin/federation/federation.h"

#include <signal.h>

#include <fstream>
#include <iterator>
#include <thread>

#include "admin/federation/http.h"

namespace relais::demo {
namespace {

using namespace std::chrono_literals;

constexpr auto kReadyWait = 30s;

void write_pid(const std::string& path, pid_t id) { std::ofstream(path) << id << "\n"; }

Result<pid_t> read_pid(const std::string& path) {
  pid_t id = 0;
  std::ifstream file(path);
  if (!(file >> id) || id <= 1) return fail(FaultKind::not_found, "no process number here", path);
  return id;
}

// Whether the process is one of the folder's: numbers of processes are used again.
bool belongs_to(pid_t id, const std::string& folder) {
  std::ifstream file("/proc/" + std::to_string(id) + "/cmdline", std::ios::binary);
  std::string words((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return words.find(folder + "/") != std::string::npos;
}

void end_all(const std::vector<pid_t>& processes, int signal, const std::string& folder) {
  for (const pid_t id : processes) kill(id, signal);
  for (const pid_t id : processes) {
    for (int tried = 0; tried < 600 && belongs_to(id, folder); ++tried) {
      std::this_thread::sleep_for(50ms);
    }
  }
}

}  // namespace

Federation::~Federation() {
  if (!settings_.outlive) stop_all();
}

std::vector<std::string> Federation::agencies() const {
  std::vector<std::string> agencies;
  for (const auto& [agency, seat] : seats_) agencies.push_back(agency);
  return agencies;
}

DeskAccess Federation::desk(const std::string& agency) const {
  const Seat& at = seats_.at(agency);
  return {at.host + ":" + std::to_string(at.desk_port), at.file("software.pem"),
          at.file("software.key"), at.file("desk-authority.pem")};
}

Result<Ended> Federation::relaisctl(const std::string& agency,
                                    std::vector<std::string> arguments) const {
  Command command;
  command.words = {settings_.programs + "/relaisctl"};
  if (!agency.empty()) {
    command.words.push_back("-c");
    command.words.push_back(seats_.at(agency).config());
  }
  for (std::string& argument : arguments) command.words.push_back(std::move(argument));
  return run(command);
}

Result<std::string> Federation::ops_page(const std::string& agency, const std::string& path) const {
  const Seat& at = seats_.at(agency);
  return http_get(at.ops_port, path, at.host);
}

Result<void> Federation::start(const std::string& agency, const std::string& crash_at) {
  RELAIS_TRY_VOID(launch(agency, crash_at));
  return wait_until_ready(agency);
}

Result<void> Federation::launch(const std::string& agency, const std::string& crash_at) {
  const Seat& at = seats_.at(agency);
  Command command;
  command.words = settings_.place(agency).prefix;
  const char* program = crash_at.empty() ? "/relais-node" : "/relais-node-crash";
  command.words.insert(command.words.end(), {settings_.programs + program, "-c", at.config()});
  command.environment = settings_.environment(agency);
  if (!crash_at.empty()) command.environment.push_back("RELAIS_CRASH_AT=" + crash_at);
  command.outlive = settings_.outlive;
  RELAIS_TRY(process, Process::start(command, at.log()));
  nodes_[agency] = std::move(process);
  wanted_.insert(agency);
  write_pid(at.file("node.pid"), nodes_[agency].id());
  return {};
}

// All at once: at its start a node asks the others what they hold of its ledger.
Result<void> Federation::start_all(std::vector<std::string> chosen) {
  if (chosen.empty()) chosen = agencies();
  for (const std::string& agency : chosen) {
    if (!nodes_[agency].running()) RELAIS_TRY_VOID(launch(agency));
  }
  for (const std::string& agency : chosen) {
    RELAIS_TRY_VOID(wait_until_ready(agency));
    settings_.progress("  " + agency + " is ready: desk " + desk(agency).address);
  }
  return {};
}

Result<void> Federation::wait_until_ready(const std::string& agency) {
  const auto until = std::chrono::steady_clock::now() + kReadyWait;
  Process& process = nodes_[agency];
  while (process.running() && std::chrono::steady_clock::now() < until) {
    if (ops_page(agency, "/readyz")) return {};
    std::this_thread::sleep_for(10ms);
  }
  // One that was told to kill itself may do so before it was ready.
  if (!process.running() && process.status() == 128 + SIGKILL) return {};
  return fail(FaultKind::unavailable, "a node did not become ready; see its log",
              seats_.at(agency).log());
}

int Federation::stop(const std::string& agency) {
  wanted_.erase(agency);
  return nodes_[agency].end(SIGTERM);
}

void Federation::stop_all() {
  wanted_.clear();
  for (auto& [agency, process] : nodes_) {
    if (process.running()) kill(process.id(), SIGTERM);
  }
  for (auto& [agency, process] : nodes_) process.end(SIGTERM);
  cluster_.stop();
}

void Federation::revive() {
  const std::set<std::string> wanted = wanted_;
  for (const std::string& agency : wanted) {
    if (nodes_[agency].running()) continue;
    ++crashes_;
    static_cast<void>(start(agency));
  }
}

Result<void> stop_kept(const std::string& folder) {
  std::vector<pid_t> nodes;
  std::vector<pid_t> cluster;
  std::ifstream list(folder + "/kept");
  std::string path;
  while (std::getline(list, path)) {
    const auto id = read_pid(path);
    if (!id || !belongs_to(*id, folder)) continue;
    (path.find("postgresql") == std::string::npos ? nodes : cluster).push_back(*id);
  }
  if (nodes.empty() && cluster.empty()) {
    return fail(FaultKind::not_found, "no demo is running in this folder", folder);
  }
  end_all(nodes, SIGTERM, folder);
  end_all(cluster, SIGINT, folder);  // its sessions end in an orderly way
  return {};
}

}  // namespace relais::demo
