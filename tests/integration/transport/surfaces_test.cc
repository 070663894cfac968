// SPDX-License-Identifier: Apache-2.0
// Who gets in where, over real connections.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "node/transport/methods.h"
#include "tests/integration/transport/open_nodes.h"

namespace relais {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kReflection =
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
constexpr const char* kListServices = "\x3a\x01*";
constexpr const char* kHealth = "/grpc.health.v1.Health/Check";
const std::string kServing = "\x08\x01";
const std::string kNotServing = "\x08\x02";

struct Surfaces : testing::Test, test::OpenNodes {
  std::shared_ptr<grpc::Channel> channel_of(transport::Surface surface) {
    switch (surface) {
      case transport::Surface::desk:
        return desk_channel(siao_server());
      case transport::Surface::exchange:
        return exchange_channel(sds_leaf);
      case transport::Surface::steward:
        return steward_channel();
    }
    return nullptr;
  }
};

TEST_F(Surfaces, every_unary_method_refuses_a_call_without_a_deadline) {
  for (const transport::Method& method : transport::kMethods) {
    if (method.path == "/relais.v1.DeskService/FollowInbox") continue;
    const auto answer =
        test::call_raw(channel_of(method.surface), std::string(method.path), "", false);
    EXPECT_EQ(answer.status.error_code(), StatusCode::INVALID_ARGUMENT) << method.path;
    EXPECT_THAT(answer.status.error_message(), HasSubstr("deadline")) << method.path;
  }
}

TEST_F(Surfaces, a_method_does_not_exist_on_another_surface) {
  for (const transport::Method& method : transport::kMethods) {
    const auto other = method.surface == transport::Surface::desk ? transport::Surface::exchange
                                                                  : transport::Surface::desk;
    const auto answer = test::call_raw(channel_of(other), std::string(method.path), "");
    EXPECT_EQ(answer.status.error_code(), StatusCode::UNIMPLEMENTED) << method.path;
  }
}

TEST_F(Surfaces, a_deadline_beyond_30_s_is_refused) {
  v1::ListInboxRequest request;
  *request.mutable_acting() = test::acting();
  v1::ListInboxResponse reply;
  auto context = test::soon(40);
  const auto status = v1::DeskService::NewStub(desk_channel(siao_server()))
                          ->ListInbox(context.get(), request, &reply);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(test::problem_of(*context).where(), "deadline");
  EXPECT_EQ(test::problem_of(*context).kind(), "invalid");
}

TEST_F(Surfaces, an_agency_is_no_desk_whoever_issued_its_certificate) {
  const auto mistaken = desks.issue(folder, "mistaken", {"spiffe://test/agency/sds"});
  const auto through = channel(siao_server().desk_port(), mistaken, peer_roots);
  EXPECT_EQ(test::list_code(through), StatusCode::PERMISSION_DENIED);
  v1::FollowInboxRequest follow;
  *follow.mutable_acting() = test::acting();
  v1::FollowInboxResponse followed;
  const auto context = test::soon();
  const auto stream = v1::DeskService::NewStub(through)->FollowInbox(context.get(), follow);
  EXPECT_FALSE(stream->Read(&followed));
  EXPECT_EQ(stream->Finish().error_code(), StatusCode::PERMISSION_DENIED);
}

TEST_F(Surfaces, a_role_outside_the_staff_register_reads_nothing) {
  const auto stub = v1::DeskService::NewStub(desk_channel(siao_server()));
  v1::ActingProfessional stranger = test::acting();
  stranger.set_role("somebody");
  v1::ListInboxRequest list;
  *list.mutable_acting() = stranger;
  v1::ListInboxResponse listed;
  auto context = test::soon();
  EXPECT_EQ(stub->ListInbox(context.get(), list, &listed).error_code(),
            StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(test::problem_of(*context).where(), "acting.role");
  v1::FollowInboxRequest follow;
  *follow.mutable_acting() = stranger;
  v1::FollowInboxResponse followed;
  context = test::soon();
  const auto stream = stub->FollowInbox(context.get(), follow);
  EXPECT_FALSE(stream->Read(&followed));
  EXPECT_EQ(stream->Finish().error_code(), StatusCode::INVALID_ARGUMENT);
}

TEST_F(Surfaces, reflection_is_on_for_desk_and_steward_and_off_for_the_exchange) {
  for (const auto surface : {transport::Surface::desk, transport::Surface::steward}) {
    const auto answer = test::call_raw(channel_of(surface), kReflection, kListServices);
    EXPECT_TRUE(answer.status.ok()) << answer.status.error_message();
    EXPECT_THAT(answer.bytes, HasSubstr("relais.v1."));
  }
  const auto hidden =
      test::call_raw(channel_of(transport::Surface::exchange), kReflection, kListServices);
  EXPECT_EQ(hidden.status.error_code(), StatusCode::UNIMPLEMENTED);
}

TEST_F(Surfaces, health_says_serving_until_the_node_is_not_ready) {
  const auto through = desk_channel(siao_server());
  EXPECT_EQ(test::call_raw(through, kHealth, "").bytes, kServing);
  siao_server().set_ready(false);
  EXPECT_EQ(test::call_raw(through, kHealth, "").bytes, kNotServing);
  EXPECT_EQ(test::call_raw(exchange_channel(sds_leaf), kHealth, "").bytes, kNotServing);
  siao_server().set_ready(true);
  EXPECT_EQ(test::call_raw(through, kHealth, "").bytes, kServing);
}

TEST_F(Surfaces, a_certificate_of_another_authority_is_refused) {
  const auto stranger = strangers.issue(folder, "stranger", {"spiffe://test/agency/sds"});
  EXPECT_EQ(test::deliver_code(exchange_channel(stranger)), StatusCode::UNAVAILABLE);
  EXPECT_EQ(test::list_code(channel(siao_server().desk_port(), stranger, peer_roots)),
            StatusCode::UNAVAILABLE);
}

TEST_F(Surfaces, a_desk_certificate_is_no_peer_and_a_peer_certificate_no_desk) {
  EXPECT_EQ(test::deliver_code(exchange_channel(software)), StatusCode::UNAVAILABLE);
  EXPECT_EQ(test::list_code(channel(siao_server().desk_port(), sds_leaf, peer_roots)),
            StatusCode::UNAVAILABLE);
}

TEST_F(Surfaces, a_caller_without_a_certificate_is_refused) {
  EXPECT_EQ(
      test::deliver_code(channel_without_certificate(siao_server().exchange_port(), peer_roots)),
      StatusCode::UNAVAILABLE);
  EXPECT_EQ(test::list_code(channel_without_certificate(siao_server().desk_port(), peer_roots)),
            StatusCode::UNAVAILABLE);
}

TEST_F(Surfaces, an_expired_certificate_is_refused) {
  const auto expired = peers.issue(folder, "expired", {"spiffe://test/agency/sds"}, -1);
  EXPECT_EQ(test::deliver_code(exchange_channel(expired)), StatusCode::UNAVAILABLE);
}

TEST_F(Surfaces, a_certificate_that_names_two_uris_or_none_has_no_identity) {
  const auto two =
      peers.issue(folder, "two", {"spiffe://test/agency/sds", "spiffe://test/agency/siao"});
  EXPECT_EQ(test::deliver_code(exchange_channel(two)), StatusCode::UNAUTHENTICATED);
  const auto none = peers.issue(folder, "none", {});
  EXPECT_EQ(test::deliver_code(exchange_channel(none)), StatusCode::UNAUTHENTICATED);
}

TEST_F(Surfaces, an_agency_outside_the_directory_is_refused) {
  const auto outsider = peers.issue(folder, "outsider", {"spiffe://test/agency/other"});
  EXPECT_EQ(test::deliver_code(exchange_channel(outsider)), StatusCode::PERMISSION_DENIED);
}

TEST_F(Surfaces, a_suspended_agency_is_refused_on_its_next_call) {
  const auto through = exchange_channel(sds_leaf);
  EXPECT_EQ(test::deliver_code(through),
            StatusCode::INVALID_ARGUMENT);  // known, its message is empty
  change_agency("sds", [](Agency& one) { one.suspended = true; });
  EXPECT_EQ(test::deliver_code(through), StatusCode::PERMISSION_DENIED);
}

TEST_F(Surfaces, a_message_that_is_too_large_is_refused) {
  v1::DeliverRequest request;
  request.set_payload(std::string(300 * 1024, 'x'));
  v1::DeliverResponse reply;
  auto context = test::soon();
  const auto status = v1::ExchangeService::NewStub(exchange_channel(sds_leaf))
                          ->Deliver(context.get(), request, &reply);
  EXPECT_EQ(status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(Surfaces, the_steward_answers_on_a_socket_nobody_else_may_open) {
  struct stat status {};
  ASSERT_EQ(::stat(folder.file("siao/steward.sock").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  v1::StatusResponse reply;
  auto context = test::soon();
  ASSERT_TRUE(v1::StewardService::NewStub(steward_channel())
                  ->Status(context.get(), v1::StatusRequest(), &reply)
                  .ok());
  EXPECT_EQ(reply.agency(), "siao");
  EXPECT_EQ(reply.ledger_size(), 3u);
  EXPECT_EQ(reply.duties_open(), 1u);
  EXPECT_THAT(reply.packs(), testing::ElementsAre("fr test.1"));
}

TEST_F(Surfaces, a_taken_port_is_refused) {
  transport::ServerSettings settings;
  settings.desk_address = "127.0.0.1:" + std::to_string(siao_server().desk_port());
  settings.desk_tls = {siao_leaf.private_key, siao_leaf.certificate, desk_roots};
  settings.exchange_tls = settings.desk_tls;
  const auto second = transport::Server::start(settings, siao->line, {}, witness);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, FaultKind::unavailable);
  EXPECT_EQ(second.error().where, settings.desk_address);
}

TEST_F(Surfaces, a_missing_tls_file_stops_the_start_and_is_named) {
  transport::ServerSettings settings;
  settings.desk_tls = {siao_leaf.private_key, folder.file("absent"), desk_roots};
  const auto outcome = transport::Server::start(settings, siao->line, {}, witness);
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().where, folder.file("absent"));
}

TEST_F(Surfaces, a_new_authority_is_believed_without_a_restart) {
  const auto newcomer = strangers.issue(folder, "newcomer", {"spiffe://test/desk/newcomer"});
  const auto code = [&] {
    return test::list_code(channel(siao_server().desk_port(), newcomer, peer_roots));
  };
  EXPECT_EQ(code(), StatusCode::UNAVAILABLE);
  std::this_thread::sleep_for(std::chrono::milliseconds{1100});  // mtimes count in whole seconds
  strangers.write_root(folder, "desk-roots");
  StatusCode last = StatusCode::UNAVAILABLE;
  for (int i = 0; i < 60 && last != StatusCode::OK; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
    last = code();
  }
  EXPECT_EQ(last, StatusCode::OK);
}

TEST_F(Surfaces, a_trace_is_taken_up_and_no_value_is_told_to_the_observer) {
  v1::PreviewReferralRequest request;
  *request.mutable_acting() = test::acting();
  request.mutable_referral()->set_person_ref("Nadia\nExemple");
  v1::PreviewReferralResponse reply;
  auto context = test::soon();
  context->AddMetadata("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  const auto status = v1::DeskService::NewStub(desk_channel(siao_server()))
                          ->PreviewReferral(context.get(), request, &reply);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(test::problem_of(*context).where(), "person_ref");
  EXPECT_THAT(status.error_message(), Not(HasSubstr("Nadia")));
  const auto told = witness.seen().back();
  EXPECT_EQ(told.method, "/relais.v1.DeskService/PreviewReferral");
  EXPECT_EQ(told.code, "INVALID_ARGUMENT");
  EXPECT_EQ(told.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_THAT(told.reason, Not(HasSubstr("Nadia")));
}

}  // namespace
}  // namespace relais
