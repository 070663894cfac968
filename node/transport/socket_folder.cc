// SPDX-License-Identifier: Apache-2.0
#include "node/transport/socket_folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace relais::transport {
namespace {

constexpr size_t kMostPath = 100;  // sockaddr_un::sun_path holds 108 with its end

}  // namespace

Result<void> lock_socket_folder(const std::string& socket) {
  const size_t slash = socket.rfind('/');
  if (socket.size() > kMostPath || socket.empty() || socket.front() != '/' || slash == 0) {
    return fail(FaultKind::invalid,
                "the socket needs an absolute path in a folder, at most 100 bytes", socket);
  }
  const std::string folder = socket.substr(0, slash);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail(FaultKind::precondition, "the socket's folder cannot be made", folder);
  }
  struct stat status {};
  if (::lstat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
    return fail(FaultKind::precondition, "the socket's folder is not a folder", folder);
  }
  if (status.st_uid != ::geteuid() || (status.st_mode & 077) != 0) {
    return fail(FaultKind::precondition, "the socket's folder must be this user's own, mode 0700",
                folder);
  }
  return {};
}

Result<void> lock_socket(const std::string& socket) {
  if (::chmod(socket.c_str(), 0600) != 0) {
    return fail(FaultKind::precondition, "the socket's mode cannot be set", socket);
  }
  return {};
}

}  // namespace relais::transport
