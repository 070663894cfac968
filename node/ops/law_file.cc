// SPDX-License-Identifier: Apache-2.0
#include "node/ops/law_file.h"

#include <algorithm>

#include "node/ledger/crypto.h"
#include "node/ops/stewards.h"
#include "policy/archive.h"

namespace relais::ops {
namespace {

std::string file_of(const LawSettings& settings, const std::string& pack) {
  return settings.source.directory + "/" + pack + ".toml";
}

// The agency says which packs it works under, the stewards say which texts these are.
bool names_packs(const policy::Edition& edition, std::vector<std::string> wanted) {
  std::vector<std::string> named;
  for (const policy::PackEdition& pack : edition.packs) named.push_back(pack.id);
  std::sort(wanted.begin(), wanted.end());
  return named == wanted;
}

// Whatever the archive lacks is taken from the packs' folder, if it is that text.
Result<void> keep_packs(const policy::Edition& edition, const policy::LawArchive& archive,
                        const LawSettings& settings) {
  for (const policy::PackEdition& pack : edition.packs) {
    if (archive.pack(pack.digest)) continue;
    const std::string path = file_of(settings, pack.id);
    RELAIS_TRY(text, policy::read_file(path));
    if (ledger::sha256(text) != pack.digest) {
      return fail(FaultKind::precondition, "a pack is not the one that was activated", path);
    }
    RELAIS_TRY_VOID(archive.keep_pack(text));
  }
  return archive.keep_edition(edition);
}

}  // namespace

Result<LawSettings> law_settings(const Config& config) {
  LawSettings settings;
  settings.note = config.law.activation;
  settings.archive = config.law.archive;
  settings.source.directory = config.law.path;
  settings.source.packs = config.law.packs;
  for (const auto& [name, value] : config.law.parameters) settings.source.parameters[name] = value;
  settings.federation = config.agency.federation;
  RELAIS_TRY(stewards, read_stewards(config));
  settings.stewards = std::move(stewards);
  settings.threshold = std::max(config.directory.threshold, kLeastActivators);
  return settings;
}

Result<ActivatedLaw> open_activation(const std::string& note, const LawSettings& settings,
                                     const policy::Vocabulary& words, Date today) {
  const int threshold = std::max(settings.threshold, kLeastActivators);
  RELAIS_TRY(text, open_signed(note, settings.note, settings.stewards, threshold));
  RELAIS_TRY(activation, policy::parse_activation(text, settings.note));
  if (activation.federation != settings.federation) {
    return fail(FaultKind::precondition, "the activation is another federation's", settings.note);
  }
  if (!names_packs(activation.edition, settings.source.packs)) {
    return fail(FaultKind::precondition, "the activation is for other packs than law.packs",
                settings.note);
  }
  if (activation.not_before && today < *activation.not_before) {
    return fail(FaultKind::precondition, "the activation's day has not come",
                settings.note + ": " + activation.not_before->text());
  }
  const policy::LawArchive archive(settings.archive);
  RELAIS_TRY_VOID(keep_packs(activation.edition, archive, settings));
  RELAIS_TRY(law, archive.load(words, activation.edition.digest()));
  return ActivatedLaw{std::move(law), activation.version, ledger::sha256(text)};
}

Result<std::unique_ptr<LawFile>> LawFile::open(LawSettings settings,
                                               const policy::Vocabulary& words, Clock& clock,
                                               See see) {
  std::unique_ptr<LawFile> opened(new LawFile(std::move(settings), words, clock, std::move(see)));
  if (opened->settings_.note.empty()) {
    RELAIS_TRY_VOID(opened->load_as_configured());
  } else {
    RELAIS_TRY_VOID(opened->reload());
  }
  return opened;
}

Result<void> LawFile::load_as_configured() {
  RELAIS_TRY(law, policy::Law::load(words_, settings_.source));
  RELAIS_TRY_VOID(see_(0, {}));
  if (!settings_.archive.empty()) {
    RELAIS_TRY_VOID(policy::LawArchive(settings_.archive).keep(*law));
  }
  current_.law = std::move(law);
  return {};
}

Result<bool> LawFile::reload() {
  if (settings_.note.empty()) return false;
  const std::lock_guard one_at_a_time(reloading_);
  RELAIS_TRY(note, policy::read_file(settings_.note));
  const ActivatedLaw before = current();
  RELAIS_TRY(text, open_signed(note, settings_.note, settings_.stewards, settings_.threshold));
  if (before.law && before.note == ledger::sha256(text)) return false;
  RELAIS_TRY(law, open_activation(note, settings_, words_, Date::of(clock_.now())));
  if (before.law && law.version <= before.version) {
    return fail(FaultKind::precondition, "an older activation, or another one of this version",
                settings_.note);
  }
  RELAIS_TRY_VOID(see_(law.version, law.note));
  const std::lock_guard lock(mutex_);
  current_ = std::move(law);
  return true;
}

ActivatedLaw LawFile::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

size_t LawFile::changed_packs() const {
  const ActivatedLaw now = current();
  const auto& packs = now.law->packs();
  return static_cast<size_t>(
      std::count_if(packs.begin(), packs.end(), [&](const policy::Pack& pack) {
        const auto text = policy::read_file(file_of(settings_, pack.id));
        return !text || ledger::sha256(*text) != pack.digest;
      }));
}

}  // namespace relais::ops
