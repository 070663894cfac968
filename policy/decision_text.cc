// SPDX-License-Identifier: Apache-2.0
#include "policy/decision_text.h"

#include <nlohmann/json.hpp>

#include "policy/explain.h"
#include "policy/text.h"

namespace relais::policy {
namespace {

using nlohmann::json;

json rules_json(const std::vector<RuleRef>& rules) {
  json list = json::array();
  for (const RuleRef& rule : rules) list.push_back({{"rule", rule.id}, {"cite", rule.cite}});
  return list;
}

json verdict_json(const Vocabulary& words, const Verdict& verdict) {
  return {{"category", words.at(verdict.category).code},
          {"effect", text_of(verdict.effect)},
          {"stop", text_of(verdict.stop)},
          {"rules", rules_json(verdict.rules)}};
}

json counterfactual_json(const Vocabulary& words, const Counterfactual& one) {
  json changes = json::array();
  for (const Change& change : one.changes) changes.push_back(change.text());
  return {{"changes", changes},
          {"outcome", text_of(one.outcome)},
          {"released", words.codes(one.released)}};
}

template <class List, class Convert>
json list_json(const List& list, Convert convert) {
  json result = json::array();
  for (const auto& one : list) result.push_back(convert(one));
  return result;
}

std::string rules_line(const std::vector<RuleRef>& rules) {
  std::string line;
  for (const RuleRef& rule : rules) line += (line.empty() ? "" : "; ") + rule.id;
  return line.empty() ? line : "  [" + line + "]";
}

std::string line_of(std::string_view title, const std::vector<std::string>& list) {
  return list.empty() ? std::string() : std::string(title) + ": " + join(list, ", ") + "\n";
}

}  // namespace

std::string to_json(const Vocabulary& words, const Decision& decision) {
  json object;
  object["outcome"] = text_of(decision.outcome);
  object["released"] = words.codes(decision.released);
  object["verdicts"] =
      list_json(decision.verdicts, [&](const Verdict& one) { return verdict_json(words, one); });
  object["grounds"] = list_json(decision.grounds, [](const Ground& one) {
    return json{{"rule", one.rule}, {"cite", one.citation}, {"bases", one.bases}};
  });
  object["stops"] = list_json(decision.stops, [&](const Stop& one) {
    return json{{"kind", text_of(one.kind)},
                {"rule", one.rule.id},
                {"cite", one.rule.cite},
                {"categories", words.codes(one.categories)}};
  });
  object["bases"] = decision.bases;
  object["secrecy_ground"] = decision.secrecy_ground;
  object["attachments"] = decision.attachments;
  object["offers"] = decision.offers;
  object["asks"] = list_json(decision.asks, [](FactKey key) { return json(text_of(key)); });
  object["counterfactuals"] = list_json(decision.counterfactuals, [&](const Counterfactual& one) {
    return counterfactual_json(words, one);
  });
  object["packs"] = list_json(decision.packs, [](const UsedPack& one) {
    return json{{"id", one.id},
                {"version", one.version},
                {"digest", to_hex(view(one.digest))},
                {"reviewed", one.reviewed}};
  });
  object["reviewed_by_counsel"] = decision.reviewed();
  object["engine"] = kEngineVersion;
  return object.dump(2) + "\n";
}

std::string to_lines(const Vocabulary& words, const Decision& decision) {
  std::string lines = "outcome: " + std::string(text_of(decision.outcome)) + "\n";
  for (const Verdict& verdict : decision.verdicts) {
    lines += "  " + words.at(verdict.category).code + ": " + std::string(text_of(verdict.effect));
    if (verdict.stop != StopKind::none) lines += " (" + std::string(text_of(verdict.stop)) + ")";
    lines += rules_line(verdict.rules) + "\n";
  }
  lines += line_of("attachments", decision.attachments);
  std::vector<std::string> asks;
  for (const FactKey key : decision.asks) asks.emplace_back(text_of(key));
  lines += line_of("asks", asks);
  for (const Counterfactual& one : decision.counterfactuals) {
    lines += "would be " + std::string(text_of(one.outcome)) + " if: " + one.text() + "\n";
  }
  const Label words_for_professional = explain_to_professional(words, decision);
  lines += "fr: " + words_for_professional.fr + "\nen: " + words_for_professional.en + "\n";
  return lines;
}

}  // namespace relais::policy
