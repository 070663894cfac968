// SPDX-License-Identifier: Apache-2.0
// What more callers than there is room for meet, and what those meet who are there when the node
// ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <future>

#include "tests/integration/transport/open_nodes.h"

namespace relais {
namespace {

using grpc::StatusCode;
using testing::HasSubstr;

struct Load : testing::Test, test::OpenNodes {};

// A full queue answers at once, and says whom to telephone when a duty waits.
TEST_F(Load, a_full_desk_sheds_at_once_and_shows_the_telephone_route) {
  restart_siao([](transport::ServerSettings& settings) { settings.desk_workers = 1; });
  const auto stub = v1::DeskService::NewStub(desk_channel(siao_server()));
  witness.hold();
  std::vector<std::future<StatusCode>> waiting;
  const auto list = [&] {
    v1::ListInboxRequest request;
    *request.mutable_acting() = test::acting();
    v1::ListInboxResponse reply;
    auto context = test::soon();
    return stub->ListInbox(context.get(), request, &reply).error_code();
  };
  waiting.push_back(std::async(std::launch::async, list));
  witness.wait_until_held();
  for (int i = 0; i < 4; ++i) waiting.push_back(std::async(std::launch::async, list));
  witness.wait_for_queue(4);

  v1::ConfirmDutyResponse reply;
  auto context = test::soon();
  const auto begun = std::chrono::steady_clock::now();
  const auto status = stub->ConfirmDuty(context.get(), v1::ConfirmDutyRequest(), &reply);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{2});
  EXPECT_EQ(status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(test::problem_of(*context).retryable());
  EXPECT_THAT(test::problem_of(*context).telephone_route(), HasSubstr("119"));
  witness.release();
  for (auto& one : waiting) EXPECT_EQ(one.get(), StatusCode::OK);
}

size_t threads_now() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("Threads:", 0) == 0) return std::stoul(line.substr(8));
  }
  return 0;
}

// 400 callers at once cost no thread each; who cannot be seated is told so, the others are served.
TEST_F(Load, many_callers_meet_a_bounded_number_of_threads) {
  constexpr int kCallers = 400;
  const auto stub = v1::DeskService::NewStub(desk_channel(siao_server()));
  const size_t before = threads_now();
  v1::ListInboxRequest request;
  *request.mutable_acting() = test::acting();
  std::vector<v1::ListInboxResponse> replies(kCallers);
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::atomic<int> served{0};
  std::atomic<int> shed{0};
  std::atomic<int> ended{0};
  std::promise<void> all;
  for (int i = 0; i < kCallers; ++i) contexts.push_back(test::soon(20));
  for (size_t i = 0; i < kCallers; ++i) {
    stub->async()->ListInbox(contexts[i].get(), &request, &replies[i], [&](grpc::Status status) {
      if (status.ok()) ++served;
      if (status.error_code() == StatusCode::RESOURCE_EXHAUSTED) ++shed;
      if (++ended == kCallers) all.set_value();
    });
  }
  all.get_future().wait();
  EXPECT_EQ(served + shed, kCallers);
  EXPECT_GT(served, 0);
  EXPECT_LE(threads_now(), before + 16);
}

TEST_F(Load, draining_finishes_what_is_under_way_and_takes_nothing_more) {
  const auto through = desk_channel(siao_server());
  witness.hold();
  auto under_way = std::async(std::launch::async, [&] { return test::list_code(through); });
  witness.wait_until_held();
  auto drained =
      std::async(std::launch::async, [&] { siao_server().drain(std::chrono::seconds{10}); });
  EXPECT_EQ(drained.wait_for(std::chrono::milliseconds{300}), std::future_status::timeout);
  witness.release();
  EXPECT_EQ(under_way.get(), StatusCode::OK);
  drained.get();
  EXPECT_EQ(test::list_code(through), StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace relais
