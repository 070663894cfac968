// SPDX-License-Identifier: Apache-2.0
// The commands of relaisctl as a table: main.cc turns it into a command line, tests call the
// functions. A command is a plain function over its arguments; it holds no state. Values; one
// thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "admin/output.h"

namespace relais::admin {

struct Parameter {
  enum class Shape { operand, option, flag };
  Shape shape = Shape::option;
  std::string name;  // "FILE" of an operand, "person" of --person
  std::string help;
  bool required = false;
  bool many = false;                   // may be given several times
  std::vector<std::string> choices{};  // empty: any text
};

// Short forms for the tables.
Parameter operand(std::string name, std::string help);
Parameter operands(std::string name, std::string help);
Parameter needed(std::string name, std::string help, std::vector<std::string> choices = {});
Parameter option(std::string name, std::string help, std::vector<std::string> choices = {});
Parameter several(std::string name, std::string help, bool required = false);
Parameter flag(std::string name, std::string help);

// What was given, by parameter name; `config` is -c.
struct Arguments {
  std::string config;
  std::map<std::string, std::vector<std::string>, std::less<>> values;

  bool has(std::string_view name) const;
  // The first value, or `otherwise`.
  std::string one(std::string_view name, const std::string& otherwise = {}) const;
  const std::vector<std::string>& all(std::string_view name) const;
};

struct Command {
  std::string noun;
  std::string verb;  // empty: the noun is the whole command
  std::string help;
  std::vector<Parameter> parameters;
  int (*run)(const Arguments&, Output&) = nullptr;
  // Reads its own options: the words after the verb are the values of "arguments", the verb's of
  // "verb", and nothing else is parsed.
  bool takes_rest = false;
  bool needs_config = false;  // -c, which --socket or --tiles can stand in for
};

// In the order the help shows them.
std::vector<Command> commands();

// What to say when -c is needed and was not given; empty otherwise.
std::string missing_config(const Command& command, const Arguments& given);

// For a command line whose first words are no command: what is wrong, with the nearest right word,
// or all of them.
// Empty when the words are a command. Only the words that are not options are looked at.
std::string complaint_about(const std::vector<std::string>& words,
                            const std::vector<Command>& table);
// What to add to a complaint of the parser: where the rest stands. nullptr: no command was named.
std::string way_to_help(const Command* command);
// The verbs of a noun as one text, in the order of the table.
std::string verbs_of(const std::string& noun, const std::vector<Command>& table);
// The nearest option of a command to a misspelt "--name", with its dashes; empty when none is near.
std::string nearest_option(const std::string& word, const Command& command);
// For arguments that a command (nullptr: none was named) did not take: the first option that it
// does not know, or that stands before the command. Empty when there is none.
std::string complaint_about_options(const std::vector<std::string>& arguments,
                                    const Command* command);

}  // namespace relais::admin
