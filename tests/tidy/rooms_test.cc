// SPDX-License-Identifier: Apache-2.0
// Who may know whom. CMake's link lines say it for libraries; these tests say it for headers, which
// a compiler finds without being told.
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>

#include "tests/tidy/source_tree.h"

namespace relais::tidy {
namespace {

using Rooms = std::set<std::string>;

const std::map<std::string, Rooms>& may_know() {
  static const std::map<std::string, Rooms> kTable{
      {"node/core", {}},
      {"policy", {"node/core"}},
      {"node/ledger", {"node/core"}},
      {"node/flow", {"node/core", "policy", "node/ledger"}},
      {"node/storage", {"node/core", "policy", "node/ledger", "node/flow"}},
      {"node/transport", {"node/core", "policy", "node/ledger", "node/flow"}},
      {"node/web", {"node/core", "policy", "node/ledger", "node/flow"}},
      {"node/ops", {"node/core", "policy", "node/ledger", "node/flow"}},
  };
  return kTable;
}

std::string room_of(const std::string& path) {
  const std::string folder = path.substr(0, path.rfind('/'));
  for (const auto& [room, knows] : may_know()) {
    if (folder == room || folder.starts_with(room + "/")) return room;
  }
  return {};
}

bool is_cpp(const SourceFile& file) { return file.cpp(); }
bool is_node(const SourceFile& file) {
  return file.cpp() && (file.under("node/") || file.under("policy/"));
}
bool in_transport(const SourceFile& file) { return file.cpp() && file.under("node/transport/"); }

// Includes that only some folders may have.
struct Fence {
  std::regex include;
  std::vector<std::string> folders;
};

void check_fence(const Fence& fence, const SourceFile& file, size_t number, const std::string& name,
                 Findings& findings) {
  if (!std::regex_search(name, fence.include)) return;
  for (const std::string& folder : fence.folders) {
    if (file.under(folder)) return;
  }
  findings.add(file, number, name + " does not belong here");
}

TEST(Rooms, include_only_what_they_may_know) {
  Findings findings;
  each_line(is_node, [&](const SourceFile& file, size_t number, const std::string& line) {
    const std::string from = room_of(file.path);
    const std::string to = room_of(included(line));
    if (from.empty() || to.empty() || from == to) return;
    if (may_know().at(from).count(to) == 0) findings.add(file, number, from + " knows " + to);
  });
  EXPECT_TRUE(findings.empty()) << findings.text();
}

TEST(Rooms, nothing_in_the_node_knows_its_administration_or_its_tests) {
  Findings findings;
  each_line(is_node, [&](const SourceFile& file, size_t number, const std::string& line) {
    const std::string name = included(line);
    if (name.starts_with("admin/") || name.starts_with("tests/")) {
      findings.add(file, number, "includes " + name);
    }
  });
  EXPECT_TRUE(findings.empty()) << findings.text();
}

TEST(Rooms, each_library_stays_behind_its_fence) {
  const std::vector<Fence> fences{
      {std::regex("^pqxx"), {"node/storage/"}},
      {std::regex("^libpq"), {"node/storage/pipeline.cc", "tests/bench/"}},
      {std::regex("^(grpc|grpcpp|google/protobuf|relais/v1)/"),
       {"node/transport/", "admin/", "tests/"}},
      {std::regex("^CLI/"), {"admin/"}},
      {std::regex("^curl/"), {"admin/", "node/web/"}},
      {std::regex("^microhttpd"), {"node/web/"}},
      {std::regex("^cadical"), {"policy/analyse/solver.cc"}},
      {std::regex("^prometheus/"), {"node/ops/"}},
      {std::regex("^openssl/"),
       {"node/ledger/crypto.cc", "policy/digest.cc", "node/ops/", "admin/", "tests/"}},
      {std::regex("^(gtest|gmock|rapidcheck|benchmark)"), {"tests/"}},
  };
  Findings findings;
  each_line(is_cpp, [&](const SourceFile& file, size_t number, const std::string& line) {
    const std::string name = included(line);
    for (const Fence& fence : fences) check_fence(fence, file, number, name, findings);
  });
  EXPECT_TRUE(findings.empty()) << findings.text();
}

TEST(Rooms, only_the_courier_opens_channels) {
  const std::regex outbound("CreateChannel|CreateCustomChannel|NewStub\\(|::connect\\(");
  Findings findings;
  each_line(is_node, [&](const SourceFile& file, size_t number, const std::string& line) {
    if (file.path == "node/transport/courier.cc") return;
    if (std::regex_search(line, outbound)) findings.add(file, number, "an outbound channel");
  });
  EXPECT_TRUE(findings.empty()) << findings.text();
}

TEST(Rooms, no_message_is_copied_whole_in_transport) {
  const std::regex copies("CopyFrom|MergeFrom");
  Findings findings;
  each_line(in_transport, [&](const SourceFile& file, size_t number, const std::string& line) {
    if (std::regex_search(line, copies)) {
      findings.add(file, number, "fields are named one by one, so that none leaves unseen");
    }
  });
  EXPECT_TRUE(findings.empty()) << findings.text();
}

// Where libpqxx throws, where gRPC must not be thrown through, and the decision, whose failure is a
// refusal with a reason of its own.
TEST(Rooms, only_transact_answer_and_decide_catch_exceptions) {
  const std::set<std::string> allowed{"node/storage/transact.cc", "node/transport/answer.cc",
                                      "node/transport/answer.h", "policy/decide.cc"};
  const std::regex catches("\\bcatch\\s*\\(");
  Findings findings;
  each_line(is_node, [&](const SourceFile& file, size_t number, const std::string& line) {
    if (std::regex_search(line, catches) && allowed.count(file.path) == 0) {
      findings.add(file, number, "exceptions are caught at the three edges only");
    }
  });
  EXPECT_TRUE(findings.empty()) << findings.text();
}

}  // namespace
}  // namespace relais::tidy
