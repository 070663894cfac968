// SPDX-License-Identifier: Apache-2.0
// What peers ask of each other about their ledgers, over real connections: a cosignature, and what
// the two recorded of the messages between them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "node/flow/checkpoints.h"
#include "node/flow/cosign.h"
#include "node/flow/entry.h"
#include "tests/integration/transport/open_nodes.h"

namespace relais {
namespace {

using grpc::StatusCode;

// What was cosigned, in memory.
struct Book final : flow::WitnessBook {
  Result<flow::Judged> see(const ledger::AddCheckpoint& request, const ledger::VerifierKey& log,
                           const std::optional<flow::Shown>& /*shown*/) override {
    flow::Judged judged{ledger::judge(request, log, before), before, held};
    if (judged.judgement.answer == ledger::WitnessAnswer::cosign) {
      before = judged.judgement.next;
      held = request.note;
    }
    return judged;
  }
  ledger::Witnessed before;
  Bytes held;
};

struct Nobody final : flow::WitnessObserver {
  void asked(ledger::WitnessAnswer /*answer*/) override {}
  void alarmed(const std::string& /*origin*/, ledger::WitnessAlarm /*alarm*/) override {}
};

struct Peers : testing::Test, test::OpenNodes {
  Peers() {
    peer_office.cosign = [this](std::string_view body) { return flow::cosign(desk, body); };
    peer_office.pair = [this](const AgencyId& peer, const flow::PairQuestion& question) {
      const std::scoped_lock lock(mutex);
      asked_about.push_back(peer.text());
      limit = question.limit;
      flow::PairRow row;
      row.disclosure = DisclosureId("01902d2e-7c4a-7b3e-8d1f-0123456789ab");
      row.sent = true;
      row.status = "delivered";
      row.entry = EntryId("01902d2e-7c4a-7b3e-8d1f-0123456789ac");
      row.commitment.fill(1);
      row.envelope_digest = Digest{};
      row.counterpart = flow::Counterpart{Digest{}, row.entry, row.commitment};
      return Result<flow::PairPage>(flow::PairPage{{row}, false});
    };
    restart_siao([](transport::ServerSettings&) {});
  }
  PeerAddress siao_address() {
    return {"127.0.0.1:" + std::to_string(siao_server().exchange_port()),
            "spiffe://test/agency/siao"};
  }
  StatusCode ask_as(const test::Leaf& leaf) {
    v1::ListPairResponse reply;
    const auto context = test::soon();
    return v1::ExchangeService::NewStub(exchange_channel(leaf))
        ->ListPair(context.get(), v1::ListPairRequest(), &reply)
        .error_code();
  }
  const ledger::Ed25519Signer key =
      ledger::Ed25519Signer::make("siao.test/witness", ledger::SignatureType::cosignature,
                                  ledger::PrivateKey::from_seed(Bytes(32, 'w')).value())
          .value();
  Book book;
  Nobody observer;
  flow::VerifiedCheckpoints nothing_shown;
  flow::WitnessDesk desk{&key, book, directory, clock, observer, nothing_shown};
  std::mutex mutex;
  std::vector<std::string> asked_about;
  int limit = 0;
};

TEST_F(Peers, cosign_each_others_checkpoints_and_show_what_they_hold) {
  const Person person = sds->store.open(PersonReference("dossier-9")).value();
  flow::Draft draft = flow::draft_entry(sds->line, ledger::Event::objection, person.id, "");
  const auto outcome = sds->store.append(draft).value();
  const Bytes note = std::get<flow::Appended>(outcome).checkpoint;
  const auto through = courier();
  const Bytes body = ledger::print_add_checkpoint({0, {}, note});
  const auto reply = through->add_checkpoint(siao_address(), body).value();
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.held, Bytes{}) << "nothing was cosigned before";
  const std::vector<ledger::VerifierKey> witnesses{key.verifier()};
  const auto whole =
      ledger::with_cosignatures(note, reply.lines, sds->line.settings.ledger_key, witnesses);
  ASSERT_TRUE(whole.has_value());
  EXPECT_GT(whole->size(), note.size());
  const auto again = through->add_checkpoint(siao_address(), body).value();
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.known, 1U);
  EXPECT_EQ(again.held, note);
  EXPECT_EQ(through->add_checkpoint(siao_address(), "nonsense")->status, 400);
}

TEST_F(Peers, are_shown_their_own_pair_and_can_name_no_other) {
  const auto through = courier();
  const auto page = through->pair(siao_address(), {}).value();
  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_TRUE(page.rows[0].counterpart.has_value());
  EXPECT_EQ(limit, flow::kMostPairRows);
  EXPECT_THAT(asked_about, testing::ElementsAre("sds"));
  // Whatever a request holds: the certificate says who asks.
  const auto raw = test::call_raw(exchange_channel(sds_leaf), "/relais.v1.ExchangeService/ListPair",
                                  std::string("\x7a\x04pass", 6));
  EXPECT_TRUE(raw.status.ok()) << raw.status.error_message();
  EXPECT_THAT(asked_about, testing::ElementsAre("sds", "sds"));
}

TEST_F(Peers, that_are_none_are_shown_nothing) {
  const auto unlisted = peers.issue(folder, "unlisted", {"spiffe://test/agency/unlisted"});
  EXPECT_EQ(ask_as(unlisted), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(ask_as(strangers.issue(folder, "stranger", {"spiffe://test/agency/sds"})),
            StatusCode::UNAVAILABLE);
  change_agency("sds", [](Agency& one) { one.suspended = true; });
  EXPECT_EQ(ask_as(sds_leaf), StatusCode::PERMISSION_DENIED);
  EXPECT_TRUE(asked_about.empty());
}

TEST_F(Peers, of_a_node_that_is_nobodys_witness_are_told_so) {
  peer_office = {};
  restart_siao([](transport::ServerSettings&) {});
  const auto through = courier();
  EXPECT_EQ(through->add_checkpoint(siao_address(), "x").error().kind, FaultKind::precondition);
  EXPECT_EQ(through->pair(siao_address(), {}).error().kind, FaultKind::precondition);
}

}  // namespace
}  // namespace relais
