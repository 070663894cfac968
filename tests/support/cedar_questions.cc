// SPDX-License-Identifier: Apache-2.0
// The common subset as a law, questions in it, and Cedar's answers.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "policy/case_file.h"
#include "policy/text.h"
#include "tests/support/cedar.h"

namespace relais::policy {
namespace {

// The text of a pack cut before each "[[": header and tables.
std::vector<std::string> tables_of(const std::string& text) {
  std::vector<std::string> tables;
  size_t from = 0;
  for (size_t at = text.find("\n[["); at != std::string::npos; at = text.find("\n[[", at + 1)) {
    tables.push_back(text.substr(from, at + 1 - from));
    from = at + 1;
  }
  tables.push_back(text.substr(from));
  return tables;
}

void remove_word(std::string& text, const std::string& word) {
  const std::string quoted_word = "\"" + word + "\"";
  for (size_t at = text.find(quoted_word); at != std::string::npos; at = text.find(quoted_word)) {
    size_t length = quoted_word.size();
    if (text.substr(at + length, 1) == ",") ++length;
    text.erase(at, length);
  }
}

void change_a_fact(const Vocabulary& words, Facts& facts, std::mt19937_64& random) {
  const auto key = static_cast<FactKey>(random() % kFactKeys);
  const FactKind kind = kind_of(key);
  if (kind == FactKind::date || kind == FactKind::jurisdiction || kind == FactKind::state) return;
  if (kind == FactKind::purpose) {
    return facts.set_raw(key, uint64_t{1} << random() % words.purposes().size());
  }
  if (kind == FactKind::category_set) {
    return facts.set(key, CategorySet{random()} & words.decidable());
  }
  if (random() % 3 == 0) return facts.forget(key);
  if (kind == FactKind::integer) return facts.set_integer(key, static_cast<int64_t>(random() % 9));
  facts.set_raw(key, uint64_t{1} << random() % allowed_values(key).size());
}

std::string json_value(const Law& law, const Facts& facts, FactKey key) {
  const std::string text = facts.text(law.words(), key);
  const FactKind kind = kind_of(key);
  if (kind == FactKind::integer) return text;
  const bool set = kind == FactKind::code_set || kind == FactKind::category_set;
  if (!set) return "\"" + text + "\"";
  return text.empty() ? "[]" : "[\"" + join(split(text, ','), "\",\"") + "\"]";
}

Result<void> write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text << std::flush;
  if (!file) return fail(FaultKind::unavailable, "cannot write the file", path);
  return {};
}

Result<CedarAnswers> run_cedar(const std::string& folder, const std::string& source) {
  const std::string command = "node " + source + "/tests/bench/cedar/ask.mjs " + folder;
  FILE* const output = ::popen(command.c_str(), "r");
  if (output == nullptr) return fail(FaultKind::unavailable, "cannot start node");
  CedarAnswers answers;
  const int read =
      std::fscanf(output, "%zu %lf %lf", &answers.policies, &answers.median_us, &answers.p99_us);
  if (::pclose(output) != 0 || read != 3) {
    return fail(FaultKind::unavailable, "cedar did not answer; was admin/setup --tests run?");
  }
  RELAIS_TRY(text, read_file(folder + "/answers"));
  for (const char c : text) {
    if (c != '\n') answers.allowed.push_back(c == '1');
  }
  return answers;
}

}  // namespace

Result<std::shared_ptr<const Law>> common_subset(const Vocabulary& words,
                                                 const std::string& folder) {
  RELAIS_TRY(whole, Law::load(words, {folder, {"fr", "eu"}, {}}));
  std::string pack;
  for (const char* name : {"fr", "eu"}) {
    RELAIS_TRY(text, read_file(folder + "/" + name + ".toml"));
    std::vector<std::string> tables = tables_of(text);
    if (pack.empty()) pack = tables[0];  // header and parameters
    for (size_t i = 1; i < tables.size(); ++i) {
      const bool bar = tables[i].starts_with("[[bar]]");
      for (const Rule& rule : whole->rules()) {
        if (bar && rule.kind == RuleKind::duty) remove_word(tables[i], rule.id);
      }
      if (bar || tables[i].starts_with("[[lift]]")) pack += tables[i];
    }
  }
  pack += "[[silence]]\nid = \"fr.everything\"\ncite = \"-\"\nin_force = \"unverified\"\n";
  return Law::parse(words, {{"common.toml", pack}});
}

std::string cedar_request(const Law& law, const Question& question) {
  const std::string category = law.words().at(question.category).code;
  const std::string purpose = question.facts.text(law.words(), FactKey::purpose);
  std::string context = "\"category\":\"" + category + "\"";
  for (size_t i = 0; i < kFactKeys; ++i) {
    const auto key = static_cast<FactKey>(i);
    const bool asked = question.facts.is_known(key) &&
                       (law.mentions(key) || key == FactKey::need || key == FactKey::purpose ||
                        text_of(key).starts_with("consent."));
    if (asked)
      context += ",\"" + cedar_attribute(key) + "\":" + json_value(law, question.facts, key);
  }
  return "{\"action\":{\"type\":\"Purpose\",\"id\":\"" + purpose +
         "\"},\"resource\":{\"type\":\"Category\",\"id\":\"" + category + "\"},\"context\":{" +
         context + "}}\n";
}

Result<std::vector<Question>> random_questions(const Law& law, const std::string& folder,
                                               size_t count, uint64_t seed) {
  RELAIS_TRY(file, CaseFile::load(law.words(), folder + "/fr.cases.toml"));
  std::mt19937_64 random(seed);
  std::vector<Question> questions;
  while (questions.size() < count) {
    Question question{file.cases[random() % file.cases.size()].facts, 0};
    Facts& facts = question.facts;
    for (uint64_t changes = random() % 4; changes > 0; --changes) {
      change_a_fact(law.words(), facts, random);
    }
    const CategorySet needed = facts.categories(FactKey::need) & law.words().decidable();
    const auto from =
        law.words().codes(random() % 4 == 0 || needed.empty() ? law.words().decidable() : needed);
    question.category = *law.words().find(from[random() % from.size()]);
    facts.forget(FactKey::state);
    facts.set(FactKey::date, *Date::of(2026, 11, 1));
    facts.set(FactKey::data, CategorySet::only(question.category));
    facts.set(FactKey::need, facts.categories(FactKey::need));
    facts.set_raw(FactKey::sender_jurisdiction, *encode_jurisdiction("FR"));
    facts.set_raw(FactKey::recipient_jurisdiction, *encode_jurisdiction("FR"));
    if (facts.is_known(FactKey::purpose)) questions.push_back(std::move(question));
  }
  return questions;
}

Result<CedarAnswers> ask_cedar(const Law& law, const std::vector<Question>& questions,
                               const std::string& source) {
  std::string folder = (std::filesystem::temp_directory_path() / "relais-cedar-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return fail(FaultKind::unavailable, "no folder");
  std::string requests;
  for (const Question& question : questions) requests += cedar_request(law, question);
  auto written = write_file(folder + "/policies.cedar", cedar_policies(law));
  if (written) written = write_file(folder + "/requests.jsonl", requests);
  Result<CedarAnswers> answers = fail(FaultKind::unavailable, "nothing was asked");
  if (written) answers = run_cedar(folder, source);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  if (!written) return tl::unexpected(written.error());
  return answers;
}

}  // namespace relais::policy
