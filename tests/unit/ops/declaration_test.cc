// SPDX-License-Identifier: Apache-2.0
// What a service may not declare. The rows are those of policy/vocabulary.toml, the refusals those
// of the directory's reader, which relaisctl and the node share.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/ledger/crypto.h"
#include "node/ledger/note.h"
#include "node/ops/directory.h"

namespace relais::ops {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const policy::Vocabulary& words() {
  static const policy::Vocabulary all =
      policy::Vocabulary::load(RELAIS_SOURCE_DIR "/policy/vocabulary.toml").value();
  return all;
}

std::string key(char seed) {
  const auto made = ledger::PrivateKey::from_seed(std::string(32, seed));
  return ledger::Ed25519Signer::make("k", ledger::SignatureType::ed25519, *made)
      .value()
      .verifier()
      .text();
}

struct Declared {
  std::string category = "identity.name";
  bool required = true;
  std::string reason = "CASF L345-2-10: to decide on one person's request";
  std::string jurisdiction = "FR";
  std::string agency = "shelter";
  std::string service;  // lines of the service
};

// What is said of a directory with this one declaration; empty: nothing is wrong.
std::string refusal(const Declared& declared) {
  const std::string text =
      "federation = \"test\"\nversion = 1\nexpires = 2026-12-31T12:30:00Z\n[[agency]]\n"
      "id = \"a\"\nname_fr = \"A\"\nname_en = \"A\"\ncategory = \"" +
      declared.agency + "\"\njurisdiction = \"" + declared.jurisdiction +
      "\"\nendpoint = \"host:1\"\ntls_identity = \"spiffe://test/agency/a\"\n" +
      "signing_key = \"" + key('a') + "\"\nledger_key = \"" + key('b') +
      "\"\nvalid_from = 2026-01-01T00:00:00Z\nvalid_until = 2027-01-01T00:00:00Z\n" +
      "[[agency.service]]\nid = \"s\"\nname_fr = \"S\"\nname_en = \"S\"\n" + declared.service +
      "[[agency.service.need]]\ncategory = \"" + declared.category +
      "\"\nrequired = " + (declared.required ? "true" : "false") + "\nreason = \"" +
      declared.reason + "\"\n";
  const auto directory = parse_directory(text, "d", words());
  return directory ? "" : directory.error().where;
}

// FR-L6.
TEST(Declaration, service_declaring_an_optional_field_required_is_rejected) {
  Declared asked;
  asked.category = "contact.point";
  EXPECT_THAT(refusal(asked), AllOf(HasSubstr("d:"), HasSubstr("may go unanswered"),
                                    HasSubstr("CNIL, délibération 2021-028")));
  asked.required = false;
  EXPECT_EQ(refusal(asked), "");
}

// US-V4.
TEST(Declaration, service_making_a_release_the_price_of_a_bed_is_rejected) {
  Declared asked;
  asked.jurisdiction = "US-CA";
  asked.service = "release_required = true\n";
  for (const char* kind : {"victim_services", "shelter", "housing", "homeless_intake", "hmis"}) {
    asked.agency = kind;
    EXPECT_THAT(refusal(asked), AllOf(HasSubstr("cannot be the price of the service"),
                                      HasSubstr("34 U.S.C. § 12291(b)(2)")))
        << kind;
  }
  asked.service = "release_required = false\n";
  EXPECT_EQ(refusal(asked), "");
}

TEST(Declaration, no_service_anywhere_makes_a_release_its_price) {
  Declared asked;
  asked.service = "release_required = true\n";
  EXPECT_THAT(refusal(asked), HasSubstr("RGPD (UE) 2016/679, art. 7(4)"));
  asked.agency = "food_aid";
  asked.jurisdiction = "US";
  EXPECT_THAT(refusal(asked), HasSubstr("a consent is never a condition of service"));
}

TEST(Declaration, a_bed_in_france_does_not_ask_for_papers_first) {
  Declared asked;
  for (const char* category : {"migration.status", "admin.official_id"}) {
    asked.category = category;
    asked.agency = "shelter";
    EXPECT_THAT(refusal(asked), HasSubstr("L345-2-2")) << category;
    asked.agency = "family_allowance";
    EXPECT_EQ(refusal(asked), "") << category;
  }
}

TEST(Declaration, the_services_own_category_counts_before_its_agencys) {
  Declared asked;
  asked.category = "migration.status";
  asked.agency = "health";
  EXPECT_EQ(refusal(asked), "");
  asked.service = "category = \"shelter\"\n";
  EXPECT_THAT(refusal(asked), HasSubstr("L345-2-2"));
}

TEST(Declaration, health_that_rests_on_consent_is_not_required_where_care_is_not_the_task) {
  Declared asked;
  asked.category = "health.clinical";
  asked.jurisdiction = "SE";
  EXPECT_THAT(refusal(asked), HasSubstr("art. 9(2)(a)"));
  asked.agency = "health";
  EXPECT_EQ(refusal(asked), "");
}

TEST(Declaration, a_victim_is_not_made_to_say_so_for_a_bed) {
  Declared asked;
  asked.category = "violence.victim";
  asked.jurisdiction = "US";
  asked.agency = "housing";
  EXPECT_THAT(refusal(asked), HasSubstr("34 U.S.C. § 12291(b)(2)"));
  asked.required = false;
  EXPECT_EQ(refusal(asked), "");
}

TEST(Declaration, what_never_travels_cannot_be_asked_for) {
  Declared asked;
  asked.required = false;
  for (const char* category : {"religion", "ethnic_origin", "note.private"}) {
    asked.category = category;
    EXPECT_THAT(refusal(asked), HasSubstr("tier 4 never travels")) << category;
  }
  asked.category = "routing.subject_handle";
  EXPECT_THAT(refusal(asked), HasSubstr("it is not asked for"));
}

TEST(Declaration, a_reason_is_short_and_reaches_nobody) {
  Declared asked;
  const std::pair<std::string, const char*> wrong[] = {
      {"", "carries the article or reason"},
      {"x", "carries the article or reason"},
      {std::string(201, 'x'), "at most 200 characters"},
      {"to\\nlines", "one line"},
      {"ask marie@example.org", "no mail address"},
      {"call +33 4 65 71 00 33", "no telephone number"},
      {"call 04.65.71.00.33", "no telephone number"},
  };
  for (const auto& [reason, expected] : wrong) {
    asked.reason = reason;
    EXPECT_THAT(refusal(asked), HasSubstr(expected)) << reason;
  }
  for (const char* reason : {"CASF L345-2-10", "CNIL 2021-028 du 11 mars 2021", "45 CFR 164.512(b)",
                             "34 U.S.C. § 12291(b)(2)", "Code pénal, art. 226-13 et 226-14"}) {
    asked.reason = reason;
    EXPECT_EQ(refusal(asked), "") << reason;
  }
}

}  // namespace
}  // namespace relais::ops
