// SPDX-License-Identifier: Apache-2.0
#include "node/ops/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace relais::ops {
namespace {

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

// The path with the system's last reason; to be called before anything else can fail.
std::string with_reason(const std::string& path) {
  return path + ": " + std::generic_category().message(errno);
}

// Makes the name of a file in its folder survive a power cut; fsync of the file alone does not.
bool keep_name(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const File opened(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened.get() >= 0 && ::fsync(opened.get()) == 0;
}

bool write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t got = ::write(file, content.data(), content.size());
    if (got <= 0) return false;
    content.remove_prefix(static_cast<size_t>(got));
  }
  return ::fsync(file) == 0;
}

Result<void> check_private(int file, const std::string& path, struct stat& status) {
  if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    return fail(FaultKind::precondition, "a key must be a regular file", path);
  }
  if ((status.st_mode & 077) != 0) {
    return fail(FaultKind::precondition,
                "others may read this key: chmod 0600 it, and replace the key if they did", path);
  }
  if (status.st_uid != ::geteuid()) {
    return fail(FaultKind::precondition, "this key belongs to another user", path);
  }
  return {};
}

}  // namespace

Result<std::string> read_secret(const std::string& path, size_t most) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file.get() < 0)
    return fail(FaultKind::precondition, "a key file cannot be opened", with_reason(path));
  struct stat status {};
  RELAIS_TRY_VOID(check_private(file.get(), path, status));
  std::string content(std::min(static_cast<size_t>(status.st_size), most), '\0');
  size_t at = 0;
  while (at < content.size()) {
    const ssize_t got = ::read(file.get(), content.data() + at, content.size() - at);
    if (got <= 0) return fail(FaultKind::unavailable, "a key file cannot be read", path);
    at += static_cast<size_t>(got);
  }
  return content;
}

Result<void> write_secret(const std::string& path, const std::string& content) {
  const File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.get() < 0 && errno == EEXIST) {
    return fail(FaultKind::already_exists, "a file is there already: it is never overwritten",
                path);
  }
  if (file.get() < 0)
    return fail(FaultKind::precondition, "a key file cannot be created", with_reason(path));
  if (!write_all(file.get(), content) || !keep_name(path)) {
    ::unlink(path.c_str());  // half a key would stand in the way of the next attempt
    return fail(FaultKind::unavailable, "a key file cannot be written", path);
  }
  return {};
}

Result<void> replace_secret(const std::string& path, const std::string& content) {
  const std::string beside = path + ".new";
  ::unlink(beside.c_str());
  RELAIS_TRY_VOID(write_secret(beside, content));
  if (std::rename(beside.c_str(), path.c_str()) != 0 || !keep_name(path)) {
    return fail(FaultKind::unavailable, "a key file cannot be replaced", path);
  }
  return {};
}

Result<void> rename_secret(const std::string& from, const std::string& to) {
  if (::link(from.c_str(), to.c_str()) != 0) {
    return fail(FaultKind::already_exists, "a key of this epoch is there already", to);
  }
  ::unlink(from.c_str());
  if (!keep_name(to)) return fail(FaultKind::unavailable, "a key file cannot be kept", to);
  return {};
}

Result<void> destroy_secret(const std::string& path) {
  const File file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file.get() < 0 && errno == ENOENT) return {};
  struct stat status {};
  const bool overwritten =
      file.get() >= 0 && ::fstat(file.get(), &status) == 0 &&
      write_all(file.get(), std::string(static_cast<size_t>(status.st_size), '\0'));
  if (!overwritten || ::unlink(path.c_str()) != 0 || !keep_name(path)) {
    return fail(FaultKind::unavailable, "a key file cannot be destroyed", path);
  }
  return {};
}

}  // namespace relais::ops
