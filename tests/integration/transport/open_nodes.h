// SPDX-License-Identifier: Apache-2.0
// Two agencies over memory whose nodes really listen: mutual TLS with certificates made here, gRPC
// in between. Clients of every kind, good and bad, for the tests in this folder. One per test.
#pragma once

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "node/transport/courier.h"
#include "node/transport/server.h"
#include "relais/v1/desk.grpc.pb.h"
#include "relais/v1/exchange.grpc.pb.h"
#include "relais/v1/steward.grpc.pb.h"
#include "tests/support/agencies.h"
#include "tests/support/certificates.h"

namespace relais::test {

// Remembers what it was told. While held, a worker that answered stays where it is.
class Witness final : public transport::Observer {
 public:
  struct Seen {
    std::string method;
    std::string code;
    std::string reason;
    std::string trace_id;
  };
  void answered(const transport::Answered& answered) override;
  void queued(std::string_view desk, size_t entries) override;
  void refused(const transport::Refused& refused) override;

  void hold();
  void release();
  void wait_until_held();
  void wait_for_queue(size_t entries);
  std::vector<Seen> seen() const;
  // Who was sent away for want of a seat, and why: "sds full".
  std::set<std::string> sent_away() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Seen> seen_;
  std::set<std::string> sent_away_;
  size_t waiting_ = 0;
  bool holding_ = false;
  bool held_ = false;
};

class OpenNodes : public TwoAgencies {
 public:
  OpenNodes();
  ~OpenNodes();

  // The social service's node and the intake service's. The directory names their exchange ports.
  transport::Server& sds_server() { return *sds_server_; }
  transport::Server& siao_server() { return *siao_server_; }
  // Ends the intake service's node and starts it again elsewhere, with these settings changed.
  void restart_siao(const std::function<void(transport::ServerSettings&)>& change);

  // Channels: who one is, and whom one believes.
  std::shared_ptr<grpc::Channel> channel(int port, const Leaf& leaf, const std::string& roots);
  std::shared_ptr<grpc::Channel> channel_without_certificate(int port, const std::string& roots);
  std::shared_ptr<grpc::Channel> desk_channel(transport::Server& server);
  std::shared_ptr<grpc::Channel> exchange_channel(const Leaf& leaf);  // to the intake service
  std::shared_ptr<grpc::Channel> steward_channel();                   // of the intake service

  // One attempt for everything due at the social service, through `courier`.
  std::vector<flow::Attempt> carry(Courier& courier);
  std::unique_ptr<transport::GrpcCourier> courier(
      std::chrono::milliseconds call_timeout = std::chrono::seconds{5});
  // Changes one agency in the directory, as a new version of it.
  void change_agency(const std::string& id, const std::function<void(Agency&)>& change);

  TestFolder folder;
  Authority peers{"federation"};
  Authority desks{"desks"};
  Authority strangers{"strangers"};
  std::string peer_roots = peers.write_root(folder, "peer-roots");
  std::string desk_roots = desks.write_root(folder, "desk-roots");
  Leaf sds_leaf = peers.issue(folder, "sds", {"spiffe://test/agency/sds"});
  Leaf siao_leaf = peers.issue(folder, "siao", {"spiffe://test/agency/siao"});
  Leaf software = desks.issue(folder, "software", {"spiffe://test/desk/software"});
  Witness witness;
  transport::PeerOffice peer_office;  // of a node started from now on

  // A node of this line, and what it is told; `id` names the folder of its steward's socket.
  std::unique_ptr<transport::Server> start(const flow::Line& line,
                                           const transport::ServerSettings& settings);
  transport::ServerSettings settings_of(const std::string& id, const Leaf& leaf) const;

 private:
  std::unique_ptr<transport::Server> sds_server_;
  std::unique_ptr<transport::Server> siao_server_;
};

// One unary call of raw bytes.
struct RawAnswer {
  grpc::Status status;
  std::string bytes;
  v1::Problem problem;
};
RawAnswer call_raw(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                   const std::string& bytes, bool with_deadline = true,
                   std::chrono::milliseconds at_most = std::chrono::seconds{10});

// What a small, empty or harmless call comes to: ListInbox on a desk, Deliver on an exchange.
grpc::StatusCode list_code(const std::shared_ptr<grpc::Channel>& channel);
grpc::StatusCode deliver_code(const std::shared_ptr<grpc::Channel>& channel);

// A context whose deadline is some seconds away.
std::unique_ptr<grpc::ClientContext> soon(int seconds = 10);
// The Problem in the trailing metadata of a finished call.
v1::Problem problem_of(const grpc::ClientContext& context);

v1::ActingProfessional acting();

}  // namespace relais::test
