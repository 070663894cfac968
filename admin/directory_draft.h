// SPDX-License-Identifier: Apache-2.0
// The directory's TOML draft as stewards keep it: each change is made in its text, comments and
// order kept, and raises the version by one. Nothing is written that a node would not read. Values;
// one thread.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "admin/command.h"
#include "node/core/agency.h"
#include "node/core/result.h"
#include "policy/vocabulary.h"

namespace relais::admin {

// The start of the day that is --days from now (default 365); nullopt: kDaysWanted.
std::optional<Instant> expiry_of(const Arguments& given);
inline constexpr const char* kDaysWanted = "--days is a whole number from 1 to 3650";
Parameter days_option();

class DirectoryDraft {
 public:
  // The file of DIRECTORY.
  static Result<DirectoryDraft> read(const Arguments& given, const policy::Vocabulary& words);
  const std::string& path() const { return path_; }
  const Directory& directory() const { return directory_; }

  // Each makes the next version of the text; of what is so already, `precondition`.
  Result<void> suspend(const std::string& agency, bool suspended);
  Result<void> remove(const std::string& agency);
  Result<void> renew(Instant expires);
  Result<void> append(const std::string& entry, const std::string& name);

  Result<void> write() const;

 private:
  DirectoryDraft(std::string path, std::string text, Directory directory,
                 const policy::Vocabulary& words)
      : path_(std::move(path)),
        text_(std::move(text)),
        directory_(std::move(directory)),
        words_(words) {}
  Result<size_t> entry_of(const std::string& agency) const;
  Result<void> next(std::string text, const std::string& name);

  std::string path_;
  std::string text_;
  Directory directory_;
  const policy::Vocabulary& words_;
};

}  // namespace relais::admin
