// SPDX-License-Identifier: Apache-2.0
// The inboxes being followed: a bounded number of server streams, each fed by looking at the inbox
// on the desk every half second, or sooner when woken. One page is in memory a stream and one write
// in flight, so a slow reader costs nothing but its place. A stream ends by itself (OK) after ten
// minutes and when the node drains; the reader goes on from its last token. Owned by the
// DeskService; thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "node/flow/line.h"
#include "node/transport/answer.h"
#include "relais/v1/desk.grpc.pb.h"

namespace relais::transport {

class InboxStreams {
 public:
  using Reactor = grpc::ServerWriteReactor<v1::FollowInboxResponse>;

  InboxStreams(const Door& door, const flow::Line& line, size_t most);
  InboxStreams(const InboxStreams&) = delete;
  InboxStreams& operator=(const InboxStreams&) = delete;
  ~InboxStreams();  // closes; gRPC must be done with every stream by then

  // Admits the call and follows on its behalf. Never null: what is refused is a stream that ends at
  // once.
  Reactor* open(grpc::CallbackServerContext& context, const v1::FollowInboxRequest& request);
  // Something was filed: look now.
  void wake();
  // Ends every stream and opens no more. May be called again.
  void close();

 private:
  class Follower;
  Result<std::string> begin(const grpc::CallbackServerContext& context,
                            const v1::FollowInboxRequest& request) const;
  bool add(const std::shared_ptr<Follower>& follower);
  void remove(const Follower& follower);
  struct Round {
    std::vector<std::shared_ptr<Follower>> followers;
    bool closing = false;
  };
  void tick();
  Round wait();
  bool visit(const Round& round);

  const Door& door_;
  const flow::Line& line_;
  const size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::shared_ptr<Follower>> open_;
  bool woken_ = false;
  bool closing_ = false;
  std::thread ticker_;
};

}  // namespace relais::transport
