// SPDX-License-Identifier: Apache-2.0
// Every decision that any of the nodes recorded, under all the laws there were meanwhile, is made
// again from its record and comes out as it was; also elsewhere, from a file.
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "policy/document.h"
#include "tests/e2e/chapters.h"

namespace relais::e2e {
namespace {

using Json = nlohmann::json;

Json replayed(Stage& stage, const std::string& agency, std::vector<std::string> more) {
  std::vector<std::string> words{"--json", "policy", "replay"};
  words.insert(words.end(), more.begin(), more.end());
  const auto ended = stage.federation->relaisctl(agency, std::move(words));
  if (!ended) return ended.error().where;
  const Json said = Json::parse(ended->output, nullptr, false);
  return said.is_object() ? said : Json(ended->output + ended->errors);
}

bool agrees(const Json& said) {
  return said.is_object() && said.value("agree", 0) > 0 && said.value("differ", 1) == 0 &&
         said.value("law_not_here", 1) == 0 && said.value("not_opened", 1) == 0;
}

// The records with one withheld category of the first less than there was.
std::string falsified(const std::string& records) {
  std::string lines = records;
  const size_t at = lines.find("\"withheld\":[{");
  if (at != std::string::npos) lines.replace(at, 12, "\"withheld_\":[");
  return lines;
}

}  // namespace

void tell_replay(Stage& stage) {
  for (const std::string& agency : stage.federation->agencies()) {
    const Json said = replayed(stage, agency, {});
    stage.tap.check(agrees(said), agency + ": every recorded decision comes out again as it was",
                    said.dump());
  }
  const std::string file = stage.folder + "/records.jsonl";
  replayed(stage, "sds-69", {"--save", file});
  const std::string records = policy::read_file(file).value_or("");
  const std::string archive = stage.federation->seat("sds-69").file("law-archive");
  const Json offline =
      replayed(stage, "", {file, "--archive", archive, "--law", stage.source + "/policy/law"});
  stage.tap.check(agrees(offline), "and so they do elsewhere, from a file", offline.dump());
  std::ofstream(file, std::ios::trunc) << falsified(records);
  const Json found =
      replayed(stage, "", {file, "--archive", archive, "--law", stage.source + "/policy/law"});
  stage.tap.check(found.is_object() && found.value("differ", 0) == 1,
                  "a record that says less was withheld is told apart", found.dump());
  std::filesystem::remove(file);
}

}  // namespace relais::e2e
