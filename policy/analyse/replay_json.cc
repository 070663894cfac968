// SPDX-License-Identifier: Apache-2.0
// Recorded decisions as JSON, one object a line: what an auditor takes along.
#include <nlohmann/json.hpp>

#include "policy/analyse/replay.h"
#include "policy/document.h"
#include "policy/text.h"

namespace relais::policy {
namespace {

using nlohmann::json;

// The texts of a record, by name.
struct TextField {
  const char* name;
  std::string Recorded::*field;
};
constexpr TextField kTexts[] = {{"entry", &Recorded::entry},
                                {"event", &Recorded::event},
                                {"status", &Recorded::status},
                                {"facts", &Recorded::facts},
                                {"facts_digest", &Recorded::facts_digest},
                                {"law_date", &Recorded::law_date},
                                {"law_digest", &Recorded::law_digest},
                                {"engine", &Recorded::engine},
                                {"secrecy_ground", &Recorded::secrecy_ground}};

std::string text_in(const Node& object, const char* key) {
  const Node* found = object.find(key);
  return found == nullptr ? std::string() : found->text;
}

std::vector<std::string> texts_in(const Node& object, const char* key) {
  std::vector<std::string> texts;
  const Node* list = object.find(key);
  if (list == nullptr) return texts;
  for (const Node& item : list->items) texts.push_back(item.text);
  return texts;
}

template <class Visit>
void each_in(const Node& object, const char* key, Visit visit) {
  const Node* list = object.find(key);
  if (list == nullptr) return;
  for (const Node& item : list->items) visit(item);
}

Recorded recorded_from(const Node& object) {
  Recorded one;
  for (const TextField& text : kTexts) one.*text.field = text_in(object, text.name);
  one.released = texts_in(object, "released");
  one.attachments = texts_in(object, "attachments");
  each_in(object, "packs", [&](const Node& pack) {
    one.packs.push_back({text_in(pack, "id"), text_in(pack, "version"), text_in(pack, "digest")});
  });
  each_in(object, "withheld", [&](const Node& stop) {
    one.withheld.push_back(
        {text_in(stop, "category"), text_in(stop, "stop"), text_in(stop, "rule")});
  });
  each_in(object, "grounds", [&](const Node& ground) {
    one.grounds.push_back(
        {text_in(ground, "rule"), text_in(ground, "cite"), texts_in(ground, "bases")});
  });
  if (const Node* parameters = object.find("parameters")) {
    for (const Member& member : parameters->members) one.parameters[member.key] = member.value.text;
  }
  return one;
}

}  // namespace

std::string to_json(const Recorded& recorded) {
  json object = json::object();
  for (const TextField& text : kTexts) {
    if (!(recorded.*text.field).empty()) object[text.name] = recorded.*text.field;
  }
  object["released"] = recorded.released;
  object["attachments"] = recorded.attachments;
  object["parameters"] = recorded.parameters;
  object["packs"] = json::array();
  for (const RecordedPack& pack : recorded.packs) {
    object["packs"].push_back(
        {{"id", pack.id}, {"version", pack.version}, {"digest", pack.digest}});
  }
  object["withheld"] = json::array();
  for (const RecordedStop& stop : recorded.withheld) {
    object["withheld"].push_back(
        {{"category", stop.category}, {"stop", stop.stop}, {"rule", stop.rule}});
  }
  object["grounds"] = json::array();
  for (const Ground& ground : recorded.grounds) {
    object["grounds"].push_back(
        {{"rule", ground.rule}, {"cite", ground.citation}, {"bases", ground.bases}});
  }
  return object.dump();
}

Result<std::vector<Recorded>> recorded_from_json(const std::string& lines,
                                                 const std::string& name) {
  std::vector<Recorded> all;
  Problems problems;
  int number = 0;
  for (const std::string& line : split(lines, '\n')) {
    ++number;
    if (line.empty()) continue;
    const std::string place = name + ", line " + std::to_string(number);
    const auto root = parse_json(line, place, problems);
    if (!root) continue;
    all.push_back(recorded_from(*root));
    if (all.back().entry.empty()) problems.add(place, {0, 0}, "\"entry\" is missing");
  }
  if (problems.empty()) return all;
  return fail(FaultKind::invalid, "the records cannot be read", problems.sentences());
}

}  // namespace relais::policy
