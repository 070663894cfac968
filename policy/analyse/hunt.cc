// SPDX-License-Identifier: Apache-2.0
#include "policy/analyse/hunt.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>

#include "policy/account.h"
#include "policy/analyse/comparison.h"
#include "policy/judge.h"

namespace relais::policy {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kCases = ".cases.toml";

// The cheap half first: most mutants change an outcome or what is released.
bool comes_out_otherwise(const Law& law, const Case& one) {
  const Judgement judgement = judge(law, one.facts);
  if (judgement.released != one.survive || text_of(judgement.outcome) != one.expect) return true;
  return !differences(law, one, account_for(law, one.facts, judgement, {})).empty();
}

bool names(const Case& one, const std::string& rule) {
  return std::find(one.cite.begin(), one.cite.end(), rule) != one.cite.end();
}

Result<PackTree> tree_of(const std::string& path) {
  RELAIS_TRY(text, read_file(path));
  Problems problems;
  auto root = parse_toml(text, path, problems);
  if (!root) return fail(FaultKind::invalid, "a law pack does not load", problems.sentences());
  return PackTree{path, std::move(*root)};
}

size_t sum(const std::map<Mutation, size_t>& counts) {
  size_t all = 0;
  for (const auto& [mutation, count] : counts) all += count;
  return all;
}

}  // namespace

size_t HuntResult::all() const { return sum(bred); }
size_t HuntResult::all_killed() const { return sum(killed); }

Result<Hunt> Hunt::prepare(const Vocabulary& words, const std::string& directory) {
  Hunt hunt(words);
  std::vector<std::string> paths;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(directory, missing)) {
    if (entry.path().extension() == ".toml") paths.push_back(entry.path().string());
  }
  if (missing) return fail(FaultKind::not_found, "no law pack is there", directory);
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    if (path.ends_with(kCases)) continue;
    RELAIS_TRY(tree, tree_of(path));
    hunt.trees_.emplace(fs::path(path).stem().string(), std::move(tree));
  }
  for (const std::string& path : paths) {
    if (!path.ends_with(kCases)) continue;
    RELAIS_TRY(file, CaseFile::load(words, path));
    hunt.files_.push_back(std::make_unique<CaseFile>(std::move(file)));
    hunt.group(*hunt.files_.back());
  }
  RELAIS_TRY_VOID(hunt.check());
  return hunt;
}

void Hunt::group(const CaseFile& file) {
  for (const Case& one : file.cases) {
    auto found = std::find_if(groups_.begin(), groups_.end(), [&](const Group& group) {
      return group.packs == file.packs && group.parameters == one.parameters;
    });
    if (found == groups_.end()) {
      groups_.push_back({file.packs, one.parameters, {}});
      found = groups_.end() - 1;
    }
    found->cases.push_back(&one);
  }
}

Result<void> Hunt::check() const {
  for (const Group& group : groups_) {
    RELAIS_TRY(law, law_of(group, "", nullptr));
    for (const Case* one : group.cases) {
      if (!one->mistakes.empty() || comes_out_otherwise(*law, *one)) {
        return fail(FaultKind::invalid, "a case fails before anything was changed", one->id);
      }
    }
  }
  return {};
}

Result<std::shared_ptr<const Law>> Hunt::law_of(const Group& group, const std::string& id,
                                                const PackTree* instead) const {
  std::vector<const PackTree*> trees;
  for (const std::string& pack : group.packs) {
    const auto found = trees_.find(pack);
    if (found == trees_.end()) {
      return fail(FaultKind::not_found, "no such pack", pack);
    }
    trees.push_back(pack == id ? instead : &found->second);
  }
  return Law::build(*words_, trees, group.parameters);
}

bool Hunt::is_killed(const std::string& pack, const Mutant& mutant) const {
  PackTree tree = trees_.at(pack);
  mutant.change(tree.root);
  std::vector<std::pair<std::shared_ptr<const Law>, const Group*>> laws;
  for (const Group& group : groups_) {
    if (std::find(group.packs.begin(), group.packs.end(), pack) == group.packs.end()) continue;
    const auto law = law_of(group, pack, &tree);
    if (!law) return true;
    for (const Case* one : group.cases) {
      if (names(*one, mutant.rule) && comes_out_otherwise(**law, *one)) return true;
    }
    laws.emplace_back(*law, &group);
  }
  for (const auto& [law, group] : laws) {
    for (const Case* one : group->cases) {
      if (!names(*one, mutant.rule) && comes_out_otherwise(*law, *one)) return true;
    }
  }
  return false;
}

Result<std::string> Hunt::case_for(const std::string& pack, const std::string& mutant,
                                   std::optional<Date> day) const {
  PackTree tree = trees_.at(pack);
  for (const Mutant& one : mutants_of(*words_, trees_.at(pack).root)) {
    if (one.name() == mutant) one.change(tree.root);
  }
  const auto uses = [&](const Group& group) {
    return std::find(group.packs.begin(), group.packs.end(), pack) != group.packs.end();
  };
  const auto found = std::find_if(groups_.begin(), groups_.end(), uses);
  if (found == groups_.end()) return fail(FaultKind::not_found, "no case uses the pack", pack);
  const auto make = [&](const PackTree* instead) {
    return [this, packs = found->packs, pack, instead](const Parameters& parameters) {
      return law_of(Group{packs, parameters, {}}, instead == nullptr ? "" : pack, instead);
    };
  };
  Versions versions{nullptr, nullptr, make(nullptr), make(&tree)};
  RELAIS_TRY(before, versions.make_before({}));
  RELAIS_TRY(after, versions.make_after({}));
  versions.before = before;
  versions.after = after;
  // Where a reader would look first: at home, that day, with the packs' own parameters.
  const Pack& home = *std::find_if(before->packs().begin(), before->packs().end(),
                                   [&](const Pack& one) { return one.id == pack; });
  Scope near;
  near.date = day;
  if (!home.jurisdictions.empty()) near.jurisdiction = home.jurisdictions[0];
  auto difference = Comparison(versions, false).first_difference(near);
  Comparison whole(std::move(versions), true);
  if (!difference) difference = whole.first_difference(near);
  if (!difference) difference = whole.first_difference({});
  if (!difference) return std::string();
  return to_case(*before, mutant, "Notices: " + mutant + ".", difference->witness,
                 difference->before);
}

std::vector<std::string> Hunt::packs() const {
  std::vector<std::string> ids;
  for (const auto& [id, tree] : trees_) ids.push_back(id);
  return ids;
}

HuntResult Hunt::run(const std::string& pack,
                     const std::function<void(size_t, size_t)>& progress) const {
  HuntResult result;
  result.pack = pack;
  const std::vector<Mutant> mutants = mutants_of(*words_, trees_.at(pack).root);
  std::vector<char> killed(mutants.size(), 0);
  std::atomic<size_t> next{0};
  size_t done = 0;
  std::mutex telling;
  const auto work = [&] {
    for (size_t i = next++; i < mutants.size(); i = next++) {
      killed[i] = is_killed(pack, mutants[i]) ? 1 : 0;
      const std::lock_guard<std::mutex> lock(telling);
      progress(++done, mutants.size());
    }
  };
  std::thread other(work);
  work();
  other.join();
  for (size_t i = 0; i < mutants.size(); ++i) {
    ++result.bred[mutants[i].mutation];
    if (killed[i] != 0) ++result.killed[mutants[i].mutation];
    if (killed[i] == 0) result.survivors.push_back(mutants[i].name());
  }
  return result;
}

}  // namespace relais::policy
