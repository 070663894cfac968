// SPDX-License-Identifier: Apache-2.0
#include "policy/commands/call.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "policy/fact_table.h"
#include "policy/text.h"

namespace relais::policy {
namespace {

namespace fs = std::filesystem;

Parameter parameter_from(const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  const bool number =
      !text.empty() && text.size() <= 9 &&
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (number) return static_cast<int64_t>(std::stol(text));
  return text;
}

}  // namespace

std::string Given::one(std::string_view name, const std::string& otherwise) const {
  const auto found = options.find(name);
  return found == options.end() ? otherwise : found->second.back();
}

std::vector<std::string> Given::all(std::string_view name) const {
  std::vector<std::string> values;
  const auto found = options.find(name);
  if (found == options.end()) return values;
  for (const std::string& value : found->second) {
    for (std::string& part : split(value, ',')) values.push_back(std::move(part));
  }
  return values;
}

int Call::fault(const Fault& fault) const {
  if (json()) {
    const nlohmann::json object{{"error", fault.message.view()}, {"where", fault.where}};
    err << object.dump() << "\n";
  } else {
    err << fault.message.view() << (fault.where.empty() ? "" : "\n" + fault.where) << "\n";
  }
  const bool missing = fault.kind == FaultKind::not_found || fault.kind == FaultKind::unavailable;
  return missing ? kUnavailable : kFound;
}

int Call::usage(const std::string& message) const {
  err << message << "\ntry: policy " << given.verb << " --help\n";
  return kUsage;
}

void Progress::step(size_t done) {
  const auto now = Clock::now();
  if (now - told_ < std::chrono::seconds(1)) return;
  told_ = now;
  err_ << what_ << ": " << done;
  if (all_ > 0) err_ << " of " << all_;
  err_ << std::endl;
}

std::string vocabulary_path(const Given& given) {
  std::string wanted = given.one("--vocabulary");
  if (!wanted.empty()) return wanted;
  std::error_code ignored;
  const fs::path beside = fs::path(given.law()).parent_path() / "vocabulary.toml";
  return fs::exists(beside, ignored) ? beside.string() : "policy/vocabulary.toml";
}

std::vector<std::string> files_in(const std::string& directory, std::string_view suffix) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(directory, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(suffix)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> packs_in(const std::string& directory) {
  std::vector<std::string> ids;
  for (const std::string& name : files_in(directory, ".toml")) {
    if (!name.ends_with(".cases.toml")) ids.push_back(name.substr(0, name.size() - 5));
  }
  return ids;
}

std::vector<std::string> packs_of(const Given& given) {
  return given.has("--packs") ? given.all("--packs") : packs_in(given.law());
}

Result<Parameters> parameters_of(const Given& given) {
  Parameters parameters;
  for (const std::string& text : given.all("--param")) {
    const size_t at = text.find('=');
    if (at == std::string::npos || at == 0) {
      return fail(FaultKind::invalid, "a parameter is set as name=value", text);
    }
    parameters[text.substr(0, at)] = parameter_from(text.substr(at + 1));
  }
  return parameters;
}

Result<std::shared_ptr<const Law>> law_of(const Call& call, const Parameters& more) {
  RELAIS_TRY(parameters, parameters_of(call.given));
  for (const auto& [name, value] : more) parameters[name] = value;
  const std::vector<std::string> packs = packs_of(call.given);
  if (packs.empty()) return fail(FaultKind::not_found, "no law pack is there", call.given.law());
  return Law::load(call.words, {call.given.law(), packs, parameters});
}

Result<Facts> facts_from(const Vocabulary& words, const std::string& name, Parameters& parameters) {
  std::string text;
  if (name.empty()) {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    RELAIS_TRY(content, read_file(name));
    text = std::move(content);
  }
  const std::string place = name.empty() ? "standard input" : name;
  Problems problems;
  Facts facts;
  const bool toml = name.ends_with(".toml");
  const auto root = toml ? parse_toml(text, place, problems) : parse_json(text, place, problems);
  if (root) read_facts(words, *root, place, facts, parameters, problems);
  if (!problems.empty()) {
    return fail(FaultKind::invalid, "the facts cannot be read", problems.sentences());
  }
  if (!facts.is_known(FactKey::date)) {
    return fail(FaultKind::invalid, "the law in force on which day? a fact is missing", "date");
  }
  return facts;
}

}  // namespace relais::policy
