// SPDX-License-Identifier: Apache-2.0
// policy test|check|decide belong to the policy room, which reads its own options: what follows
// the verb is handed on as it stands.
#include "admin/commands/commands.h"
#include "policy/commands.h"

namespace relais::admin {
namespace {

// "verb" and "arguments" are filled in by the dispatcher for a command that takes the rest.
int run(const Arguments& given, Output& output) {
  std::vector<std::string> words{given.one("verb")};
  const auto& rest = given.all("arguments");
  words.insert(words.end(), rest.begin(), rest.end());
  if (output.json()) words.push_back("--json");
  return policy::run_policy(words, output.out(), output.err());
}

Command row(std::string verb, std::string help) {
  Command command{"policy", std::move(verb), std::move(help), {}, run};
  command.takes_rest = true;
  return command;
}

}  // namespace

std::vector<Command> policy_commands() {
  return {
      row("test", "run case files against the law packs: FILE… [--law DIR]"),
      row("check", "load every pack; rules without enough cases [--law DIR]"),
      row("states", "print the page docs/lifecycle.md: a referral's states and who sets them"),
      row("decide", "decide about facts of a file or standard input [FILE] [--packs a,b]"),
  };
}

}  // namespace relais::admin
