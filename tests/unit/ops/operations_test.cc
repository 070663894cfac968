// SPDX-License-Identifier: Apache-2.0
// docs/operations.md against the code: its configuration is one the node takes, and it names every
// key of the effective configuration.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "node/ops/config.h"

namespace relais::ops {
namespace {

std::string document() {
  std::ifstream file(std::string(RELAIS_SOURCE_DIR) + "/docs/operations.md");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string example() {
  const std::string text = document();
  const std::string fence = "```toml\n";
  const size_t start = text.find(fence);
  if (start == std::string::npos) return {};
  return text.substr(start + fence.size(), text.find("```", start + 1) - start - fence.size());
}

TEST(Operations, the_documents_configuration_is_one_the_node_takes) {
  const auto config = parse_config(example(), "node.toml", "/etc/relais");
  ASSERT_TRUE(config.has_value()) << config.error().where;
  EXPECT_EQ(config->exchange.tls.key, "/etc/relais/tls/node.key");
  EXPECT_EQ(config->staff.size(), 1U);
}

// Every `[section]` and `key =` of the example, which is complete, has its row.
TEST(Operations, every_key_of_the_example_is_explained) {
  std::istringstream lines(example());
  const std::string text = document();
  std::string section;
  int keys = 0;
  for (std::string line; std::getline(lines, line);) {
    const size_t equals = line.find(" = ");
    if (line.starts_with("[")) {
      section = line.substr(line.find_first_not_of('['));
      section.resize(section.find(']'));
    } else if (equals != std::string::npos && !line.starts_with("#")) {
      ++keys;
      const std::string name = "`" + section + "." + line.substr(0, equals) + "`";
      EXPECT_NE(text.find(name), std::string::npos) << name << " has no row";
    }
  }
  EXPECT_GT(keys, 40);
}

// A key the node reads and shows, and nobody wrote down, is a key nobody sets.
TEST(Operations, every_key_the_effective_configuration_shows_stands_in_the_example) {
  const auto config = parse_config(example(), "node.toml", "/etc/relais");
  ASSERT_TRUE(config.has_value()) << config.error().where;
  const std::string text = example();
  const auto shown = nlohmann::json::parse(describe(*config));
  for (const auto& [section, keys] : shown.items()) {
    EXPECT_NE(text.find("[" + section + "]"), std::string::npos) << section;
    if (!keys.is_object()) continue;
    for (const auto& [key, value] : keys.items()) {
      if (value.is_object()) continue;
      EXPECT_NE(text.find("\n" + key + " = "), std::string::npos) << section << "." << key;
    }
  }
}

}  // namespace
}  // namespace relais::ops
