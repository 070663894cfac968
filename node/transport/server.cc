// SPDX-License-Identifier: Apache-2.0
#include "node/transport/server.h"

#include <array>
#include <utility>

#include "node/flow/words.h"
#include "node/transport/credentials.h"
#include "node/transport/desk_service.h"
#include "node/transport/exchange_service.h"
#include "node/transport/listener.h"
#include "node/transport/socket_folder.h"
#include "node/transport/steward_service.h"

namespace relais::transport {
namespace {

constexpr size_t kWaitingPerWorker = 4;
constexpr int kDeskCalls = 256;  // a connection: an agency's software may use one for everybody
constexpr int kPeerCalls = 64;
constexpr int kStewardCalls = 16;

Door door_of(Surface surface, Desk& desk, Observer& observer, const flow::Line& line) {
  return {surface, desk, observer,
          [&line]() -> const char* {
            const auto directory = line.directories.current();
            const Agency* self = directory ? directory->find(line.settings.agency) : nullptr;
            return flow::telephone_route(self == nullptr ? std::string() : self->jurisdiction);
          },
          agency_identity(line.settings.federation, "")};
}

Door door_of_desk(Desk& desk, Observer& observer, const flow::Line& line,
                  const std::map<std::string, DeskRights>& roles) {
  Door door = door_of(Surface::desk, desk, observer, line);
  door.roles = roles;
  return door;
}

// A queue for each agency of the directory in force; one for all who are none of them, so that
// strangers with a certificate of the federation have no more of the node than one peer.
Door door_of_peers(Desk& desk, Observer& observer, const flow::Line& line) {
  Door door = door_of(Surface::exchange, desk, observer, line);
  door.queue_of = [&line](const Call& call) {
    const auto peer = peer_of(line.directories, line.clock.now(), call);
    return peer ? peer->text() : std::string();
  };
  return door;
}

// The agency's software is one caller: all seats are its own, and its pace is its own affair.
Bounds all_of(size_t workers) { return {workers, workers * kWaitingPerWorker, 0}; }

}  // namespace

// Members in the order they depend on each other: gRPC servers end first, then services, then
// desks.
class Server::Doors {
 public:
  Doors(const ServerSettings& settings, const flow::Line& line, Office office, Observer& observer,
        PeerOffice peers)
      : desk_workers_("desk", settings.desk_workers, all_of(settings.desk_workers), observer),
        peer_workers_("exchange", settings.exchange_workers, settings.peer, observer),
        steward_workers_("steward", settings.steward_workers, all_of(settings.steward_workers),
                         observer),
        desk_(door_of_desk(desk_workers_, observer, line, settings.roles), line,
              settings.inbox_streams),
        exchange_(door_of_peers(peer_workers_, observer, line), line, std::move(peers)),
        steward_(door_of(Surface::steward, steward_workers_, observer, line), line,
                 std::move(office)) {}
  ~Doors() { drain(std::chrono::milliseconds{0}); }

  Result<void> open(const ServerSettings& settings) {
    RELAIS_TRY(desk, listen({settings.desk_address,
                             server_credentials(watch(settings.desk_tls, settings.refresh)),
                             kDeskCalls, true},
                            desk_));
    listeners_[0] = std::move(desk);
    RELAIS_TRY(exchange, listen({settings.exchange_address,
                                 server_credentials(watch(settings.exchange_tls, settings.refresh)),
                                 kPeerCalls, false},
                                exchange_));
    listeners_[1] = std::move(exchange);
    RELAIS_TRY_VOID(lock_socket_folder(settings.steward_socket));
    RELAIS_TRY(steward, listen({"unix:" + settings.steward_socket,
                                grpc::InsecureServerCredentials(), kStewardCalls, true},
                               steward_));
    listeners_[2] = std::move(steward);
    return lock_socket(settings.steward_socket);
  }

  int port(size_t which) const { return listeners_.at(which).port; }

  void set_ready(bool ready) {
    for (const Listener& listener : listeners_) {
      if (!listener.server) continue;
      listener.server->GetHealthCheckService()->SetServingStatus(ready);
    }
  }

  void wake() { desk_.streams().wake(); }

  void drain(std::chrono::milliseconds at_most) {
    if (std::exchange(drained_, true)) return;
    const auto deadline = std::chrono::system_clock::now() + at_most;
    set_ready(false);
    desk_.streams().close();
    for (const Listener& listener : listeners_) {
      if (listener.server) listener.server->Shutdown(deadline);
    }
    desk_workers_.drain();
    peer_workers_.drain();
    steward_workers_.drain();
  }

 private:
  Desk desk_workers_;
  Desk peer_workers_;
  Desk steward_workers_;
  DeskService desk_;
  ExchangeService exchange_;
  StewardService steward_;
  std::array<Listener, 3> listeners_;  // desk, exchange, steward
  bool drained_ = false;
};

Server::Server(std::unique_ptr<Doors> doors) : doors_(std::move(doors)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(const ServerSettings& settings,
                                              const flow::Line& line, Office office,
                                              Observer& observer, PeerOffice peers) {
  RELAIS_TRY_VOID(check_readable(settings.desk_tls));
  RELAIS_TRY_VOID(check_readable(settings.exchange_tls));
  auto doors =
      std::make_unique<Doors>(settings, line, std::move(office), observer, std::move(peers));
  RELAIS_TRY_VOID(doors->open(settings));
  return std::unique_ptr<Server>(new Server(std::move(doors)));
}

int Server::desk_port() const { return doors_->port(0); }
int Server::exchange_port() const { return doors_->port(1); }
void Server::set_ready(bool ready) { doors_->set_ready(ready); }
void Server::wake_inboxes() { doors_->wake(); }
void Server::drain(std::chrono::milliseconds at_most) { doors_->drain(at_most); }

}  // namespace relais::transport
