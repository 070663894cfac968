// SPDX-License-Identifier: Apache-2.0
// The straight line over real connections: desk to node, node to node, and back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "node/flow/entry.h"
#include "node/flow/fresh.h"
#include "node/flow/outbox_workers.h"
#include "node/transport/credentials.h"
#include "node/transport/wire_exchange.h"
#include "tests/integration/transport/open_nodes.h"

namespace relais {
namespace {

using flow::Attempt;
using grpc::StatusCode;
using testing::ElementsAre;

struct TheLine : testing::Test, test::OpenNodes {
  v1::SubmitReferralRequest submission() {
    v1::SubmitReferralRequest request;
    *request.mutable_acting() = test::acting();
    request.set_idempotency_key("key-1");
    v1::ReferralRequest& referral = *request.mutable_referral();
    referral.set_person_ref("dossier-1");
    referral.set_recipient("siao");
    referral.set_service("orientation");
    referral.set_purpose("housing_orientation");
    referral.set_consent_id(consent().text());
    const auto add = [&](const char* category, const char* value) {
      v1::Item& item = *referral.add_items();
      item.set_category(category);
      item.set_value(value);
    };
    add("identity.name", "Nadia Exemple");
    add("need.code", "housing");
    add("health.clinical", "asthme");
    return request;
  }
  v1::SubmitReferralResponse submit(const v1::SubmitReferralRequest& request) {
    v1::SubmitReferralResponse reply;
    auto context = test::soon();
    const auto status = v1::DeskService::NewStub(desk_channel(sds_server()))
                            ->SubmitReferral(context.get(), request, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message() << test::problem_of(*context).where();
    return reply;
  }
  v1::ListInboxResponse inbox() {
    v1::ListInboxRequest request;
    *request.mutable_acting() = test::acting();
    v1::ListInboxResponse reply;
    auto context = test::soon();
    const auto status = v1::DeskService::NewStub(desk_channel(siao_server()))
                            ->ListInbox(context.get(), request, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return reply;
  }
  std::string state_of(const std::string& referral_id) {
    v1::GetReferralRequest request;
    *request.mutable_acting() = test::acting();
    request.set_referral_id(referral_id);
    v1::GetReferralResponse reply;
    auto context = test::soon();
    v1::DeskService::NewStub(desk_channel(sds_server()))
        ->GetReferral(context.get(), request, &reply);
    return reply.referral().state() + " " + reply.referral().delivery();
  }
};

TEST_F(TheLine, carries_from_one_desk_to_the_other_what_is_permitted_and_nothing_else) {
  const auto submitted = submit(submission());
  EXPECT_EQ(submitted.referral().state(), "requested");
  EXPECT_EQ(submitted.decision().outcome(), v1::OUTCOME_PERMIT);
  EXPECT_TRUE(submitted.decision().not_reviewed_by_counsel());
  const auto through = courier();
  EXPECT_THAT(carry(*through), ElementsAre(Attempt::delivered));
  const auto received = inbox();
  ASSERT_EQ(received.referrals_size(), 1);
  ASSERT_EQ(received.referrals(0).items_size(), 2);
  EXPECT_EQ(received.referrals(0).items(0).value(), "Nadia Exemple");
  EXPECT_EQ(received.referrals(0).state(), "received");
  EXPECT_EQ(state_of(submitted.referral().referral_id()), "received delivered");
}

TEST_F(TheLine, an_entry_of_what_came_keeps_the_checkpoint_that_its_sender_showed) {
  submit(submission());
  const auto through = courier();
  ASSERT_THAT(carry(*through), ElementsAre(Attempt::delivered));
  const auto& entry = siao->store.ledger_entries().back();
  ASSERT_EQ(entry.shared.event, ledger::Event::received);
  const std::string kept = flow::detail_of(entry.privately, ledger::kSenderCheckpoint);
  const auto shown = ledger::open_checkpoint(kept, sds->line.settings.ledger_key);
  ASSERT_TRUE(shown.has_value()) << kept;
  EXPECT_EQ(shown->checkpoint().origin, entry.shared.counterpart_origin);
  EXPECT_GT(shown->checkpoint().size, 0U);
}

TEST_F(TheLine, a_correction_at_one_desk_is_read_at_the_other) {
  submit(submission());
  const auto through = courier();
  ASSERT_THAT(carry(*through), ElementsAre(Attempt::delivered));
  v1::RecordCorrectionRequest request;
  *request.mutable_acting() = test::acting();
  request.set_person_ref("dossier-1");
  v1::Item& item = *request.add_items();
  item.set_category("identity.name");
  item.set_value("Nadia Exemplaire");
  v1::RecordCorrectionResponse reply;
  auto context = test::soon();
  const auto status = v1::DeskService::NewStub(desk_channel(sds_server()))
                          ->RecordCorrection(context.get(), request, &reply);
  ASSERT_TRUE(status.ok()) << status.error_message() << test::problem_of(*context).where();
  EXPECT_THAT(carry(*through), ElementsAre(Attempt::delivered));
  const auto received = inbox();
  ASSERT_EQ(received.referrals_size(), 1);
  EXPECT_EQ(received.referrals(0).items(0).value(), "Nadia Exemplaire");
}

TEST_F(TheLine, the_steward_lists_who_has_not_answered_in_time) {
  const Person person = siao->store.open(PersonReference("siao-7")).value();
  flow::Draft draft = flow::draft_entry(siao->line, ledger::Event::objection, person.id, "");
  flow::Notice notice;
  notice.id = DisclosureId(flow::fresh_uuid(clock, siao->entropy));
  notice.event = ledger::Event::objection;
  notice.person = person.id;
  notice.peer = AgencyId("pass");
  notice.status = "queued";
  notice.asked = clock.now();
  notice.due = clock.now() + std::chrono::hours{1};
  draft.notices = {notice};
  ASSERT_TRUE(siao->store.append(draft));
  const auto listed = [&] {
    v1::ListOverdueResponse reply;
    auto context = test::soon();
    const auto status = v1::StewardService::NewStub(steward_channel())
                            ->ListOverdue(context.get(), v1::ListOverdueRequest(), &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return reply;
  };
  EXPECT_EQ(listed().notices_size(), 0);
  clock.advance(std::chrono::hours{1});
  const auto late = listed();
  ASSERT_EQ(late.notices_size(), 1);
  EXPECT_EQ(late.notices(0).peer(), "pass");
  EXPECT_EQ(late.notices(0).right(), "objection");
  EXPECT_EQ(late.notices(0).disclosure_id(), notice.id.text());
}

TEST_F(TheLine, a_repeat_with_the_same_key_gets_the_same_answer_and_another_body_none) {
  auto request = submission();
  const auto first = submit(request);
  EXPECT_EQ(submit(request).referral().referral_id(), first.referral().referral_id());
  request.mutable_referral()->set_purpose("child_protection_assessment");
  v1::SubmitReferralResponse reply;
  auto context = test::soon();
  const auto status = v1::DeskService::NewStub(desk_channel(sds_server()))
                          ->SubmitReferral(context.get(), request, &reply);
  EXPECT_EQ(status.error_code(), StatusCode::ALREADY_EXISTS);
}

TEST_F(TheLine, is_followed_as_it_is_filed) {
  v1::FollowInboxRequest request;
  *request.mutable_acting() = test::acting();
  grpc::ClientContext context;
  auto stream =
      v1::DeskService::NewStub(desk_channel(siao_server()))->FollowInbox(&context, request);
  submit(submission());
  const auto through = courier();
  ASSERT_THAT(carry(*through), ElementsAre(Attempt::delivered));
  v1::FollowInboxResponse one;
  ASSERT_TRUE(stream->Read(&one));
  EXPECT_EQ(one.referral().items(0).value(), "Nadia Exemple");
  EXPECT_FALSE(one.page_token().empty());
  siao_server().drain(std::chrono::seconds{5});
  EXPECT_FALSE(stream->Read(&one));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(TheLine, can_be_followed_by_a_bounded_number_only) {
  restart_siao([](transport::ServerSettings& settings) { settings.inbox_streams = 1; });
  v1::FollowInboxRequest request;
  *request.mutable_acting() = test::acting();
  const auto stub = v1::DeskService::NewStub(desk_channel(siao_server()));
  grpc::ClientContext first;
  auto stream = stub->FollowInbox(&first, request);
  stream->WaitForInitialMetadata();
  grpc::ClientContext second;
  v1::FollowInboxResponse one;
  auto refused = stub->FollowInbox(&second, request);
  EXPECT_FALSE(refused->Read(&one));
  EXPECT_EQ(refused->Finish().error_code(), StatusCode::RESOURCE_EXHAUSTED);
  first.TryCancel();
  EXPECT_EQ(stream->Finish().error_code(), StatusCode::CANCELLED);
}

TEST_F(TheLine, is_not_followed_by_somebody_unnamed) {
  grpc::ClientContext context;
  v1::FollowInboxResponse one;
  auto stream = v1::DeskService::NewStub(desk_channel(siao_server()))
                    ->FollowInbox(&context, v1::FollowInboxRequest());
  EXPECT_FALSE(stream->Read(&one));
  EXPECT_EQ(stream->Finish().error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(TheLine, does_not_reach_a_node_that_is_not_the_pinned_peer) {
  change_agency("siao", [](Agency& one) { one.tls_identity = "spiffe://test/agency/another"; });
  submit(submission());
  const auto through = courier();
  EXPECT_THAT(carry(*through), ElementsAre(Attempt::postponed));
  EXPECT_EQ(sds->store.list(1).value().at(0).last_failure, "peer_away");
  EXPECT_TRUE(siao->store.ledger_entries().empty());
}

TEST_F(TheLine, tells_a_peer_that_was_not_reached_from_one_that_may_have_the_envelope) {
  submit(submission());
  const auto through = courier();
  const auto fault_of_delivery = [&] {
    clock.advance(std::chrono::minutes{10});
    const auto claim = sds->store.claim(1, std::chrono::seconds{1}, {}).value();
    const auto loaded = sds->store.load(claim.messages).value();
    const auto recalled = flow::recall(sds->line, *loaded.front().message).value();
    return through->deliver(std::get<Disclosure>(recalled)).error().kind;
  };
  siao->store.fail_next_append(Fault{FaultKind::unavailable, "the database is away", {}, nullptr});
  EXPECT_EQ(fault_of_delivery(), FaultKind::deadline);
  siao_server().drain(std::chrono::seconds{0});
  EXPECT_EQ(fault_of_delivery(), FaultKind::unavailable);
}

TEST_F(TheLine, waits_while_the_peer_is_away_and_goes_on_when_it_is_back) {
  submit(submission());
  const auto through = courier();
  siao_server().drain(std::chrono::seconds{0});
  EXPECT_THAT(carry(*through), ElementsAre(Attempt::postponed));
  restart_siao([](transport::ServerSettings&) {});
  clock.advance(std::chrono::minutes{10});
  EXPECT_THAT(carry(*through), ElementsAre(Attempt::delivered));
}

TEST_F(TheLine, is_carried_by_the_workers_as_soon_as_they_are_woken) {
  struct Count final : flow::DeliveryObserver {
    void attempted(Attempt attempt, std::chrono::duration<double> /*took*/) override {
      if (attempt == Attempt::delivered) ++delivered;
    }
    void hindered(const Fault& /*fault*/) override { ++hindrances; }
    std::atomic<int> delivered{0};
    std::atomic<int> hindrances{0};
  } count;
  const auto through = courier();
  flow::OutboxSettings settings;
  settings.workers = 1;  // a memory store leases nothing
  settings.look = std::chrono::milliseconds{20};
  flow::OutboxWorkers workers(
      sds->line, *through, settings,
      [](uint64_t& /*seen*/, std::chrono::milliseconds at_most) {
        std::this_thread::sleep_for(at_most);
      },
      count);
  submit(submission());
  for (int i = 0; i < 500 && count.delivered == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  workers.stop();
  EXPECT_EQ(count.delivered, 1);
  EXPECT_EQ(count.hindrances, 0);
  EXPECT_EQ(inbox().referrals_size(), 1);
}

// A peer with the right certificate that answers with what it did not sign.
class Forger final : public v1::ExchangeService::Service {
 public:
  grpc::Status Deliver(grpc::ServerContext* /*context*/, const v1::DeliverRequest* request,
                       v1::DeliverResponse* reply) override {
    v1::Acknowledgement& word = *reply->mutable_acknowledgement();
    word.set_federation(request->federation());
    word.set_acknowledger(request->recipient());
    word.set_sender(request->sender());
    word.set_disclosure_id(request->disclosure_id());
    word.set_sequence(request->sequence());
    word.set_envelope_digest(std::string(32, 'd'));
    word.set_status("filed");
    word.set_origin("siao.test/disclosures/2026");
    word.set_entry_id(request->disclosure_id());
    word.set_commitment(std::string(32, 'c'));
    word.set_time_ms(1'800'000'000'000);
    word.set_signature(std::string(64, 's'));
    return grpc::Status::OK;
  }
};

TEST_F(TheLine, takes_no_word_that_the_peer_did_not_sign) {
  Forger forger;
  grpc::ServerBuilder builder;
  int port = 0;
  const auto certificates = transport::watch(
      {siao_leaf.private_key, siao_leaf.certificate, peer_roots}, std::chrono::seconds{60});
  builder.AddListeningPort("127.0.0.1:0", transport::server_credentials(certificates), &port);
  builder.RegisterService(&forger);
  const auto server = builder.BuildAndStart();
  change_agency("siao", [&](Agency& one) { one.endpoint = "127.0.0.1:" + std::to_string(port); });
  submit(submission());
  const auto through = courier();
  EXPECT_THAT(carry(*through), ElementsAre(Attempt::postponed));
  EXPECT_EQ(sds->store.list(1).value().at(0).last_failure, "failed");
}

}  // namespace
}  // namespace relais
