// SPDX-License-Identifier: Apache-2.0
// What a person takes home: every receipt holds with nothing but the ledger's key.
#include "node/flow/receipts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "node/ledger/record_file.h"
#include "tests/support/agencies.h"

namespace relais {
namespace {

using testing::HasSubstr;

struct Receipts : testing::Test, test::TwoAgencies {
  void SetUp() override {
    flow::Request asked = request();
    asked.consent = consent();
    flow::submit(sds->line, caller(), "key-1", asked).value();
    deliver_all(*sds);
  }
  flow::ReceiptAsked about(uint64_t index) const {
    return {request().person, "", index, "subject"};
  }
  size_t entries() const { return sds->store.ledger_entries().size(); }
  // The record that both files prove; nothing when they do not.
  std::optional<ledger::SharedPart> proven(const std::string& receipt, const std::string& record) {
    const auto parsed = ledger::parse_receipt(receipt);
    const auto file = ledger::parse_record_file(record);
    if (!parsed || !file) return std::nullopt;
    if (!ledger::verify_record(*parsed, *file, sds->ledger_signer.verifier())) return std::nullopt;
    return ledger::decode_shared(file->shared_bytes).value();
  }
};

TEST_F(Receipts, every_line_of_the_machines_statement_carries_one_that_holds) {
  const auto statement = flow::statement(sds->line, caller(), request().person, "en", "subject",
                                         flow::Enclosed::receipts)
                             .value();
  const auto json = nlohmann::json::parse(flow::render_json(statement));
  ASSERT_GE(json["entries"].size(), 3U);
  EXPECT_EQ(json["ledger_key"], sds->ledger_signer.verifier().text());
  for (const auto& line : json["entries"]) {
    const auto shared = proven(line["receipt"], line["record"]);
    ASSERT_TRUE(shared.has_value()) << line.dump();
    EXPECT_EQ(ledger::code_of(shared->event), line["event"].get<std::string>());
  }
}

TEST_F(Receipts, the_statement_on_paper_says_how_to_get_them_and_prints_the_key) {
  for (const char* language : {"fr", "en"}) {
    const auto statement =
        flow::statement(sds->line, caller(), request().person, language, "subject").value();
    const std::string key = sds->ledger_signer.verifier().text();
    EXPECT_THAT(flow::render_text(statement), HasSubstr(key));
    EXPECT_THAT(flow::render_html(statement), HasSubstr(key.substr(0, 20)));
    EXPECT_THAT(flow::render_json(statement), testing::Not(HasSubstr("tlog-proof")));
  }
  const auto french =
      flow::statement(sds->line, caller(), request().person, "fr", "subject").value();
  EXPECT_THAT(flow::render_text(french), HasSubstr("demandez au guichet le reçu"));
}

TEST_F(Receipts, the_desk_gets_one_and_its_reading_is_an_entry) {
  const size_t before = entries();
  const auto given = flow::get_receipt(sds->line, caller(), about(1));
  ASSERT_TRUE(given.has_value()) << given.error().message.view();
  EXPECT_EQ(given->index, 1U);
  EXPECT_TRUE(proven(given->receipt, given->record).has_value());
  ASSERT_EQ(entries(), before + 1);
  const auto& reading = sds->store.ledger_entries().back();
  EXPECT_EQ(reading.shared.event, ledger::Event::access_read);
  EXPECT_EQ(reading.privately.details.front().second, "1");
}

TEST_F(Receipts, an_entry_of_somebody_else_is_as_absent_as_one_that_is_not_there) {
  flow::Request other = request();
  other.person = PersonReference("OTHER-1");
  flow::submit(sds->line, caller(), "key-2", other).value();
  const uint64_t theirs = entries() - 1;
  const size_t before = entries();
  const auto foreign = flow::get_receipt(sds->line, caller(), about(theirs));
  const auto absent = flow::get_receipt(sds->line, caller(), about(9999));
  EXPECT_EQ(foreign.error().kind, FaultKind::not_found);
  EXPECT_EQ(foreign.error().message.view(), absent.error().message.view());
  EXPECT_EQ(entries(), before) << "nothing was read";
  flow::ReceiptAsked strange = about(1);
  strange.requester = "neighbour";
  EXPECT_EQ(flow::get_receipt(sds->line, caller(), strange).error().kind, FaultKind::invalid);
  strange = about(1);
  strange.origin = "another.test/2025";
  EXPECT_EQ(flow::get_receipt(sds->line, caller(), strange).error().kind, FaultKind::not_found);
}

TEST_F(Receipts, an_entry_the_law_withholds_has_none_until_its_day) {
  flow::Draft draft;
  draft.person = sds->store.find(request().person).value()->id;
  draft.shared.event = ledger::Event::disclosed;
  draft.shared.entry_id = "00000000-0000-4000-8000-00000000000e";
  draft.shared.origin = sds->line.settings.ledger_key.name();
  draft.private_part.visibility = ledger::Visibility::withheld;
  draft.private_part.withheld_until = "2026-12-24";
  draft.private_part.withheld_basis = "an article";
  const auto outcome = sds->store.append(std::move(draft));
  const uint64_t index = std::get<flow::Appended>(outcome.value()).index;
  const auto listed = [&](const std::string& where) {
    const auto statement = flow::statement(sds->line, caller(), request().person, "en", "subject",
                                           flow::Enclosed::receipts)
                               .value();
    const auto document = nlohmann::json::parse(flow::render_json(statement));
    for (const auto& line : document[where]) {
      if (line["index"] == index) return line;
    }
    return nlohmann::json::object();
  };
  ASSERT_TRUE(listed("withheld_entries").contains("commitment"));
  EXPECT_FALSE(listed("withheld_entries").contains("receipt"));
  EXPECT_TRUE(listed("entries").empty());
  EXPECT_EQ(flow::get_receipt(sds->line, caller(), about(index)).error().kind,
            FaultKind::not_found);
  clock.advance(std::chrono::hours{24 * 31});
  EXPECT_TRUE(listed("withheld_entries").empty());
  EXPECT_TRUE(listed("entries").contains("receipt"));
  EXPECT_TRUE(flow::get_receipt(sds->line, caller(), about(index)).has_value());
}

// A tree that says something else than the checkpoint it comes with.
class WrongTree final : public flow::Proofs {
 public:
  explicit WrongTree(flow::Proofs& true_one) : true_(true_one) {}
  Result<flow::Standing> prove(const std::string& origin,
                               const std::vector<uint64_t>& indexes) override {
    auto standing = true_.prove(origin, indexes);
    if (standing) standing->proofs.back().back()[0] ^= 1;
    return standing;
  }
  Result<std::vector<uint64_t>> witnessed(const std::string& origin) override {
    return true_.witnessed(origin);
  }

 private:
  flow::Proofs& true_;
};

// The line as it is, over other proofs.
flow::Line over(const flow::Line& line, flow::Proofs& proofs) {
  return {line.settings,    line.clock,   line.entropy, line.vocabulary,  line.laws,
          line.directories, line.signer,  line.ledger,  line.people,      line.referrals,
          line.outbox,      line.account, proofs,       line.checkpoints, line.tally,
          line.erasures,    line.notices};
}

TEST_F(Receipts, a_proof_that_does_not_hold_is_never_handed_out) {
  WrongTree wrong(sds->store);
  const flow::Line broken = over(sds->line, wrong);
  const size_t before = entries();
  EXPECT_EQ(flow::get_receipt(broken, caller(), about(1)).error().kind, FaultKind::corrupt);
  EXPECT_EQ(
      flow::statement(broken, caller(), request().person, "en", "subject", flow::Enclosed::receipts)
          .error()
          .kind,
      FaultKind::corrupt);
  EXPECT_EQ(entries(), before);
}

// Two witnesses cosigned the tree of one entry, one that of two: what is proven together.
class Steps final : public flow::Proofs {
 public:
  explicit Steps(flow::Proofs& true_one) : true_(true_one) {}
  Result<flow::Standing> prove(const std::string& origin,
                               const std::vector<uint64_t>& indexes) override {
    asked.push_back(indexes);
    return true_.prove(origin, indexes);
  }
  Result<std::vector<uint64_t>> witnessed(const std::string& /*origin*/) override {
    return std::vector<uint64_t>{1, 2};
  }
  std::vector<std::vector<uint64_t>> asked;

 private:
  flow::Proofs& true_;
};

TEST_F(Receipts, of_entries_that_more_witnesses_saw_do_not_wait_for_those_that_fewer_did) {
  Steps steps(sds->store);
  const auto statement = flow::statement(over(sds->line, steps), caller(), request().person, "en",
                                         "subject", flow::Enclosed::receipts);
  ASSERT_TRUE(statement.has_value()) << statement.error().message.view();
  ASSERT_EQ(steps.asked.size(), 3U);
  EXPECT_THAT(steps.asked[0], testing::ElementsAre(0U));
  EXPECT_THAT(steps.asked[1], testing::ElementsAre(1U));
  EXPECT_THAT(steps.asked[2], testing::Each(testing::Ge(2U)));
}

}  // namespace
}  // namespace relais
