// SPDX-License-Identifier: Apache-2.0
// The table of verbs, and the words of a command line against it.
#include <algorithm>
#include <optional>
#include <ostream>

#include "policy/commands/commands.h"
#include "policy/commands/verbs.h"
#include "policy/text.h"

namespace relais::policy {
namespace {

struct Verb {
  std::string_view name;
  std::string_view operands;
  std::string_view help;
  std::vector<Option> options;
  int (*run)(const Call&);
};

constexpr Option kPacks{"--packs", "A,B", "only these packs of the directory"};
constexpr Option kParam{"--param", "NAME=VALUE", "another value than the packs' for a parameter"};

// What every verb takes.
const std::vector<Option>& common() {
  static const std::vector<Option> kCommon{
      {"--law", "DIR", "the law packs (policy/law)"},
      {"--vocabulary", "FILE", "the vocabulary (vocabulary.toml beside DIR)"},
      {"--json", "", "answer as one JSON object"},
      {"--help", "", "what this verb takes"}};
  return kCommon;
}

// What is done with packs and cases.
std::vector<Verb> everyday() {
  return {
      {"test",
       "FILE…",
       "run case files against the law packs",
       {{"--tests", "DIR", "where the tests of [[elsewhere]] rows are"}},
       run_test},
      {"check", "", "load every pack and say what it lacks", {kPacks}, run_check},
      {"coverage",
       "[FILE…]",
       "which rules and conditions the cases exercise",
       {kPacks},
       run_coverage},
      {"mutate",
       "",
       "packs with one thing wrong at a time: some case must notice",
       {kPacks,
        {"--reasons", "FILE", "survivors, each with its reason"},
        {"--suggest", "", "a case for each survivor, or the proof that there is none"}},
       run_mutate},
      {"decide",
       "[FILE]",
       "decide about facts of a file or standard input",
       {kPacks, kParam},
       run_decide},
      {"explain",
       "[FILE]",
       "the decision in sentences, for person and professional",
       {kPacks, kParam},
       run_explain},
      {"states",
       "",
       "print the page docs/lifecycle.md: a referral's states and who sets them",
       {},
       run_states},
  };
}

// What is proven about packs, and what is done again under them.
std::vector<Verb> proofs() {
  return {
      {"analyse",
       "QUESTION [CATEGORY]",
       "never-releasable | who-can-ever-get | can-reach | dead-rules | standoffs",
       {{"--category", "CODE", "the category"},
        {"--recipient", "CODE", "recipient.category; for can-reach"},
        {"--purpose", "CODE", "the purpose; for can-reach"},
        {"--sender", "CODE", "sender.category"},
        {"--jurisdiction", "PLACE", "of sender and recipient, FR or US-CA"},
        {"--without-consent", "", "no consent is given"},
        {"--date", "DAY", "the law of a day (today), or any"},
        {"--any-parameter", "", "whatever counsel signs for the parameters"},
        kPacks,
        kParam},
       run_analyse},
      {"diff",
       "OLD NEW",
       "changed decisions between two packs or two directories, as cases",
       {{"--date", "DAY", "the law of a day, or any (any)"},
        {"--any-parameter", "", "whatever counsel signs for the parameters"},
        {"--alone", "", "a pack file without the other packs of --law"},
        kParam},
       run_diff},
      {"replay",
       "FILE",
       "decide again what records of a ledger say was decided",
       {{"--archive", "DIR", "more packs, by digest; may be given several times"}, kParam},
       run_replay},
  };
}

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> kVerbs = [] {
    std::vector<Verb> all = everyday();
    for (Verb& verb : proofs()) all.push_back(std::move(verb));
    return all;
  }();
  return kVerbs;
}

void print_option(std::ostream& out, const Option& option) {
  const std::string left =
      std::string(option.name) + (option.value.empty() ? "" : " ") + std::string(option.value);
  out << "  " << left << std::string(left.size() < 24 ? 24 - left.size() : 1, ' ') << option.help
      << "\n";
}

void print_help(std::ostream& out, const Verb& verb) {
  out << "policy " << verb.name << (verb.operands.empty() ? "" : " ") << verb.operands << "\n  "
      << verb.help << "\n";
  for (const Option& option : verb.options) print_option(out, option);
  for (const Option& option : common()) print_option(out, option);
  out << "exit: 0 done, 1 refused or found something, 2 usage, 3 a file is not there\n";
}

void print_help(std::ostream& out) {
  for (const Verb& verb : verbs()) {
    const std::string left = std::string(verb.name) + " " + std::string(verb.operands);
    out << "policy " << left << std::string(left.size() < 28 ? 28 - left.size() : 1, ' ')
        << verb.help << "\n";
  }
}

const Option* find_option(const Verb& verb, std::string_view name) {
  for (const std::vector<Option>* list : {&verb.options, &common()}) {
    for (const Option& option : *list) {
      if (option.name == name) return &option;
    }
  }
  return nullptr;
}

std::string unknown_option(const Verb& verb, const std::string& name) {
  std::vector<std::string_view> known;
  for (const Option& option : verb.options) known.push_back(option.name);
  for (const Option& option : common()) known.push_back(option.name);
  return "unknown option \"" + name + "\"" + did_you_mean(nearest(name, known));
}

// The words after the verb; what is wrong with them, or nothing.
std::optional<std::string> parse(const Verb& verb, std::span<const std::string> args,
                                 Given& given) {
  for (size_t i = 0; i < args.size(); ++i) {
    const size_t equals = args[i].find('=');
    const std::string name = args[i].substr(0, equals);
    if (!args[i].starts_with("--")) {
      given.operands.push_back(args[i]);
      continue;
    }
    const Option* option = find_option(verb, name);
    if (option == nullptr) return unknown_option(verb, name);
    if (option->value.empty()) {
      if (equals != std::string::npos) return "option \"" + name + "\" takes no value";
      given.options[name] = {""};
    } else if (equals != std::string::npos) {
      given.options[name].push_back(args[i].substr(equals + 1));
    } else if (i + 1 == args.size()) {
      return "option \"" + name + "\" needs a value: " + std::string(option->value);
    } else {
      given.options[name].push_back(args[++i]);
    }
  }
  if (verb.operands.empty() && !given.operands.empty()) {
    return "\"" + given.operands[0] + "\" is one word too many";
  }
  return std::nullopt;
}

const Verb* find_verb(std::string_view name) {
  for (const Verb& verb : verbs()) {
    if (verb.name == name) return &verb;
  }
  return nullptr;
}

int no_verb(std::span<const std::string> args, std::ostream& err) {
  std::vector<std::string_view> names;
  for (const Verb& verb : verbs()) names.push_back(verb.name);
  if (args.empty()) {
    err << "a verb is missing\n";
  } else {
    err << "unknown verb \"" << args[0] << "\"" << did_you_mean(nearest(args[0], names)) << "\n";
  }
  print_help(err);
  return kUsage;
}

}  // namespace

int run_policy(std::span<const std::string> args, std::ostream& out, std::ostream& err) {
  const Verb* verb = args.empty() ? nullptr : find_verb(args[0]);
  if (verb == nullptr) return no_verb(args, err);
  Given given;
  given.verb = verb->name;
  if (const auto mistake = parse(*verb, args.subspan(1), given)) {
    err << *mistake << "\n";
    print_help(err, *verb);
    return kUsage;
  }
  if (given.has("--help")) {
    print_help(out, *verb);
    return kDone;
  }
  const auto words = Vocabulary::load(vocabulary_path(given));
  if (!words) {
    err << words.error().message.view() << "\n" << words.error().where << "\n";
    const FaultKind kind = words.error().kind;
    return kind == FaultKind::not_found || kind == FaultKind::unavailable ? kUnavailable : kFound;
  }
  return verb->run(Call{*words, given, out, err});
}

std::vector<VerbRow> policy_verbs() {
  std::vector<VerbRow> rows;
  for (const Verb& verb : verbs()) rows.push_back({verb.name, verb.help});
  return rows;
}

}  // namespace relais::policy
