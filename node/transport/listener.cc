// SPDX-License-Identifier: Apache-2.0
#include "node/transport/listener.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/resource_quota.h>

#include <utility>
#include <vector>

#include "node/transport/wire.h"

namespace relais::transport {
namespace {

using Plugins = std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>;

// Linking the reflection library turns it on for every server of the process. This decides it for
// one: peers are shown nothing.
class Reflection final : public grpc::ServerBuilderOption {
 public:
  explicit Reflection(bool wanted) : wanted_(wanted) {}
  void UpdateArguments(grpc::ChannelArguments* /*arguments*/) override {}
  void UpdatePlugins(Plugins* plugins) override {
    grpc::reflection::ProtoServerReflectionPlugin one;
    const std::string name = one.name();
    std::erase_if(*plugins, [&](const auto& plugin) { return plugin->name() == name; });
    if (wanted_) {
      plugins->push_back(std::make_unique<grpc::reflection::ProtoServerReflectionPlugin>());
    }
  }

 private:
  const bool wanted_;
};

void set_limits(grpc::ServerBuilder& builder, const ListenerSettings& settings) {
  builder.SetMaxReceiveMessageSize(kMostMessageBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 8 * 1024);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, settings.concurrent_calls);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 10'000);
  // An authority that was removed ends new handshakes only; the age ends what is already connected.
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, 600'000);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, 30'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 120'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 60'000);
  // A port that is taken is an error, not a share of somebody else's callers.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  grpc::ResourceQuota quota;
  quota.Resize(size_t{64} * 1024 * 1024);
  quota.SetMaxThreads(8);  // of the synchronous reflection service; all others run on the desk
  builder.SetResourceQuota(quota);
  builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::MIN_POLLERS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::MAX_POLLERS, 2);
}

}  // namespace

Result<Listener> listen(const ListenerSettings& settings, grpc::Service& service) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  set_limits(builder, settings);
  builder.SetOption(std::make_unique<Reflection>(settings.reflection));
  builder.RegisterService(&service);
  Listener listener;
  builder.AddListeningPort(settings.address, settings.credentials, &listener.port);
  listener.server = builder.BuildAndStart();
  if (!listener.server || listener.port == 0) {
    return fail(FaultKind::unavailable, "the address cannot be bound", settings.address);
  }
  return listener;
}

}  // namespace relais::transport
