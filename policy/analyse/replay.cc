// SPDX-License-Identifier: Apache-2.0
#include "policy/analyse/replay.h"

#include <algorithm>
#include <filesystem>

#include "policy/analyse/witness.h"
#include "policy/digest.h"
#include "policy/text.h"

namespace relais::policy {
namespace {

Parameter like(const Parameter& stated, const std::string& text) {
  if (std::holds_alternative<bool>(stated)) return text == "true";
  if (std::holds_alternative<std::string>(stated)) return text;
  return static_cast<int64_t>(std::strtoll(text.c_str(), nullptr, 10));
}

std::string list_of(const std::vector<std::string>& list) {
  return list.empty() ? "nothing" : join(list, ", ");
}

std::string key_of(const Recorded& recorded) {
  std::string key = recorded.law_digest;
  for (const RecordedPack& pack : recorded.packs) key += " " + pack.digest;
  for (const auto& [name, value] : recorded.parameters) key += " " + name + "=" + value;
  return key;
}

class Comparer {
 public:
  void compare(const std::string& what, const std::string& recorded, const std::string& again) {
    if (recorded == again) return;
    differences.push_back(what + ": the record says " + (recorded.empty() ? "nothing" : recorded) +
                          ", decided again it is " + (again.empty() ? "nothing" : again));
  }
  std::vector<std::string> differences;
};

std::vector<RecordedStop> withheld_by(const Vocabulary& words, const Decision& decision) {
  std::vector<RecordedStop> list;
  for (const Verdict& verdict : decision.verdicts) {
    if (verdict.effect != Effect::must_not) continue;
    list.push_back({words.at(verdict.category).code, std::string(text_of(verdict.stop)),
                    verdict.rules.empty() ? "" : verdict.rules.front().id});
  }
  return list;
}

std::string text_of(const std::vector<RecordedStop>& stops) {
  std::vector<std::string> parts;
  for (const RecordedStop& stop : stops) {
    parts.push_back(stop.category + " (" + stop.stop + (stop.rule.empty() ? "" : " ") + stop.rule +
                    ")");
  }
  return join(parts, ", ");
}

std::string text_of(const std::vector<Ground>& grounds) {
  std::vector<std::string> parts;
  for (const Ground& ground : grounds) {
    parts.push_back(ground.rule + " [" + ground.citation + "; " + join(ground.bases, " ") + "]");
  }
  return join(parts, ", ");
}

// An offer is not among a Permit's attachments; a draft's record keeps both.
std::vector<std::string> attachments_of(const Decision& decision, bool with_offers) {
  std::vector<std::string> list;
  for (const std::string& one : decision.attachments) {
    const auto& offers = decision.offers;
    const bool offer = std::find(offers.begin(), offers.end(), one) != offers.end();
    if (with_offers || !offer) list.push_back(one);
  }
  return list;
}

// What a status may be of an outcome: what a human confirmed is "obliged" even where it was MAY.
bool fits(const Recorded& recorded, Outcome outcome) {
  if (!recorded.left()) return recorded.status == text_of(outcome);
  if (recorded.status == "obliged") return outcome == Outcome::oblige || outcome == Outcome::permit;
  return outcome == Outcome::permit;
}

}  // namespace

void Replay::add_packs(const std::string& directory) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    const std::string path = entry.path().string();
    if (!path.ends_with(".toml") || path.ends_with(".cases.toml")) continue;
    const auto text = read_file(path);
    if (text) packs_.emplace(to_hex(view(sha256_of(*text))), PackText{path, *text});
  }
}

void Replay::add_law(std::shared_ptr<const Law> law) {
  laws_[to_hex(view(law->digest()))] = std::move(law);
}

Result<std::shared_ptr<const Law>> Replay::assemble(const Recorded& recorded) const {
  std::vector<PackText> texts;
  for (const RecordedPack& pack : recorded.packs) {
    const auto found = packs_.find(pack.digest);
    if (found == packs_.end()) {
      return fail(FaultKind::not_found, "a pack of that day is not here",
                  pack.id + " " + pack.version + ", SHA-256 " + pack.digest);
    }
    texts.push_back(found->second);
  }
  RELAIS_TRY(stated, Law::parse_alone(words_, texts, {}));
  Parameters changed;
  for (const Pack& pack : stated->packs()) {
    for (const auto& [name, value] : pack.parameters) {
      const auto kept = recorded.parameters.find(pack.id + "." + name);
      if (kept == recorded.parameters.end() || kept->second == text_of(value)) continue;
      changed[name] = like(value, kept->second);
    }
  }
  if (changed.empty()) return stated;
  return Law::parse_alone(words_, texts, changed);
}

Result<std::shared_ptr<const Law>> Replay::law_for(const Recorded& recorded) {
  const auto whole = laws_.find(recorded.law_digest);
  if (whole != laws_.end()) return whole->second;
  const std::string key = key_of(recorded);
  const auto known = laws_.find(key);
  if (known != laws_.end()) return known->second;
  RELAIS_TRY(law, assemble(recorded));
  laws_[key] = law;
  return law;
}

Result<Decision> Replay::decide(const Recorded& recorded, const Law& law) const {
  RELAIS_TRY(facts, Facts::from_canonical(recorded.facts, words_));
  if (recorded.arrived()) return receive(law, facts, recorded.grounds);
  return decide_bare(law, facts);
}

std::vector<std::string> Replay::differences(const Recorded& recorded,
                                             const Decision& decision) const {
  Comparer comparer;
  if (!recorded.facts_digest.empty()) {
    comparer.compare("facts digest", recorded.facts_digest,
                     to_hex(view(sha256_of(recorded.facts))));
  }
  if (recorded.arrived()) {
    // What arrived was filed whole or not at all.
    std::vector<std::string> filed;
    for (const std::string& code : words_.codes(decision.released)) filed.push_back(code);
    for (const std::string& code : recorded.released) {
      const bool may = std::find(filed.begin(), filed.end(), code) != filed.end();
      if (!may) comparer.compare("filed", code, "refused");
    }
    return comparer.differences;
  }
  if (!fits(recorded, decision.outcome)) {
    comparer.compare("outcome", recorded.status, std::string(text_of(decision.outcome)));
  }
  comparer.compare("withheld", text_of(recorded.withheld), text_of(withheld_by(words_, decision)));
  comparer.compare("attachments", list_of(recorded.attachments),
                   list_of(attachments_of(decision, !recorded.left())));
  if (!recorded.left()) return comparer.differences;
  comparer.compare("released", list_of(recorded.released),
                   list_of(words_.codes(decision.released)));
  comparer.compare("grounds", text_of(recorded.grounds), text_of(decision.grounds));
  const bool lifted = decision.secrecy_ground != "not_bound";
  comparer.compare("secrecy ground", recorded.secrecy_ground,
                   decision.secrecy_ground + (lifted ? "@" + recorded.law_date : ""));
  return comparer.differences;
}

}  // namespace relais::policy
