// SPDX-License-Identifier: Apache-2.0
// Hunt: the mutants of each pack against the cases. A mutant is killed when the loader refuses it
// or some case of a file that uses the pack no longer comes out as expected. Works on two threads
// of its own at most; the result is the same whatever they do first.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/analyse/mutant.h"
#include "policy/case_file.h"

namespace relais::policy {

struct HuntResult {
  std::string pack;
  std::map<Mutation, size_t> bred;
  std::map<Mutation, size_t> killed;
  std::vector<std::string> survivors;  // names, in order

  size_t all() const;
  size_t all_killed() const;
};

// Packs read once, and cases that pass on them.
class Hunt {
 public:
  // Every pack and case file of a directory. `invalid` when one does not load or a case fails
  // before anything was changed.
  static Result<Hunt> prepare(const Vocabulary& words, const std::string& directory);

  std::vector<std::string> packs() const;
  // `progress` is called with how many are done, from one thread at a time.
  // A case that would notice this mutant, as the law stands; empty when no request does, on any day
  // and with any parameters, which is a proof.
  Result<std::string> case_for(const std::string& pack, const std::string& mutant,
                               std::optional<Date> day) const;
  HuntResult run(const std::string& pack,
                 const std::function<void(size_t, size_t)>& progress) const;

 private:
  explicit Hunt(const Vocabulary& words) : words_(&words) {}
  // Cases that share packs and parameters, and so a law.
  struct Group {
    std::vector<std::string> packs;
    Parameters parameters;
    std::vector<const Case*> cases;
  };

  void group(const CaseFile& file);
  Result<void> check() const;  // every case passes
  Result<std::shared_ptr<const Law>> law_of(const Group& group, const std::string& id,
                                            const PackTree* instead) const;
  bool is_killed(const std::string& pack, const Mutant& mutant) const;

  const Vocabulary* words_;
  std::map<std::string, PackTree> trees_;
  std::vector<std::unique_ptr<CaseFile>> files_;
  std::vector<Group> groups_;
};

}  // namespace relais::policy
