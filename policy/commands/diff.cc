// SPDX-License-Identifier: Apache-2.0
// policy diff: two versions of a pack, or two directories of packs, and every way in which a
// decision changes between them, with a request that shows it: a legal regression test.
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "policy/analyse/comparison.h"
#include "policy/commands/verbs.h"

namespace relais::policy {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// The texts that make one version.
struct Version {
  std::vector<PackText> packs;
};

Result<PackText> text_at(const std::string& path) {
  RELAIS_TRY(text, read_file(path));
  return PackText{path, std::move(text)};
}

Result<Version> read_directory(const std::string& directory, const std::string& but) {
  Version version;
  for (const std::string& id : packs_in(directory)) {
    if (id == but) continue;
    RELAIS_TRY(pack, text_at(directory + "/" + id + ".toml"));
    version.packs.push_back(std::move(pack));
  }
  return version;
}

std::string id_of(const PackText& pack) {
  Problems ignored;
  const auto root = parse_toml(pack.text, pack.name, ignored);
  const Node* header = root ? root->find("pack") : nullptr;
  const Node* id = header == nullptr ? nullptr : header->find("id");
  return id == nullptr ? std::string() : id->text;
}

// A pack file stands among the other packs of --law, unless --alone.
Result<Version> read_version(const Call& call, const std::string& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    RELAIS_TRY(version, read_directory(path, ""));
    if (version.packs.empty()) return fail(FaultKind::not_found, "no law pack is there", path);
    return version;
  }
  RELAIS_TRY(pack, text_at(path));
  Version version;
  if (!call.given.has("--alone")) {
    RELAIS_TRY(others, read_directory(call.given.law(), id_of(pack)));
    version = std::move(others);
  }
  version.packs.push_back(std::move(pack));
  return version;
}

MakeLaw maker(const Call& call, const Version& version) {
  return [&call, version](const Parameters& more) -> Result<std::shared_ptr<const Law>> {
    RELAIS_TRY(parameters, parameters_of(call.given));
    for (const auto& [name, value] : more) parameters[name] = value;
    return Law::parse_alone(call.words, version.packs, parameters);
  };
}

Result<Scope> scope_of(const Call& call) {
  Scope scope;
  RELAIS_TRY(date, date_of(call, "any"));
  scope.date = date;
  if (!call.given.has("--jurisdiction")) return scope;
  RELAIS_TRY(place, encode_value(call.words, FactKey::sender_jurisdiction,
                                 call.given.one("--jurisdiction")));
  scope.jurisdiction = place;
  return scope;
}

std::string was(const Vocabulary& words, const Decision& decision) {
  std::string codes;
  for (const std::string& code : words.codes(decision.released)) codes += " " + code;
  return std::string(text_of(decision.outcome)) + "," + (codes.empty() ? " nothing" : codes);
}

std::string conclusion(size_t found, size_t rules, size_t received) {
  if (found > 0) return std::to_string(found) + " changes of decisions, each with a case";
  if (rules == 0) return "equivalent: the same rules";
  if (received > 0) {
    return "the sender's decisions are proven equivalent; the receiver's boundary reads " +
           std::to_string(received) + " changed rules, and may decide otherwise";
  }
  return "equivalent: proven over every request; the receiver reads the same";
}

int print(const Call& call, const std::vector<Difference>& found,
          const std::vector<std::string>& rules, const std::vector<std::string>& received) {
  json object{{"rules", rules}, {"receiver_rules", received}, {"changes", json::array()}};
  object["equivalent"] = found.empty() && received.empty();
  object["conclusion"] = conclusion(found.size(), rules.size(), received.size());
  if (!call.json() && !found.empty()) call.out << case_head(*found[0].law) << "\n";
  size_t number = 0;
  for (const Difference& one : found) {
    const std::string note = one.what + "; before: " + was(call.words, one.before);
    const std::string text =
        to_case(*one.law, "change-" + std::to_string(++number), note, one.witness, one.after);
    object["changes"].push_back({{"what", one.what}, {"case", text}});
    if (!call.json()) call.out << text << "\n";
  }
  if (call.json()) {
    call.out << object.dump(2) << "\n";
  } else {
    for (const std::string& line : rules) call.out << "# " << line << "\n";
    call.out << "# " << object["conclusion"].get<std::string>() << "\n";
  }
  return object["equivalent"].get<bool>() ? kDone : kFound;
}

}  // namespace

int run_diff(const Call& call) {
  if (call.given.operands.size() != 2) return call.usage("diff takes OLD and NEW");
  const auto scope = scope_of(call);
  if (!scope) {
    return call.usage(std::string(scope.error().message.view()) + ": " + scope.error().where);
  }
  const auto before = read_version(call, call.given.operands[0]);
  if (!before) return call.fault(before.error());
  const auto after = read_version(call, call.given.operands[1]);
  if (!after) return call.fault(after.error());
  Versions versions{nullptr, nullptr, maker(call, *before), maker(call, *after)};
  const auto old_law = versions.make_before({});
  if (!old_law) return call.fault(old_law.error());
  const auto new_law = versions.make_after({});
  if (!new_law) return call.fault(new_law.error());
  versions.before = *old_law;
  versions.after = *new_law;
  Comparison comparison(std::move(versions), call.given.has("--any-parameter"));
  const auto rules = comparison.rules_changed();
  const auto found = comparison.differences(*scope);
  return print(call, found, rules, comparison.receiver_rules_changed());
}

}  // namespace relais::policy
