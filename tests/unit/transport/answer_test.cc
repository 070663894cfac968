// SPDX-License-Identifier: Apache-2.0
#include "node/transport/answer.h"

#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

#include "node/transport/exchange_service.h"
#include "tests/support/memory.h"

namespace relais::transport {
namespace {

TEST(Faults, map_to_grpc_codes_in_one_table) {
  using Code = grpc::StatusCode;
  EXPECT_EQ(code_of(FaultKind::invalid), Code::INVALID_ARGUMENT);
  EXPECT_EQ(code_of(FaultKind::not_found), Code::NOT_FOUND);
  EXPECT_EQ(code_of(FaultKind::already_exists), Code::ALREADY_EXISTS);
  EXPECT_EQ(code_of(FaultKind::precondition), Code::FAILED_PRECONDITION);
  EXPECT_EQ(code_of(FaultKind::unauthenticated), Code::UNAUTHENTICATED);
  EXPECT_EQ(code_of(FaultKind::forbidden), Code::PERMISSION_DENIED);
  EXPECT_EQ(code_of(FaultKind::exhausted), Code::RESOURCE_EXHAUSTED);
  EXPECT_EQ(code_of(FaultKind::unavailable), Code::UNAVAILABLE);
  EXPECT_EQ(code_of(FaultKind::deadline), Code::DEADLINE_EXCEEDED);
  EXPECT_EQ(code_of(FaultKind::in_doubt), Code::ABORTED);
  EXPECT_EQ(code_of(FaultKind::corrupt), Code::DATA_LOSS);
  EXPECT_EQ(code_of(FaultKind::internal), Code::INTERNAL);
}

TEST(Faults, have_names_that_differ) {
  std::set<std::string_view> names;
  for (int kind = 0; kind <= static_cast<int>(FaultKind::internal); ++kind) {
    names.insert(name_of(static_cast<FaultKind>(kind)));
  }
  EXPECT_EQ(names.size(), static_cast<size_t>(FaultKind::internal) + 1);
  EXPECT_EQ(name_of(grpc::StatusCode::UNAUTHENTICATED), "UNAUTHENTICATED");
  EXPECT_EQ(name_of(grpc::StatusCode::DO_NOT_USE), "UNKNOWN");
}

TEST(Guarded, an_exception_becomes_internal_and_its_text_is_dropped) {
  const auto outcome = guarded(
      [](const Call&) -> Result<void> { throw std::runtime_error("Nadia Exemple"); }, Call{});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().kind, FaultKind::internal);
  EXPECT_EQ(outcome.error().message.view().find("Nadia"), std::string_view::npos);
  EXPECT_TRUE(outcome.error().where.empty());
  EXPECT_FALSE(guarded([](const Call&) -> Result<void> { throw 7; }, Call{}));
}

TEST(TraceParent, gives_its_trace_id_when_it_is_well_formed) {
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  EXPECT_EQ(trace_id_of("00-" + trace + "-00f067aa0ba902b7-01"), trace);
}

TEST(TraceParent, is_ignored_when_it_is_not_one) {
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  EXPECT_EQ(trace_id_of(""), "");
  EXPECT_EQ(trace_id_of("ff-" + trace + "-00f067aa0ba902b7-01"), "");
  EXPECT_EQ(trace_id_of("00-" + trace + "-0000000000000000-01"), "");
  EXPECT_EQ(trace_id_of("00-" + std::string(32, '0') + "-00f067aa0ba902b7-01"), "");
  EXPECT_EQ(trace_id_of("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"), "");
  EXPECT_EQ(trace_id_of("00_" + trace + "-00f067aa0ba902b7-01"), "");
}

struct Peers : testing::Test {
  Peers() {
    Agency agency;
    agency.id = AgencyId("sds");
    agency.tls_identity = "spiffe://test/agency/sds";
    agency.valid_from = clock.now() - std::chrono::hours{1};
    agency.valid_until = clock.now() + std::chrono::hours{1};
    set(agency);
  }
  void set(const Agency& agency) {
    Directory content;
    content.agencies = {agency};
    directory.set(content);
  }
  Fault refused(const std::string& identity) {
    const auto peer = peer_of(directory, clock.now(), {identity, ""});
    return peer ? Fault{FaultKind::internal, "accepted"} : peer.error();
  }
  test::FixedClock clock;
  test::FixedDirectory directory;
};

TEST_F(Peers, are_found_by_their_tls_identity) {
  EXPECT_EQ(peer_of(directory, clock.now(), {"spiffe://test/agency/sds", ""}).value().text(),
            "sds");
}

TEST_F(Peers, unknown_suspended_and_out_of_date_are_refused_in_the_same_words) {
  const Fault unknown = refused("spiffe://test/agency/other");
  Agency agency = directory.copy().agencies.at(0);
  agency.suspended = true;
  set(agency);
  const Fault suspended = refused("spiffe://test/agency/sds");
  agency.suspended = false;
  agency.valid_until = clock.now();
  set(agency);
  const Fault late = refused("spiffe://test/agency/sds");
  for (const Fault& fault : {unknown, suspended, late}) {
    EXPECT_EQ(fault.kind, FaultKind::forbidden);
    EXPECT_EQ(fault.message.view(), unknown.message.view());
    EXPECT_TRUE(fault.where.empty());
  }
}

TEST_F(Peers, under_a_key_that_is_not_listed_are_refused_in_the_same_words) {
  const Fault unknown = refused("spiffe://test/agency/other");
  Agency agency = directory.copy().agencies.at(0);
  agency.tls_keys = {{std::string(64, 'a'), clock.now() - std::chrono::hours{1},
                      clock.now() + std::chrono::hours{1}}};
  set(agency);
  for (const std::string certificate : {"", "no certificate"}) {
    const auto peer =
        peer_of(directory, clock.now(), {"spiffe://test/agency/sds", "", certificate});
    ASSERT_FALSE(peer.has_value()) << certificate;
    EXPECT_EQ(peer.error().kind, unknown.kind);
    EXPECT_EQ(peer.error().message.view(), unknown.message.view());
  }
}

}  // namespace
}  // namespace relais::transport
