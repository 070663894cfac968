// SPDX-License-Identifier: Apache-2.0
#include "admin/command.h"

#include <algorithm>
#include <set>

#include "admin/commands/commands.h"
#include "node/core/text.h"

namespace relais::admin {
namespace {

using Shape = Parameter::Shape;

std::string with_suggestion(const std::string& what, const std::string& near) {
  return what + (near.empty() ? "" : "; did you mean '" + near + "'?");
}

std::string list_of(const std::set<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
  return all;
}

// The options a command takes, with their dashes; of nullptr: those that stand anywhere.
std::set<std::string> options_of(const Command* command) {
  std::set<std::string> known{"--config", "--json", "--help", "--version"};
  if (command == nullptr) return known;
  for (const Parameter& one : command->parameters) {
    if (one.shape != Shape::operand) known.insert("--" + one.name);
  }
  return known;
}

// "access statement" for the word "statement"; empty when no noun has this verb, or several have.
std::string command_with_verb(const std::string& verb, const std::vector<Command>& table) {
  std::string found;
  for (const Command& one : table) {
    if (one.verb != verb) continue;
    if (!found.empty()) return {};
    found = one.noun + " " + one.verb;
  }
  return found;
}

}  // namespace

Parameter operand(std::string name, std::string help) {
  return {Shape::operand, std::move(name), std::move(help), true, false};
}
Parameter operands(std::string name, std::string help) {
  return {Shape::operand, std::move(name), std::move(help), true, true};
}
Parameter needed(std::string name, std::string help, std::vector<std::string> choices) {
  return {Shape::option, std::move(name), std::move(help), true, false, std::move(choices)};
}
Parameter option(std::string name, std::string help, std::vector<std::string> choices) {
  return {Shape::option, std::move(name), std::move(help), false, false, std::move(choices)};
}
Parameter several(std::string name, std::string help, bool required) {
  return {Shape::option, std::move(name), std::move(help), required, true};
}
Parameter flag(std::string name, std::string help) {
  return {Shape::flag, std::move(name), std::move(help), false, false};
}

bool Arguments::has(std::string_view name) const { return !all(name).empty(); }

std::string Arguments::one(std::string_view name, const std::string& otherwise) const {
  return has(name) ? all(name).front() : otherwise;
}

const std::vector<std::string>& Arguments::all(std::string_view name) const {
  static const std::vector<std::string> kNone;
  const auto found = values.find(name);
  return found == values.end() ? kNone : found->second;
}

std::vector<Command> commands() {
  std::vector<Command> all;
  for (const auto& part :
       {keys_commands(), directory_commands(), policy_commands(), activation_commands(),
        config_commands(), database_commands(), ledger_commands(), epoch_commands(),
        person_commands(), access_commands(), erasure_commands(), receipt_commands(),
        node_commands(), note_commands()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

std::string complaint_about(const std::vector<std::string>& words,
                            const std::vector<Command>& table) {
  std::set<std::string> nouns;
  std::set<std::string> verbs;
  const std::string noun = words.empty() ? "" : words[0];
  for (const Command& command : table) {
    nouns.insert(command.noun);
    if (command.noun == noun) verbs.insert(command.verb);
  }
  if (noun.empty()) return "a command is missing: " + list_of(nouns) + "; --help says more";
  if (verbs.empty()) {
    const std::string near = closest_match(noun, nouns);
    const std::string whole = near.empty() ? command_with_verb(noun, table) : near;
    return with_suggestion("no command '" + noun + "'", whole) +
           (whole.empty() ? "; there are: " + list_of(nouns) : "");
  }
  if (verbs.count("") != 0) return {};
  if (words.size() < 2) return "'" + noun + "' needs one of: " + list_of(verbs);
  if (verbs.count(words[1]) != 0) return {};
  const std::string near = closest_match(words[1], verbs);
  return with_suggestion("no command '" + noun + " " + words[1] + "'",
                         near.empty() ? "" : noun + " " + near) +
         (near.empty() ? "; '" + noun + "' knows: " + list_of(verbs) : "");
}

std::string way_to_help(const Command* command) {
  if (command == nullptr) return "; relaisctl --help says more";
  const std::string name = command->noun + (command->verb.empty() ? "" : " ") + command->verb;
  return "; relaisctl " + name + " --help says more";
}

std::string missing_config(const Command& command, const Arguments& given) {
  const bool elsewhere = given.has("socket") || given.has("tiles");
  if (!command.needs_config || !given.config.empty() || elsewhere) return {};
  return "'" + command.noun + (command.verb.empty() ? "" : " ") + command.verb +
         "' needs -c node.toml";
}

std::string verbs_of(const std::string& noun, const std::vector<Command>& table) {
  std::string verbs;
  for (const Command& one : table) {
    if (one.noun == noun) verbs += (verbs.empty() ? "" : ", ") + one.verb;
  }
  return verbs;
}

std::string nearest_option(const std::string& word, const Command& command) {
  return closest_match(word, options_of(&command));
}

std::string complaint_about_options(const std::vector<std::string>& arguments,
                                    const Command* command) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string word = arguments[i].substr(0, arguments[i].find('='));
    if (!word.starts_with("--")) continue;
    const std::set<std::string> everywhere = options_of(nullptr);
    if (i == 0 && everywhere.count(word) == 0 && command == nullptr) {
      const std::string near = closest_match(word, everywhere);
      if (!near.empty()) return with_suggestion("no option '" + word + "'", near);
      return "'" + word + "' stands after the command it belongs to";
    }
    if (command == nullptr) continue;
    const std::set<std::string> known = options_of(command);
    if (known.count(word) != 0) continue;
    const std::string near = closest_match(word, known);
    return with_suggestion("no option '" + word + "'", near) +
           (near.empty() ? "; --help lists them" : "");
  }
  return {};
}

}  // namespace relais::admin
