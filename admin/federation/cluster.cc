// SPDX-License-Identifier: Apache-2.0
#include "admin/federation/cluster.h"

#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

namespace relais::demo {
namespace {

using namespace std::chrono_literals;

std::string programs() {
  const char* set = std::getenv("RELAIS_POSTGRES_BIN");
  return set != nullptr ? set : "/usr/lib/postgresql/15/bin";
}

Result<void> make_folder(const std::string& folder, const std::string& user) {
  if (mkdir(folder.c_str(), 0700) != 0) {
    return fail(FaultKind::unavailable, "the folder cannot be made", folder);
  }
  if (user.empty()) return {};
  const passwd* owner = getpwnam(user.c_str());
  if (owner == nullptr || chown(folder.c_str(), owner->pw_uid, owner->pw_gid) != 0) {
    return fail(FaultKind::unavailable, "the folder cannot be given to its user", folder);
  }
  return {};
}

}  // namespace

Command Cluster::program(const std::string& name, std::vector<std::string> arguments) const {
  Command command;
  command.words = {programs() + "/" + name};
  for (std::string& argument : arguments) command.words.push_back(std::move(argument));
  command.user = user_;
  return command;
}

Result<Cluster> Cluster::make(const std::string& folder, bool outlive) {
  Cluster cluster;
  cluster.folder_ = folder;
  cluster.outlive_ = outlive;
  RELAIS_TRY(user, unprivileged_user());
  cluster.user_ = user;
  RELAIS_TRY_VOID(make_folder(folder, user));
  // The files need not survive a power cut while the cluster is being made; its commits do, later.
  RELAIS_TRY_VOID(must_run(
      cluster.program("initdb", {"-D", folder + "/data", "-U", "postgres", "-A", "trust", "-E",
                                 "UTF8", "--locale=C", "--no-sync", "--no-instructions"})));
  RELAIS_TRY_VOID(cluster.start());
  RELAIS_TRY_VOID(
      cluster.sql("postgres", "CREATE ROLE relais_owner LOGIN; CREATE ROLE relais_node LOGIN"));
  return cluster;
}

Result<void> Cluster::start() {
  Command command =
      program("postgres",
              {"-D", folder_ + "/data", "-k", folder_, "-c", "listen_addresses=", "-c",
               "shared_buffers=64MB", "-c", "max_connections=100", "-c",
               // A statement's values may be personal, so no statement is ever written to its log.
               "log_min_error_statement=panic", "-c", "log_statement=none"});
  command.outlive = outlive_;
  RELAIS_TRY(server, Process::start(command, folder_ + "/../postgresql.log"));
  server_ = std::move(server);
  return wait_until_ready();
}

Result<void> Cluster::wait_until_ready() {
  for (int tried = 0; tried < 600 && server_.running(); ++tried) {
    RELAIS_TRY(ready, run(program("pg_isready", {"-q", "-h", folder_})));
    if (ready.status == 0) return {};
    std::this_thread::sleep_for(50ms);
  }
  return fail(FaultKind::unavailable, "PostgreSQL did not start", folder_ + "/../postgresql.log");
}

void Cluster::stop() { server_.end(SIGINT); }
void Cluster::kill() { server_.end(SIGKILL); }

Result<void> Cluster::create_database(const std::string& name) {
  RELAIS_TRY_VOID(sql("postgres", "CREATE DATABASE " + name + " OWNER relais_owner"));
  return {};
}

std::string Cluster::connection(const std::string& database, const std::string& user) const {
  return "host=" + folder_ + " dbname=" + database + " user=" + user;
}

Result<std::string> Cluster::sql(const std::string& database, const std::string& statement) const {
  return must_run(program("psql", {"-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement,
                                   connection(database, "postgres")}));
}

}  // namespace relais::demo
