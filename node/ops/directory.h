// SPDX-License-Identifier: Apache-2.0
// The federation's directory as a file: a TOML text inside a signed note (c2sp.org/signed-note). It
// is believed only when k of the n stewards this node knows have signed it, when it is not older
// than the newest one ever seen here, and until it expires. Closed schema: what is unknown is
// refused, with its place. Every need a service declares carries the article or reason that
// justifies asking; what the law lets go unanswered is not required, and no release is a price
// (policy/declaration.h).
//
//   federation = "demo.example"     version = 3     expires = 2027-01-01T00:00:00Z
//   [[agency]]            id name_fr name_en category jurisdiction missions public_official secrecy
//                         address endpoint tls_identity signing_key ledger_key valid_from
//                         valid_until suspended
//   [[agency.ledger]]     key valid_from valid_until      (further years' ledgers)
//   [[agency.profession]] profession secrecy r1110_2 sworn
//   [[agency.service]]    id name_fr name_en kind category address phone purposes release_required
//   [[agency.service.need]] category required reason
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "node/core/agency.h"
#include "node/core/result.h"
#include "node/ledger/note.h"
#include "policy/vocabulary.h"

namespace relais::ops {

// The text alone, signatures not looked at: for `relaisctl directory`. `where` holds every problem
// as "file:line:column: text", one a line.
Result<Directory> parse_directory(const std::string& text, const std::string& name,
                                  const policy::Vocabulary& words);

// The note: at least `threshold` different stewards signed it.
Result<Directory> open_directory(const std::string& note, const std::string& name,
                                 const std::vector<ledger::VerifierKey>& stewards, int threshold,
                                 const policy::Vocabulary& words);

struct DirectorySettings {
  std::string path;
  std::string federation;
  AgencyId agency;
  std::vector<ledger::VerifierKey> stewards;
  int threshold = 1;
};

// The directory in force, followed from its file. reload() is called by one thread; current() by
// any.
class DirectoryFile final : public Directories {
 public:
  // Remembers the newest version ever seen, beyond a restart; `precondition` on a rollback.
  using See = std::function<Result<void>(int64_t version, const Digest& digest)>;

  // The first reading; a directory that cannot be believed stops the node.
  static Result<std::unique_ptr<DirectoryFile>> open(DirectorySettings settings,
                                                     const policy::Vocabulary& words, See see);
  // Reads the file again. On a Fault the directory in force stays (until it expires by itself).
  // True: another one is in force now.
  Result<bool> reload();
  std::shared_ptr<const Directory> current() const override;

 private:
  DirectoryFile(DirectorySettings settings, const policy::Vocabulary& words, See see)
      : settings_(std::move(settings)), words_(words), see_(std::move(see)) {}
  Result<Directory> read() const;

  const DirectorySettings settings_;
  const policy::Vocabulary& words_;
  const See see_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Directory> current_;
};

}  // namespace relais::ops
