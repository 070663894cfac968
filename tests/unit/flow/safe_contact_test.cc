// SPDX-License-Identifier: Apache-2.0
// A telephone that somebody else may answer is no way to reach a person (statutes table, FR-D7).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/flow/payload.h"
#include "tests/support/agencies.h"

namespace relais {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

// A law that lets every way to reach the person go, and asks that they are told afterwards.
constexpr const char* kPack = R"(
[pack]
id = "fr"
version = "test.1"
jurisdictions = ["FR"]
reviewed_by = ""

[[silence]]
id = "fr.secrecy"
cite = "secrecy"
in_force = { from = 1994-03-01 }

[[lift]]
id = "fr.all"
purposes = ["housing_orientation"]
allow = ["identity.*", "need.*", "contact.*"]
consent = "none"
basis = ["A6-1-e"]
attach = ["inform_after", "notify_victim"]
cite = "orientation"
in_force = { from = 2009-03-27 }
)";

constexpr const char* kPhone = "+33639980141";

struct SafeContact : testing::Test, test::TwoAgencies {
  void SetUp() override {
    law->set(policy::Law::parse(*words, {{"fr.toml", kPack}}).value());
    Directory asking = directory.copy();
    for (const char* code : {"contact.point", "contact.preference", "contact.safe"}) {
      asking.agencies[1].services[0].needs.push_back({*words->find(code), true, "to call back"});
    }
    directory.set(asking);
  }
  flow::Submitted send(const std::string& safe, const std::string& preference = "phone") {
    flow::Request asked = request();
    asked.items = {{"identity.name", Sensitive<std::string>("Nadia Exemple")},
                   {"need.code", Sensitive<std::string>("housing")},
                   {"contact.point", Sensitive<std::string>(kPhone)},
                   {"contact.preference", Sensitive<std::string>(preference)}};
    if (!safe.empty()) asked.items.push_back({"contact.safe", Sensitive<std::string>(safe)});
    return flow::submit(sds->line, caller(), "key-" + std::to_string(++keys_), asked).value();
  }
  // What arrived, by category.
  std::vector<std::string> arrived() {
    deliver_all(*sds);
    std::vector<std::string> codes;
    if (seen.empty()) return codes;
    const auto items = flow::decode_items(seen.back().payload).value();
    for (const auto& item : items) {
      codes.push_back(item.category);
    }
    return codes;
  }
  int keys_ = 0;
};

TEST_F(SafeContact, notice_to_an_unsafe_phone_is_not_sent) {
  const auto submitted = send("false");
  const auto codes = arrived();
  EXPECT_THAT(codes, Contains("identity.name")) << "the rest goes";
  EXPECT_THAT(codes, Contains("contact.safe")) << "with the warning";
  EXPECT_THAT(codes, Not(Contains("contact.point")));
  EXPECT_THAT(codes, Not(Contains("contact.preference"))) << "\"phone\" is no advice either";
  for (const Envelope& envelope : seen) {
    EXPECT_THAT(envelope.payload, Not(HasSubstr(kPhone)));
    EXPECT_THAT(envelope.shared_bytes, Not(HasSubstr("contact.point")));
  }
  const flow::Explained& told = submitted.explained;
  EXPECT_THAT(told.professional.fr, HasSubstr("prévenir la victime")) << "the law still asks it";
  EXPECT_THAT(told.professional.fr, HasSubstr("Ne pas appeler la personne, ne pas lui écrire : ce "
                                              "n'est pas sûr. Tout avis se donne au guichet"));
  EXPECT_THAT(told.professional.en, HasSubstr("Any notice is given at the counter, by hand."));
  EXPECT_THAT(told.person.fr, HasSubstr("Nous ne vous appelons pas et nous ne vous écrivons pas"));
  EXPECT_THAT(told.person.en, HasSubstr("We do not call you"));
  const auto statement =
      flow::statement(sds->line, caller(), request().person, "en", "guardian").value();
  EXPECT_THAT(flow::render_text(statement), HasSubstr("a professional left it out"));
  EXPECT_THAT(flow::render_text(statement), Not(HasSubstr("not safe"))) << "whoever reads it";
}

TEST_F(SafeContact, a_phone_nobody_asked_about_is_not_given) {
  const auto submitted = send("");
  EXPECT_THAT(arrived(), Not(Contains("contact.point")));
  EXPECT_THAT(submitted.explained.professional.en,
              HasSubstr("To be sent only with the answer to: is it safe to call or write"));
}

TEST_F(SafeContact, a_phone_that_is_safe_goes_where_the_law_lets_it) {
  const auto submitted = send("true");
  EXPECT_THAT(arrived(), Contains("contact.point"));
  EXPECT_THAT(submitted.explained.professional.en, Not(HasSubstr("Do not call")));
}

TEST_F(SafeContact, a_way_that_needs_no_phone_goes_also_when_the_phone_is_unsafe) {
  send("false", "via_shelter");
  EXPECT_THAT(arrived(), Contains("contact.preference"));
}

TEST_F(SafeContact, the_worse_of_two_words_counts) {
  flow::Request asked = request();
  asked.items = {{"contact.safe", Sensitive<std::string>("false")},
                 {"contact.safe", Sensitive<std::string>("true")},
                 {"identity.name", Sensitive<std::string>("Nadia Exemple")},
                 {"contact.point", Sensitive<std::string>(kPhone)}};
  ASSERT_TRUE(flow::submit(sds->line, caller(), "key-1", asked).has_value());
  EXPECT_THAT(arrived(), Not(Contains("contact.point")));
}

}  // namespace
}  // namespace relais
