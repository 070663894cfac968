// SPDX-License-Identifier: Apache-2.0
// Every method of the desk for every role there can be, over a real connection: who lacks the right
// is refused before anything is read or done.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include "node/transport/methods.h"
#include "relais/v1/desk.pb.h"
#include "tests/integration/transport/open_nodes.h"

namespace relais {
namespace {

using google::protobuf::MethodDescriptor;
using grpc::StatusCode;

struct DeskRightsOverTheWire : testing::Test, test::OpenNodes {
  // One role a right, named as it; one that may nothing, and one that nobody gave anything.
  DeskRightsOverTheWire() {
    for (const std::string_view right : kDeskRights) {
      enlist(std::string(right), {*desk_right(right)});
    }
    enlist("nothing", {});
    enlist("forgotten", {});
    roles.erase("forgotten");
    restart_siao([this](transport::ServerSettings& settings) { settings.roles = roles; });
    desk = desk_channel(siao_server());
  }
  void enlist(const std::string& role, DeskRights may) {
    siao->settings.staff.push_back(
        {role, "social_work_assistant", "profession", "social_list", std::nullopt});
    roles[role] = may;
  }

  // The method, called with nothing but who acts.
  test::RawAnswer call(const MethodDescriptor& method, const std::string& role) {
    const auto* prototype =
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(method.input_type());
    const std::unique_ptr<google::protobuf::Message> request(prototype->New());
    v1::ActingProfessional who = test::acting();
    who.set_role(role);
    request->GetReflection()
        ->MutableMessage(request.get(), method.input_type()->FindFieldByName("acting"))
        ->CopyFrom(who);
    const std::string path = "/" + method.service()->full_name() + "/" + method.name();
    return test::call_raw(desk, path, request->SerializeAsString(), true, wait_of(method));
  }

  template <class Request>
  test::RawAnswer ask(const std::string& method, const std::string& role, const ReferralId& id) {
    Request request;
    *request.mutable_acting() = test::acting();
    request.mutable_acting()->set_role(role);
    request.set_referral_id(id.text());
    return test::call_raw(desk, "/" + service.full_name() + "/" + method,
                          request.SerializeAsString(), true, std::chrono::milliseconds{10'000});
  }

  // A stream that was let through stays open.
  static std::chrono::milliseconds wait_of(const MethodDescriptor& method) {
    return std::chrono::milliseconds{method.server_streaming() ? 1000 : 10'000};
  }

  const google::protobuf::ServiceDescriptor& service =
      *v1::ReferralRequest::descriptor()->file()->FindServiceByName("DeskService");
  std::map<std::string, DeskRights> roles;
  std::shared_ptr<grpc::Channel> desk;
};

TEST_F(DeskRightsOverTheWire, a_role_reaches_what_it_may_and_nothing_else) {
  const size_t entries = siao->store.ledger_entries().size();
  for (int m = 0; m < service.method_count(); ++m) {
    const MethodDescriptor& method = *service.method(m);
    const std::string path = "/" + service.full_name() + "/" + method.name();
    const DeskRights needed = transport::kMethods.at(transport::index_of(path)).rights;
    for (const std::string_view right : kDeskRights) {
      const auto answer = call(method, std::string(right));
      const bool denied = answer.status.error_code() == StatusCode::PERMISSION_DENIED;
      EXPECT_EQ(denied, !needed.has(*desk_right(right))) << path << " for " << right;
      EXPECT_NE(answer.status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
    }
  }
  EXPECT_EQ(siao->store.ledger_entries().size(), entries);
}

TEST_F(DeskRightsOverTheWire, the_refusal_names_the_right_and_nobody) {
  for (int m = 0; m < service.method_count(); ++m) {
    const auto answer = call(*service.method(m), m % 2 == 0 ? "nothing" : "forgotten");
    ASSERT_EQ(answer.status.error_code(), StatusCode::PERMISSION_DENIED)
        << service.method(m)->name();
    const std::string path = "/" + service.full_name() + "/" + service.method(m)->name();
    const DeskRights needed = transport::kMethods.at(transport::index_of(path)).rights;
    EXPECT_EQ(answer.problem.where(), "staff.may: " + text_of(needed, " or "));
    EXPECT_EQ(answer.problem.kind(), "forbidden");
    EXPECT_THAT(answer.status.error_message(), testing::Not(testing::HasSubstr("staff-7")));
    EXPECT_THAT(answer.status.error_message(), testing::Not(testing::HasSubstr("nothing")));
  }
}

// Unknown and another's to see: the same word.
TEST_F(DeskRightsOverTheWire, what_another_agency_sent_is_absent_to_a_role_that_only_refers) {
  flow::Request asked = request();
  asked.consent = consent();
  ASSERT_TRUE(flow::submit(sds->line, caller(), "key-1", asked));
  deliver_all(*sds);
  const ReferralId there = flow::list_inbox(siao->line, "", 1).value().referrals[0].referral.id;
  const ReferralId nowhere("00000000-0000-7000-8000-000000000000");
  const auto get = [&](const char* role, const ReferralId& id) {
    return ask<v1::GetReferralRequest>("GetReferral", role, id);
  };
  for (const char* role : {"refer", "duty"}) {
    const auto absent = get(role, nowhere);
    EXPECT_EQ(absent.status.error_code(), StatusCode::NOT_FOUND);
    EXPECT_EQ(get(role, there).status.error_code(), absent.status.error_code()) << role;
    EXPECT_EQ(get(role, there).status.error_message(), absent.status.error_message());
    EXPECT_EQ(get(role, there).problem.where(), absent.problem.where());
  }
  for (const char* role : {"receive", "follow"}) EXPECT_TRUE(get(role, there).status.ok()) << role;
  const auto preview = ask<v1::PreviewItemsRequest>("PreviewItems", "refer", there);
  EXPECT_EQ(preview.status.error_code(), StatusCode::NOT_FOUND);
  const auto supply = ask<v1::SupplyItemsRequest>("SupplyItems", "refer", there);
  EXPECT_EQ(supply.status.error_code(), StatusCode::NOT_FOUND);
  const auto follow = ask<v1::SupplyItemsRequest>("SupplyItems", "follow", there);
  EXPECT_EQ(follow.status.error_code(), StatusCode::FAILED_PRECONDITION) << "it is not over";
}

TEST_F(DeskRightsOverTheWire, a_role_outside_the_register_reaches_nothing) {
  for (int m = 0; m < service.method_count(); ++m) {
    const auto answer = call(*service.method(m), "somebody");
    EXPECT_EQ(answer.status.error_code(), StatusCode::INVALID_ARGUMENT)
        << service.method(m)->name();
    EXPECT_EQ(answer.problem.where(), "acting.role");
  }
}

}  // namespace
}  // namespace relais
