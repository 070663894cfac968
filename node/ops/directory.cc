// SPDX-License-Identifier: Apache-2.0
#include "node/ops/directory.h"

#include <fstream>
#include <sstream>

#include "node/ledger/crypto.h"
#include "node/ops/stewards.h"

namespace relais::ops {

Result<Directory> open_directory(const std::string& note, const std::string& name,
                                 const std::vector<ledger::VerifierKey>& stewards, int threshold,
                                 const policy::Vocabulary& words) {
  RELAIS_TRY(text, open_signed(note, name, stewards, threshold));
  RELAIS_TRY(directory, parse_directory(text, name, words));
  directory.digest = ledger::sha256(text);
  return directory;
}

Result<Directory> DirectoryFile::read() const {
  std::ifstream file(settings_.path, std::ios::binary);
  if (!file) {
    return fail(FaultKind::precondition, "the directory cannot be read", settings_.path);
  }
  std::ostringstream note;
  note << file.rdbuf();
  RELAIS_TRY(directory, open_directory(note.str(), settings_.path, settings_.stewards,
                                       settings_.threshold, words_));
  if (directory.federation != settings_.federation) {
    return fail(FaultKind::precondition, "the directory is another federation's", settings_.path);
  }
  if (directory.find(settings_.agency) == nullptr) {
    return fail(FaultKind::precondition, "this agency is not in the directory", settings_.path);
  }
  return directory;
}

Result<std::unique_ptr<DirectoryFile>> DirectoryFile::open(DirectorySettings settings,
                                                           const policy::Vocabulary& words,
                                                           See see) {
  std::unique_ptr<DirectoryFile> opened(
      new DirectoryFile(std::move(settings), words, std::move(see)));
  RELAIS_TRY_VOID(opened->reload());
  return opened;
}

Result<bool> DirectoryFile::reload() {
  RELAIS_TRY(directory, read());
  const auto before = current();
  if (before && before->digest == directory.digest) return false;
  if (before && directory.version <= before->version) {
    return fail(FaultKind::precondition, "an older directory, or another one of this version",
                settings_.path);
  }
  RELAIS_TRY_VOID(see_(directory.version, directory.digest));
  const std::lock_guard lock(mutex_);
  current_ = std::make_shared<const Directory>(std::move(directory));
  return true;
}

std::shared_ptr<const Directory> DirectoryFile::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

}  // namespace relais::ops
