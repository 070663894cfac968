// SPDX-License-Identifier: Apache-2.0
// directory questions: each category a service declares is a question put to a person. How many
// there are, how many must be answered, and the reason given for each.
#include <nlohmann/json.hpp>

#include "admin/commands/commands.h"
#include "admin/directory_file.h"
#include "admin/files.h"

namespace relais::admin {
namespace {

using Json = nlohmann::json;

std::string count_text(size_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

Json questions_of(const Service& service, bool required, const policy::Vocabulary& words) {
  Json list = Json::array();
  for (const Need& need : service.needs) {
    if (need.required != required) continue;
    list.push_back({{"category", words.at(need.category).code}, {"reason", need.reason}});
  }
  return list;
}

std::string lines_of(const Json& questions, const char* how) {
  std::string lines;
  for (const Json& one : questions) {
    lines += std::string("    ") + how + "  " + one["category"].get<std::string>() + "  " +
             one["reason"].get<std::string>() + "\n";
  }
  return lines;
}

}  // namespace

int run_questions(const Arguments& given, Output& output) {
  const auto words = vocabulary(given);
  if (!words) return output.fault(words.error());
  const auto directory = directory_of(given, *words);
  if (!directory) return output.fault(directory.error());
  Json services = Json::array();
  std::string text;
  for (const Agency& agency : directory->agencies) {
    for (const Service& service : agency.services) {
      const Json required = questions_of(service, true, *words);
      const Json optional = questions_of(service, false, *words);
      services.push_back({{"agency", agency.id.text()},
                          {"service", service.id.text()},
                          {"questions", service.needs.size()},
                          {"required", required},
                          {"optional", optional}});
      text += agency.id.text() + "/" + service.id.text() + "  " + service.name.en + ": " +
              count_text(service.needs.size(), "question", "questions") + ", " +
              std::to_string(required.size()) + " required, " + std::to_string(optional.size()) +
              " optional\n" + lines_of(required, "required") + lines_of(optional, "optional");
    }
  }
  return output.done({{"directory_version", directory->version}, {"services", services}},
                     text.empty() ? "no service asks for anything" : text);
}

}  // namespace relais::admin
