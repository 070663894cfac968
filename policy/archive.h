// SPDX-License-Identifier: Apache-2.0
// LawArchive: every edition of the law this node ever worked under, so that a decision can be made
// again under the law of its day. A folder of files named by the SHA-256 of what they hold:
//   <digest>.toml   a pack's file           <digest>.law   the lines of an edition (edition.h)
// so `sha256sum` checks it, and a ledger record's digest of the law is the name of its edition.
// Files are only added, each in one step (a crash leaves the whole file or none) and never
// believed without their digest. Replicas may share the folder. No state; any thread.
#pragma once

#include <memory>
#include <string>

#include "policy/edition.h"
#include "policy/law.h"

namespace relais::policy {

class LawArchive {
 public:
  explicit LawArchive(std::string folder) : folder_(std::move(folder)) {}

  // `unavailable` when the folder cannot be written. Makes the folder when it is not there.
  Result<void> keep_pack(const std::string& text) const;
  Result<void> keep_edition(const Edition& edition) const;
  // The law's packs from their files, as long as these are the ones it was loaded from.
  Result<void> keep(const Law& law) const;

  // `not_found`: never kept here. `corrupt`: the file is not what its name says.
  Result<std::string> pack(const Digest& digest) const;
  Result<Edition> edition(const Digest& digest) const;
  // The law whose digest() this is: its packs and parameter values as they were. The vocabulary is
  // today's; a pack it cannot read any more is `invalid`. It must outlive the law.
  Result<std::shared_ptr<const Law>> load(const Vocabulary& words, const Digest& digest) const;

 private:
  std::string path_of(const Digest& digest, const char* suffix) const;
  Result<void> put(const std::string& content, const char* suffix) const;
  Result<std::string> get(const Digest& digest, const char* suffix) const;

  const std::string folder_;
};

// The law these texts make, one a pack of the edition in its order, with the edition's parameter
// values; `precondition` when it is another law.
Result<std::shared_ptr<const Law>> load_edition(const Vocabulary& words, const Edition& edition,
                                                const std::vector<PackText>& texts);

}  // namespace relais::policy
