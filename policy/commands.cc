// SPDX-License-Identifier: Apache-2.0
#include "policy/commands.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <ostream>
#include <vector>

#include "policy/case_file.h"
#include "policy/coverage.h"
#include "policy/decision_text.h"
#include "policy/fact_table.h"
#include "policy/lifecycle.h"
#include "policy/text.h"

namespace relais::policy {
namespace {

namespace fs = std::filesystem;

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kUnavailable = 3;

struct Request {
  std::string verb;
  std::vector<std::string> files;
  std::map<std::string, std::string> options;
  bool json = false;

  std::string option(const std::string& name, const std::string& otherwise) const {
    const auto found = options.find(name);
    return found == options.end() ? otherwise : found->second;
  }
  std::string law() const { return option("--law", "policy/law"); }
};

int usage(std::ostream& err, const std::string& message) {
  err << message << "\n"
      << "usage: policy test FILE… [--law DIR] [--tests DIR]\n"
      << "       policy check [--law DIR]\n"
      << "       policy decide [FILE] [--law DIR] [--packs a,b] [--json]\n"
      << "       policy states\n";
  return kUsage;
}

// The options each verb takes; "--json" takes no value.
std::optional<std::string> parse(std::span<const std::string> args, Request& request) {
  constexpr std::string_view kVerbs[] = {"test", "check", "decide", "states"};
  const std::vector<std::string_view> verbs(std::begin(kVerbs), std::end(kVerbs));
  if (args.empty()) return "a verb is missing";
  request.verb = args[0];
  if (std::find(verbs.begin(), verbs.end(), request.verb) == verbs.end()) {
    return "unknown verb \"" + request.verb + "\"" + did_you_mean(nearest(request.verb, verbs));
  }
  const std::vector<std::string_view> known{"--law", "--tests", "--packs", "--vocabulary",
                                            "--json"};
  for (size_t i = 1; i < args.size(); ++i) {
    if (!args[i].starts_with("--")) {
      request.files.push_back(args[i]);
    } else if (args[i] == "--json") {
      request.json = true;
    } else if (std::find(known.begin(), known.end(), args[i]) == known.end()) {
      return "unknown option \"" + args[i] + "\"" + did_you_mean(nearest(args[i], known));
    } else if (i + 1 == args.size()) {
      return "option \"" + args[i] + "\" needs a value";
    } else {
      request.options[args[i]] = args[i + 1];
      ++i;
    }
  }
  return std::nullopt;
}

int report(std::ostream& err, const Fault& fault) {
  err << fault.message.view() << (fault.where.empty() ? "" : "\n" + fault.where) << "\n";
  const bool missing = fault.kind == FaultKind::not_found || fault.kind == FaultKind::unavailable;
  return missing ? kUnavailable : kFailed;
}

std::string vocabulary_path(const Request& request) {
  const std::string wanted = request.option("--vocabulary", "");
  if (!wanted.empty()) return wanted;
  std::error_code ignored;
  const fs::path beside = fs::path(request.law()).parent_path() / "vocabulary.toml";
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

bool is_named_in(const std::string& directory, const std::string& test) {
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(directory, ignored)) {
    if (!entry.is_regular_file(ignored)) continue;
    const auto text = read_file(entry.path().string());
    if (text && text->find(test) != std::string::npos) return true;
  }
  return false;
}

class CaseRun {
 public:
  CaseRun(const Vocabulary& words, const Request& request, std::ostream& out)
      : words_(words), request_(request), out_(out), shelf_(words, request.law()) {}

  void run_file(const std::string& path) {
    const auto file = CaseFile::load(words_, path);
    if (!file) {
      out_ << file.error().message.view() << ": " << file.error().where << "\n";
      ++failed_;
      return;
    }
    for (const Case& one : file->cases) run_case(*file, one);
    for (const Elsewhere& row : file->elsewhere) check_elsewhere(*file, row);
  }

  int finish() {
    if (elsewhere_ > 0) out_ << elsewhere_ << " rows are covered by tests elsewhere\n";
    out_ << passed_ << " passed, " << failed_ << " failed\n";
    return failed_ == 0 ? kDone : kFailed;
  }

  const Coverage& coverage() const { return coverage_; }
  int failed() const { return failed_; }

 private:
  void run_case(const CaseFile& file, const Case& one) {
    const auto law = shelf_.get(file.packs, one.parameters);
    if (!law) return complain(file, one.at, one.id, {law.error().where});
    const auto found = differences(**law, one, evaluate(**law, one.facts));
    coverage_.count(**law, one.facts);
    if (!found.empty()) return complain(file, one.at, one.id, found);
    ++passed_;
  }

  void check_elsewhere(const CaseFile& file, const Elsewhere& row) {
    ++elsewhere_;
    const std::string tests = request_.option("--tests", "");
    if (tests.empty() || is_named_in(tests, row.test)) return;
    complain(file, row.at, row.id, {"no test under " + tests + " is called \"" + row.test + "\""});
  }

  void complain(const CaseFile& file, Position at, const std::string& id,
                const std::vector<std::string>& lines) {
    ++failed_;
    for (const std::string& line : lines) {
      out_ << file.path << ":" << at.line << ": " << id << ": " << line << "\n";
    }
  }

  const Vocabulary& words_;
  const Request& request_;
  std::ostream& out_;
  LawShelf shelf_;
  Coverage coverage_;
  int passed_ = 0;
  int failed_ = 0;
  int elsewhere_ = 0;
};

int run_test(const Vocabulary& words, const Request& request, std::ostream& out,
             std::ostream& err) {
  if (request.files.empty()) return usage(err, "a case file is missing");
  CaseRun run(words, request, out);
  for (const std::string& path : request.files) run.run_file(path);
  return run.finish();
}

int run_check(const Vocabulary& words, const Request& request, std::ostream& out,
              std::ostream& err) {
  const std::vector<std::string> packs = packs_in(request.law());
  if (packs.empty()) {
    err << "no law pack in " << request.law() << "\n";
    return kUnavailable;
  }
  const auto law = Law::load(words, {request.law(), packs, {}});
  if (!law) return report(err, law.error());
  CaseRun run(words, request, out);
  for (const std::string& name : files_in(request.law(), ".cases.toml")) {
    run.run_file(request.law() + "/" + name);
  }
  std::vector<std::string> lines = run.coverage().gaps(**law);
  for (std::string& line : dead_rules(**law)) lines.push_back(std::move(line));
  for (const std::string& line : lines) out << line << "\n";
  out << packs.size() << " packs, " << (*law)->rules().size() << " rules, " << lines.size()
      << " remarks, " << run.failed() << " failed cases\n";
  return lines.empty() && run.failed() == 0 ? kDone : kFailed;
}

// The facts of a file, or of standard input, with the parameters they set.
Result<Facts> facts_for(const Vocabulary& words, const Request& request, Parameters& parameters) {
  const bool from_file = !request.files.empty();
  const std::string name = from_file ? request.files[0] : "standard input";
  std::string text;
  if (from_file) {
    RELAIS_TRY(content, read_file(name));
    text = content;
  } else {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  }
  Problems problems;
  Facts facts;
  const bool toml = name.ends_with(".toml");
  const auto root = toml ? parse_toml(text, name, problems) : parse_json(text, name, problems);
  if (root) read_facts(words, *root, name, facts, parameters, problems);
  if (!problems.empty()) {
    return fail(FaultKind::invalid, "the facts cannot be read", problems.sentences());
  }
  if (!facts.is_known(FactKey::date)) {
    return fail(FaultKind::invalid, "the law in force on which day? a fact is missing", "date");
  }
  return facts;
}

int run_decide(const Vocabulary& words, const Request& request, std::ostream& out,
               std::ostream& err) {
  if (request.files.size() > 1) return usage(err, "decide takes one file of facts");
  Parameters parameters;
  const auto facts = facts_for(words, request, parameters);
  if (!facts) return report(err, facts.error());
  const std::string list = request.option("--packs", "");
  const auto packs = list.empty() ? packs_in(request.law()) : split(list, ',');
  const auto law = Law::load(words, {request.law(), packs, parameters});
  if (!law) return report(err, law.error());
  const Decision decision = evaluate(**law, *facts);
  out << (request.json ? to_json(words, decision) : to_lines(words, decision));
  const bool leaves = decision.outcome == Outcome::permit || decision.outcome == Outcome::oblige;
  return leaves ? kDone : kFailed;
}

}  // namespace

int run_policy(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  Request request;
  if (const auto mistake = parse(args, request)) return usage(err, *mistake);
  const auto words = Vocabulary::load(vocabulary_path(request));
  if (!words) return report(err, words.error());
  if (request.verb == "test") return run_test(*words, request, out, err);
  if (request.verb == "check") return run_check(*words, request, out, err);
  if (request.verb == "states") {
    out << lifecycle_page(*words);
    return kDone;
  }
  return run_decide(*words, request, out, err);
}

}  // namespace relais::policy
