// SPDX-License-Identifier: Apache-2.0
// The law in force, followed from its activation: a signed note (policy/activation.h) by two
// stewards or more. It comes into force when enough of them signed, it is for this federation and
// these packs, its version is above every one seen here, its day has come, and the packs have
// exactly the digests it names. Their texts come from the archive, or from the packs' folder, from
// where they are put into the archive first: so a file that changes on disk neither comes into
// force nor stops a node that starts again. Without a note the law is what the folder holds at
// start, and stays that.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "node/core/result.h"
#include "node/core/time.h"
#include "node/ledger/note.h"
#include "node/ops/config.h"
#include "policy/activation.h"
#include "policy/law.h"

namespace relais::ops {

// However few a directory needs: one steward alone never changes the law.
inline constexpr int kLeastActivators = 2;

struct LawSettings {
  std::string note;          // file of the activation; empty: none
  std::string archive;       // folder; empty: none (then no note either)
  policy::LawSource source;  // its parameters count without a note only
  std::string federation;
  std::vector<ledger::VerifierKey> stewards;
  int threshold = kLeastActivators;
};

Result<LawSettings> law_settings(const Config& config);

struct ActivatedLaw {
  std::shared_ptr<const policy::Law> law;
  int64_t version = 0;  // 0: not activated
  Digest note{};        // SHA-256 of the signed text
};

// What the note would put in force on that day. Puts texts into the archive, nothing else.
// `invalid` or `precondition`, `where`: what does not fit.
Result<ActivatedLaw> open_activation(const std::string& note, const LawSettings& settings,
                                     const policy::Vocabulary& words, Date today);

// Thread-safe.
class LawFile {
 public:
  // Remembers the newest version, beyond a restart; `precondition` on a rollback, and for version 0
  // when any was seen.
  using See = std::function<Result<void>(int64_t version, const Digest& note)>;

  // The first reading; a law that cannot be believed stops the node.
  static Result<std::unique_ptr<LawFile>> open(LawSettings settings,
                                               const policy::Vocabulary& words, Clock& clock,
                                               See see);
  // Reads the note again. On a Fault the law in force stays. True: another one is in force now;
  // what is being decided goes on under the law it began with.
  Result<bool> reload();
  ActivatedLaw current() const;
  // How many packs in force read differently on disk: changed, and not activated.
  size_t changed_packs() const;

 private:
  LawFile(LawSettings settings, const policy::Vocabulary& words, Clock& clock, See see)
      : settings_(std::move(settings)), words_(words), clock_(clock), see_(std::move(see)) {}
  Result<void> load_as_configured();

  const LawSettings settings_;
  const policy::Vocabulary& words_;
  Clock& clock_;
  const See see_;
  std::mutex reloading_;
  mutable std::mutex mutex_;
  ActivatedLaw current_;
};

}  // namespace relais::ops
