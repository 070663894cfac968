// SPDX-License-Identifier: Apache-2.0
// The rows of the statute tables, counted by id against the case files of the shipped packs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/unit/policy/shipped_cases.h"

namespace relais::policy {
namespace {

using ::testing::IsEmpty;

const std::vector<std::string> kRows{
    // France: secrecy, exchange and sharing, child protection, couple violence and vulnerable
    // adults, coordination, housing, benefits
    "FR-S1", "FR-S2", "FR-S3", "FR-S4", "FR-S5", "FR-S7",                     //
    "FR-H1", "FR-H2", "FR-H3", "FR-H4", "FR-H5", "FR-H7", "FR-H8", "FR-H10",  //
    "FR-C1", "FR-C2", "FR-C3", "FR-C4", "FR-C5", "FR-C6", "FR-C8", "FR-C9",   //
    "FR-C10", "FR-C11",                                                       //
    "FR-D1", "FR-D2", "FR-D4", "FR-D5", "FR-D6", "FR-D7",                     //
    "FR-M1", "FR-M2", "FR-M3", "FR-M5",                                       //
    "FR-L1", "FR-L2", "FR-L3", "FR-L4", "FR-L5", "FR-L6",                     //
    "FR-R1", "FR-R2", "FR-R3", "FR-R5", "FR-R6",                              //
    // European Union
    "EU-1", "EU-2", "EU-4", "EU-5", "EU-6", "EU-7", "EU-8", "EU-9", "EU-10", "EU-11", "EU-12",
    // United States
    "US-H1", "US-H3", "US-H4", "US-H5", "US-H7", "US-H8", "US-H9",  //
    "US-P1", "US-P2", "US-P5", "US-P6",                             //
    "US-F1", "US-F2", "US-F3",                                      //
    "US-V1", "US-V2", "US-V4", "US-V6", "US-V7",                    //
    // United Kingdom, Sweden
    "UK-1", "UK-3", "UK-4", "SE-1", "SE-3", "SE-4",
    // Across laws
    "X1", "X3", "X4", "X5", "X7", "X8", "X9"};

std::map<std::string, int> count_rows() {
  std::map<std::string, int> rows;
  for (const Decided& one : shipped_cases().cases) ++rows[one.given.id];
  for (const Elsewhere& row : shipped_cases().elsewhere) ++rows[row.id];
  return rows;
}

TEST(StatuteRows, each_is_a_case_or_names_the_test_that_covers_it) {
  const auto rows = count_rows();
  std::vector<std::string> missing;
  for (const std::string& id : kRows) {
    if (!rows.contains(id)) missing.push_back(id);
  }
  EXPECT_THAT(missing, IsEmpty());
  EXPECT_EQ(kRows.size(), 88U);
}

TEST(StatuteRows, no_two_files_have_a_case_of_one_id) {
  for (const auto& [id, count] : count_rows()) EXPECT_EQ(count, 1) << id;
}

// So that nothing shipped is passed by: what the cases say, the packs answer.
TEST(StatuteRows, every_shipped_case_is_answered_as_it_says) {
  for (const Decided& one : shipped_cases().cases) {
    EXPECT_THAT(differences(*one.law, one.given, one.decision), IsEmpty()) << one.given.id;
  }
}

// The tables name their rules; other files, envelopes and records of other nodes go by these ids.
const std::vector<std::string> kRules{"fr.cp.226-13",
                                      "fr.cp.226-22",
                                      "fr.cp.226-14.1",
                                      "fr.cp.226-14.2",
                                      "fr.cp.226-14.3",
                                      "fr.cp.434-3",
                                      "fr.cp.434-1",
                                      "fr.cp.223-6",
                                      "fr.cpp.40",
                                      "fr.cpp.60-1",
                                      "fr.casf.411-3",
                                      "fr.casf.221-6",
                                      "fr.casf.226-2-1",
                                      "fr.casf.226-2-2",
                                      "fr.casf.226-3",
                                      "fr.casf.226-4",
                                      "fr.casf.121-6-2",
                                      "fr.casf.345-2-10",
                                      "fr.csp.1110-4.I",
                                      "fr.csp.1110-4.II",
                                      "fr.csp.1110-4.III.1",
                                      "fr.csp.1110-4.III.2",
                                      "fr.csp.1110-4.IV",
                                      "fr.casf.262-40",
                                      "fr.casf.R262-111",
                                      "fr.css.114-12",
                                      "fr.css.114-12-1",
                                      "fr.css.114-19",
                                      "fr.crpa.114-8",
                                      "fr.casf.241-10",
                                      "fr.casf.133-5",
                                      "fr.casf.262-44",
                                      "fr.cnil.2011-224",
                                      "us.hipaa.164.506(c)",
                                      "us.hipaa.164.508(c)",
                                      "us.hipaa.164.510(b)",
                                      "us.hipaa.164.512(b)(1)(ii)",
                                      "us.hipaa.164.512(c)",
                                      "us.hipaa.164.512(j)",
                                      "us.part2.2.31",
                                      "us.part2.2.51",
                                      "us.ferpa.99.30(b)",
                                      "us.ferpa.99.36",
                                      "us.ferpa.99.33",
                                      "us.vawa.12291(b)(2)",
                                      "us.vawa.court_order",
                                      "us.mckv.11363",
                                      "us.hud.2004",
                                      "us.state.report",
                                      "uk.ca1989.s47",
                                      "uk.ca1989.s17",
                                      "uk.ca2004.s10",
                                      "uk.ca2004.s11",
                                      "uk.clc",
                                      "uk.dpa2018.sch1.18",
                                      "uk.care2014.s6",
                                      "uk.care2014.s7",
                                      "uk.care2014.s42",
                                      "uk.care2014.s45",
                                      "uk.cda1998.s115",
                                      "uk.cwsb.cl4",
                                      "se.osl.26:1",
                                      "se.osl.25:1",
                                      "se.osl.10:1",
                                      "se.osl.25:12",
                                      "se.osl.26:9",
                                      "se.osl.10:15a",
                                      "se.sol.2025:400",
                                      "eu.gdpr.6",
                                      "eu.gdpr.9",
                                      "eu.gdpr.10",
                                      "eu.gdpr.6-1-a",
                                      "eu.gdpr.7-4",
                                      "eu.gdpr.18",
                                      "eu.gdpr.21"};

TEST(StatuteRows, the_rules_have_the_ids_of_the_statute_tables) {
  const auto law = Law::load(
      words(),
      {std::string(RELAIS_SOURCE_DIR) + "/policy/law", {"eu", "fr", "se", "uk", "us"}, {}});
  ASSERT_TRUE(law);
  for (const std::string& id : kRules) EXPECT_NE((*law)->find(id), nullptr) << id;
}

}  // namespace
}  // namespace relais::policy
