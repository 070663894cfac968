// SPDX-License-Identifier: Apache-2.0
#include "node/ops/epochs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "node/ledger/encoding.h"

namespace relais::ops {
namespace {

constexpr const char* kKek = "kek-";
constexpr const char* kLiving = "living-";

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

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

// What was done to names in a folder survives a power cut.
bool keep_names(const std::string& path) {
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

}  // namespace

std::string kek_file(const std::string& folder, int32_t epoch) {
  return folder + "/" + kKek + std::to_string(epoch);
}
std::string living_file(const std::string& folder, int32_t epoch) {
  return folder + "/" + kLiving + std::to_string(epoch);
}

std::vector<int32_t> epochs_in(const std::string& folder, const std::string& kind) {
  std::vector<int32_t> epochs;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kind)) continue;
    const auto epoch = ledger::from_decimal(name.substr(kind.size()));
    if (epoch && *epoch > 0 && *epoch <= 1'000'000) epochs.push_back(static_cast<int32_t>(*epoch));
  }
  std::sort(epochs.begin(), epochs.end());
  return epochs;
}

std::optional<std::string> epoch_folder(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (is_folder(path)) return path;
  }
  return std::nullopt;
}

Result<std::vector<KeyEncryptionKey>> read_epochs(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    if (!is_folder(path)) {
      files.push_back(path);
      continue;
    }
    for (const int32_t epoch : epochs_in(path, kKek)) files.push_back(kek_file(path, epoch));
  }
  std::vector<KeyEncryptionKey> keys;
  for (const std::string& file : files) {
    RELAIS_TRY(key, read_key_encryption_key(file));
    const auto same = [&](const KeyEncryptionKey& one) { return one.epoch == key.epoch; };
    if (std::any_of(keys.begin(), keys.end(), same)) {
      return fail(FaultKind::precondition, "two key-encryption keys of one epoch", file);
    }
    keys.push_back(key);
  }
  if (keys.empty()) {
    return fail(FaultKind::precondition, "no key-encryption key is there",
                paths.empty() ? "keys.key_encryption" : paths.front());
  }
  return keys;
}

Result<void> create_epoch(const std::string& folder, int32_t epoch, Entropy& entropy) {
  const std::string path = kek_file(folder, epoch);
  const std::string beside = path + ".new";  // which nobody reads as a key
  RELAIS_TRY_VOID(destroy_secret(beside));
  RELAIS_TRY_VOID(create_key_encryption_key(beside, epoch, entropy));
  if (::link(beside.c_str(), path.c_str()) != 0) {  // never over one that is there
    return fail(FaultKind::already_exists, "a key of this epoch is there already", path);
  }
  ::unlink(beside.c_str());
  if (!keep_names(path)) return fail(FaultKind::unavailable, "a key file cannot be kept", path);
  return {};
}

Result<void> replace_secret(const std::string& path, const std::string& content) {
  const std::string beside = path + ".new";
  ::unlink(beside.c_str());
  {
    const File file(
        ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.get() < 0)
      return fail(FaultKind::precondition, "a key file cannot be created", beside);
    if (!write_all(file.get(), content)) {
      ::unlink(beside.c_str());
      return fail(FaultKind::unavailable, "a key file cannot be written", beside);
    }
  }
  if (std::rename(beside.c_str(), path.c_str()) != 0 || !keep_names(path)) {
    return fail(FaultKind::unavailable, "a key file cannot be replaced", path);
  }
  return {};
}

Result<std::string> read_whole_secret(const std::string& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return fail(FaultKind::precondition, "a key file cannot be opened", path);
  }
  if ((status.st_mode & 077) != 0 || status.st_uid != ::geteuid()) {
    return fail(FaultKind::precondition, "others may read this key, or it is another user's", path);
  }
  std::string content(static_cast<size_t>(status.st_size), '\0');
  size_t at = 0;
  while (at < content.size()) {
    const ssize_t got = ::read(file.get(), content.data() + at, content.size() - at);
    if (got <= 0) return fail(FaultKind::unavailable, "a key file cannot be read", path);
    at += static_cast<size_t>(got);
  }
  return content;
}

Result<void> destroy_secret(const std::string& path) {
  const File file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file.get() < 0 && errno == ENOENT) return {};
  struct stat status {};
  const bool overwritten =
      file.get() >= 0 && ::fstat(file.get(), &status) == 0 &&
      write_all(file.get(), std::string(static_cast<size_t>(status.st_size), '\0'));
  if (!overwritten || ::unlink(path.c_str()) != 0 || !keep_names(path)) {
    return fail(FaultKind::unavailable, "a key file cannot be destroyed", path);
  }
  return {};
}

}  // namespace relais::ops
