// SPDX-License-Identifier: Apache-2.0
// config check: what the node would say to its node.toml, without starting it.
#include "node/ops/config.h"

#include <nlohmann/json.hpp>

#include "admin/commands/commands.h"
#include "admin/files.h"

namespace relais::admin {
namespace {

int run_check(const Arguments& given, Output& output) {
  const auto config = node_config(given);
  if (!config) return output.fault(config.error());
  const std::string effective = ops::describe(*config);
  const auto object = nlohmann::ordered_json::parse(effective, nullptr, false);
  return output.done({{"config", object}}, object.dump(2));
}

}  // namespace

std::vector<Command> config_commands() {
  return {{"config",
           "check",
           "check the node.toml of -c and print what is in force, without secrets; the files it "
           "names are read when the node starts",
           {},
           run_check,
           false,
           true}};
}

}  // namespace relais::admin
