// SPDX-License-Identifier: Apache-2.0
#include "policy/law.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>

#include "policy/law_loader.h"

namespace relais::policy {
namespace {

using LawResult = Result<std::shared_ptr<const Law>>;

LawResult conclude(LawLoader& loader, Problems& found, Problems* wanted) {
  std::shared_ptr<const Law> law = loader.finish();
  if (wanted != nullptr) *wanted = found;
  if (law != nullptr) return law;
  return fail(FaultKind::invalid, "a law pack does not load", found.sentences());
}

}  // namespace

std::string text_of(const Parameter& parameter) {
  if (const auto* flag = std::get_if<bool>(&parameter)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<int64_t>(&parameter)) return std::to_string(*number);
  return std::get<std::string>(parameter);
}

LawResult Law::load(const Vocabulary& words, const LawSource& source, Problems* problems) {
  const auto path_of = [&](const std::string& id) { return source.directory + "/" + id + ".toml"; };
  Problems found;
  LawLoader loader(words, source.parameters, found, [&](const std::string& id) {
    std::error_code ignored;
    return std::filesystem::exists(path_of(id), ignored);
  });
  for (const std::string& id : source.packs) {
    const std::string path = path_of(id);
    const auto text = read_file(path);
    if (text) loader.read({path, *text}, id);
    if (!text) found.add(path, {0, 0}, "cannot read the pack \"" + id + "\"");
  }
  return conclude(loader, found, problems);
}

LawResult Law::parse(const Vocabulary& words, const std::vector<PackText>& packs,
                     const Parameters& parameters, Problems* problems) {
  Problems found;
  LawLoader loader(words, parameters, found, [](const std::string&) { return false; });
  for (const PackText& pack : packs) loader.read(pack, "");
  return conclude(loader, found, problems);
}

LawResult Law::parse_alone(const Vocabulary& words, const std::vector<PackText>& packs,
                           const Parameters& parameters) {
  Problems found;
  LawLoader loader(words, parameters, found, [](const std::string&) { return true; });
  for (const PackText& pack : packs) loader.read(pack, "");
  return conclude(loader, found, nullptr);
}

LawResult Law::build(const Vocabulary& words, const std::vector<const PackTree*>& packs,
                     const Parameters& parameters, Problems* problems) {
  Problems found;
  LawLoader loader(words, parameters, found, [](const std::string&) { return true; });
  for (const PackTree* pack : packs) loader.read(*pack);
  return conclude(loader, found, problems);
}

const Accounting* Law::accounting(std::string_view id) const {
  for (const Pack& pack : packs_) {
    for (const Accounting& one : pack.accountings) {
      if (one.id == id) return &one;
    }
  }
  return nullptr;
}

const Rule* Law::find(std::string_view id) const {
  const auto found = std::lower_bound(
      by_id_.begin(), by_id_.end(), id,
      [&](uint16_t number, std::string_view key) { return rules_[number].id < key; });
  const bool known = found != by_id_.end() && rules_[*found].id == id;
  return known ? &rules_[*found] : nullptr;
}

Parameters Law::parameters() const {
  Parameters all;
  for (const Pack& pack : packs_) {
    for (const auto& [name, value] : pack.parameters) all[pack.id + "." + name] = value;
  }
  return all;
}

}  // namespace relais::policy
