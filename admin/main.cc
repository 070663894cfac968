// SPDX-License-Identifier: Apache-2.0
// relaisctl: the administrator's command line. Turns the table of commands into a CLI11 parser, and
// the parser's exit codes into ours. The only file that includes CLI11.
#include <signal.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "admin/command.h"

namespace relais::admin {
namespace {

using Shape = Parameter::Shape;
using Values = std::map<std::string, std::vector<std::string>, std::less<>>;

constexpr const char* kAbout =
    "Administers a Relais node: keys, directory, law packs, database, ledger, consents, accounts.\n"
    "Exit codes: 0 done, 1 refused, 2 usage, 3 unavailable (try again).";

void add_parameter(CLI::App& app, const Parameter& one, Values& values) {
  const std::string name = one.shape == Shape::operand ? one.name : "--" + one.name;
  if (one.shape == Shape::flag) {
    app.add_flag_callback(
        name, [&values, &one] { values[one.name] = {"true"}; }, one.help);
    return;
  }
  auto* added = app.add_option_function<std::vector<std::string>>(
      name, [&values, &one](const std::vector<std::string>& given) { values[one.name] = given; },
      one.help);
  added->required(one.required)->expected(1, one.many ? CLI::detail::expected_max_vector_size : 1);
  added->allow_extra_args(one.many && one.shape == Shape::operand);
  if (!one.choices.empty()) added->check(CLI::IsMember(one.choices));
}

void take_rest(CLI::App& app, const Command& command, Arguments& given) {
  app.prefix_command();
  app.callback([&app, &command, &given] {
    given.values["verb"] = {command.verb};
    given.values["arguments"] = app.remaining();
  });
}

// The words of a command line that are not options, with -c's value skipped: noun, verb, operands.
std::vector<std::string> words_of(const std::vector<std::string>& arguments) {
  std::vector<std::string> words;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "-c" || arguments[i] == "--config") {
      ++i;
    } else if (!arguments[i].starts_with("-")) {
      words.push_back(arguments[i]);
    }
  }
  return words;
}

struct Line {
  CLI::App app{kAbout, "relaisctl"};
  Arguments given;
  bool json = false;
  const Command* chosen = nullptr;
};

void build(Line& line, const std::vector<Command>& table) {
  line.app.set_version_flag("--version", RELAIS_VERSION);
  line.app.add_option("-c,--config", line.given.config, "the node's node.toml");
  line.app.add_flag("--json", line.json, "answer with one JSON object");
  line.app.require_subcommand(1);
  std::map<std::string, CLI::App*> nouns;
  for (const Command& command : table) {
    CLI::App*& noun = nouns[command.noun];
    if (noun == nullptr) {
      noun = line.app.add_subcommand(
          command.noun, command.verb.empty() ? command.help : verbs_of(command.noun, table));
      noun->fallthrough();
      if (!command.verb.empty()) noun->require_subcommand(1);
    }
    CLI::App* leaf = command.verb.empty() ? noun : noun->add_subcommand(command.verb, command.help);
    leaf->fallthrough(!command.takes_rest);
    leaf->parse_complete_callback([&line, &command] { line.chosen = &command; });
    for (const Parameter& one : command.parameters) add_parameter(*leaf, one, line.given.values);
    if (command.takes_rest) take_rest(*leaf, command, line.given);
  }
}

// Which command the words name; nullptr when none.
const Command* command_of(const std::vector<std::string>& words,
                          const std::vector<Command>& table) {
  for (const Command& one : table) {
    const bool same = words.size() > (one.verb.empty() ? 0U : 1U) && words[0] == one.noun &&
                      (one.verb.empty() || words[1] == one.verb);
    if (same) return &one;
  }
  return nullptr;
}

int run(const std::vector<std::string>& arguments) {
  const std::vector<Command> table = commands();
  const std::vector<std::string> words = words_of(arguments);
  const bool asks_json = std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
  Output early(std::cout, std::cerr, asks_json);
  Line line;
  build(line, table);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // as CLI11 wants them
  try {
    line.app.parse(reversed);
  } catch (const CLI::Success& asked) {  // --help, --version
    return line.app.exit(asked);
  } catch (const CLI::ParseError& error) {
    const Command* named = command_of(words, table);
    const std::string misplaced = complaint_about_options(arguments, named);
    if (!misplaced.empty()) return early.usage(misplaced);
    if (arguments.back() == "-c" || arguments.back() == "--config") {
      return early.usage("'" + arguments.back() + "' needs a file: node.toml");
    }
    const std::string complaint = complaint_about(words, table);
    return early.usage(complaint.empty() ? error.what() + way_to_help(named) : complaint);
  }
  if (line.chosen == nullptr) return early.usage(complaint_about(words, table));
  const std::string missing = missing_config(*line.chosen, line.given);
  if (!missing.empty()) return early.usage(missing);
  Output output(std::cout, std::cerr, line.json || asks_json);
  return line.chosen->run(line.given, output);
}

}  // namespace
}  // namespace relais::admin

int main(int argc, char** argv) {
  ::signal(SIGPIPE, SIG_IGN);
  return relais::admin::run({argv + 1, argv + argc});
}
