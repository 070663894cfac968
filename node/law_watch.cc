// SPDX-License-Identifier: Apache-2.0
#include "node/law_watch.h"

namespace relais {
namespace {

// Names in the steward-signed activation, or of the agency's own files: nothing of a person.
struct PackTag : Loggable {};
struct PackVersionTag : Loggable {};

}  // namespace

Result<void> LawWatch::open(ops::LawSettings settings, const policy::Vocabulary& words,
                            ops::LawFile::See see) {
  RELAIS_TRY(opened, ops::LawFile::open(std::move(settings), words, clock_, std::move(see)));
  file_ = std::move(opened);
  tell_in_force();
  if (version() == 0) log_.warning("law_not_activated");
  return {};
}

Result<int64_t> LawWatch::look() {
  const auto reloaded = file_->reload();
  if (!reloaded) log_.warning("law_not_reloaded", {{"fault", reloaded.error()}});
  if (reloaded && *reloaded) tell_in_force();
  const size_t changed = file_->changed_packs();
  metrics_.law_on_disk(changed, !reloaded);
  if (told_changed_.exchange(changed) != changed) {
    log_.warning("law_packs_not_activated", {{"packs", changed}});
  }
  if (!reloaded) return tl::unexpected<Fault>(reloaded.error());
  return version();
}

void LawWatch::tell_in_force() {
  const ops::ActivatedLaw now = file_->current();
  std::vector<std::pair<std::string, std::string>> packs;
  for (const policy::Pack& pack : now.law->packs()) {
    packs.emplace_back(pack.id, pack.version);
    log_.info("law_in_force", {{"activation", now.version},
                               {"pack", Id<PackTag>(pack.id)},
                               {"pack_version", Id<PackVersionTag>(pack.version)}});
  }
  metrics_.law(packs, now.version, clock_.now());
}

}  // namespace relais
