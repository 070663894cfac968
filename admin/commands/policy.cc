// SPDX-License-Identifier: Apache-2.0
// The verbs of policy belong to the policy room, which reads its own options: what follows
// the verb is handed on as it stands.
#include "admin/commands/commands.h"
#include "policy/commands/commands.h"

namespace relais::admin {
namespace {

// "verb" and "arguments" are filled in by the dispatcher for a command that takes the rest.
int run(const Arguments& given, Output& output) {
  std::vector<std::string> words{given.one("verb")};
  const auto& rest = given.all("arguments");
  words.insert(words.end(), rest.begin(), rest.end());
  if (output.json()) words.emplace_back("--json");
  return policy::run_policy(words, output.out(), output.err());
}

Command row(std::string verb, std::string help) {
  Command command{"policy", std::move(verb), std::move(help), {}, run};
  command.takes_rest = true;
  return command;
}

}  // namespace

std::vector<Command> policy_commands() {
  std::vector<Command> rows;
  for (const policy::VerbRow& verb : policy::policy_verbs()) {
    if (verb.name == "replay" || verb.name == "explain") continue;  // also over a node: replay.cc
    rows.push_back(row(std::string(verb.name), std::string(verb.help)));
  }
  for (Command& more : replay_commands()) rows.push_back(std::move(more));
  return rows;
}

}  // namespace relais::admin
