// SPDX-License-Identifier: Apache-2.0
// Health: fail closed until every check passed once, and draining is final.
#include "node/ops/health.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace relais::ops {
namespace {

TEST(Health, nothing_is_ready_before_every_check_has_passed) {
  Health health({"database", "directory"});
  EXPECT_FALSE(health.report().ready);
  health.pass("database");
  const Health::Report report = health.report();
  EXPECT_FALSE(report.ready);
  EXPECT_EQ(nlohmann::json::parse(report.json), nlohmann::json::parse(R"({
    "status": "failing", "checks": {"database": "ok", "directory": "not checked yet"}})"));
}

TEST(Health, a_check_that_fails_again_says_why_and_one_that_passes_again_is_ready) {
  Health health({"database", "directory"});
  health.pass("database");
  health.pass("directory");
  EXPECT_TRUE(health.report().ready);
  health.fail("directory", "expired");
  const Health::Report report = health.report();
  EXPECT_FALSE(report.ready);
  EXPECT_EQ(nlohmann::json::parse(report.json)["checks"]["directory"], "expired");
  health.set("directory", true, "expired");
  EXPECT_EQ(nlohmann::json::parse(health.report().json)["status"], "ready");
  health.set("directory", false, "expired");
  EXPECT_FALSE(health.report().ready);
}

TEST(Health, a_node_that_drains_is_not_ready_whatever_its_checks_say) {
  Health health({"database"});
  health.pass("database");
  health.drain();
  health.pass("database");
  const Health::Report report = health.report();
  EXPECT_FALSE(report.ready);
  EXPECT_EQ(nlohmann::json::parse(report.json)["status"], "draining");
}

TEST(HealthDeathTest, a_check_nobody_named_is_a_bug) {
  Health health({"database"});
  EXPECT_DEATH(health.pass("data_base"), "check_failed");
}

}  // namespace
}  // namespace relais::ops
