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
//   [[agency.signing]]    key valid_from valid_until      (the signing key before, or the next)
//   [[agency.tls]]        key valid_from valid_until      (of its certificates; none: any)
//   [[agency.profession]] profession secrecy r1110_2 sworn
//   [[agency.service]]    id name_fr name_en kind category address phone purposes release_required
//   [[agency.service.need]] category required reason
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
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

// Why a directory is not believed.
enum class Disbelief {
  not_signed,  // by enough different stewards
  unusable,    // signed, and not a directory of this form
  foreign,     // another federation's
  older,       // than the one in force or one ever seen, or another one of that version
  expired,     // and brought by somebody; what lies in the file is taken, and nothing leaves
};
std::string_view code_of(Disbelief why);

struct DirectorySettings {
  std::string path;
  std::string federation;
  AgencyId agency;
  std::vector<ledger::VerifierKey> stewards;
  int threshold = 1;
  // Told of each one that is not believed; of the file's, once. Any thread.
  std::function<void(Disbelief)> refused{};
};

// The directory in force, followed from its file, or brought by somebody else: then it is written
// to the file. Any thread.
class DirectoryFile final : public Directories {
 public:
  // Remembers the newest version ever seen, beyond a restart; `precondition` on a rollback.
  using See = std::function<Result<void>(int64_t version, const Digest& digest)>;

  // The first reading; a directory that cannot be believed, or does not name this agency, stops the
  // node. Ends what a crash left of an offer().
  static Result<std::unique_ptr<DirectoryFile>> open(DirectorySettings settings,
                                                     const policy::Vocabulary& words, See see);
  // Reads the file again. On a Fault the directory in force stays (until it expires by itself).
  // True: another one is in force now.
  Result<bool> reload();
  // One that came from elsewhere; `place` says where, for the Fault. It is in force, and in the
  // file, when it returns true; it was already when false. On a Fault nothing has changed. Written
  // beside the file, remembered, put in its place: a crash between leaves what open() goes on with.
  Result<bool> offer(const std::string& note, const std::string& place, Instant now);
  std::shared_ptr<const Directory> current() const override;
  // The signed note of the one in force.
  std::shared_ptr<const std::string> note() const;

 private:
  struct Disbelieved {
    Disbelief why;
    Fault fault;
  };
  template <class T>
  using Believed = tl::expected<T, Disbelieved>;

  DirectoryFile(DirectorySettings settings, const policy::Vocabulary& words, See see)
      : settings_(std::move(settings)), words_(words), see_(std::move(see)) {}
  std::string beside() const { return settings_.path + ".next"; }
  Believed<Directory> believe(const std::string& note, const std::string& place) const;
  // What is newer than the one in force; nullopt: it is the one in force.
  Believed<std::optional<Directory>> newer(const std::string& note, const std::string& place) const;
  Result<void> keep(const std::string& note, const Directory& directory);
  Result<void> go_on();
  void put_in_force(Directory directory, std::string note);
  tl::unexpected<Fault> refuse(Disbelieved disbelieved) const;
  tl::unexpected<Fault> refuse_file(const std::string& note, Disbelieved disbelieved);

  const DirectorySettings settings_;
  const policy::Vocabulary& words_;
  const See see_;
  std::mutex changing_;       // one change at a time
  Digest refused_{};          // of the file refused last
  mutable std::mutex mutex_;  // of what follows
  std::shared_ptr<const Directory> current_;
  std::shared_ptr<const std::string> note_;
};

}  // namespace relais::ops
