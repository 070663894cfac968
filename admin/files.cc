// SPDX-License-Identifier: Apache-2.0
#include "admin/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "policy/document.h"

namespace relais::admin {
namespace {

constexpr mode_t kReadable = 0644;
constexpr mode_t kPrivate = 0600;

Result<void> write_whole(const std::string& path, const std::string& content, int flags,
                         mode_t mode = kReadable) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, mode);
  if (file < 0 && errno == EEXIST) {
    return fail(FaultKind::already_exists, "a file is there already: it is never overwritten",
                path);
  }
  if (file < 0)
    return fail(FaultKind::precondition, "a file cannot be created",
                path + ": " + std::generic_category().message(errno));
  size_t written = 0;
  while (written < content.size()) {
    const ssize_t got = ::write(file, content.data() + written, content.size() - written);
    if (got <= 0) break;
    written += static_cast<size_t>(got);
  }
  const bool durable = ::fsync(file) == 0;
  if (::close(file) != 0 || !durable || written != content.size()) {
    return fail(FaultKind::precondition, "a file cannot be written", path);
  }
  return {};
}

Result<void> replace_with(const std::string& path, const std::string& content, mode_t mode) {
  const std::string beside = path + ".new";
  RELAIS_TRY_VOID(write_whole(beside, content, O_TRUNC, mode));
  if (std::rename(beside.c_str(), path.c_str()) != 0) {
    ::unlink(beside.c_str());
    return fail(FaultKind::precondition, "a file cannot be replaced", path);
  }
  return {};
}

}  // namespace

Result<std::string> read_text(const std::string& path) { return policy::read_file(path); }

Result<void> create_text(const std::string& path, const std::string& content) {
  return write_whole(path, content, O_EXCL);
}

Result<void> replace_text(const std::string& path, const std::string& content) {
  return replace_with(path, content, kReadable);
}

Result<void> replace_private(const std::string& path, const std::string& content) {
  ::unlink((path + ".new").c_str());  // one left by a crash may be anybody's to read
  return replace_with(path, content, kPrivate);
}

Result<void> remove_text(const std::string& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return fail(FaultKind::precondition, "a file cannot be removed", path);
}

Result<ops::Config> node_config(const Arguments& given) {
  if (given.config.empty()) {
    return fail(FaultKind::invalid, "this command needs -c node.toml");
  }
  return ops::load_config(given.config);
}

Result<policy::Vocabulary> vocabulary(const Arguments& given) {
  if (given.has("vocabulary")) return policy::Vocabulary::load(given.one("vocabulary"));
  if (given.config.empty()) return policy::Vocabulary::load("policy/vocabulary.toml");
  RELAIS_TRY(config, node_config(given));
  return policy::Vocabulary::load(config.law.vocabulary);
}

Parameter vocabulary_option() {
  return option("vocabulary",
                "the federation's vocabulary.toml (default: the one of -c, "
                "else policy/vocabulary.toml)");
}

}  // namespace relais::admin
