// SPDX-License-Identifier: Apache-2.0
#include "tests/support/far_postgres.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <deque>
#include <filesystem>

#include "node/core/result.h"

namespace relais::test {
namespace {

using Clock = std::chrono::steady_clock;
constexpr const char* kSocket = "/.s.PGSQL.5432";

sockaddr_un address_in(const std::string& folder) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = folder + kSocket;
  RELAIS_CHECK(path.size() < sizeof(address.sun_path));
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

int connect_to(const std::string& folder) {
  const int opened = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = address_in(folder);
  const bool connected = ::connect(opened, reinterpret_cast<const sockaddr*>(&address),
                                   static_cast<socklen_t>(sizeof(address))) == 0;
  if (connected) return opened;
  ::close(opened);
  return -1;
}

bool write_all(int to, const std::string& bytes) {
  for (size_t at = 0; at < bytes.size();) {
    const ssize_t wrote = ::send(to, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
    if (wrote <= 0) return false;
    at += static_cast<size_t>(wrote);
  }
  return true;
}

// One direction: what was read and is not due yet.
struct Way {
  int from;
  int to;
  std::deque<std::pair<Clock::time_point, std::string>> waiting = {};

  bool read(Clock::time_point due) {
    std::array<char, 65536> buffer;
    const ssize_t size = ::read(from, buffer.data(), buffer.size());
    if (size <= 0) return false;
    waiting.emplace_back(due, std::string(buffer.data(), static_cast<size_t>(size)));
    return true;
  }
  bool deliver(Clock::time_point now) {
    for (; !waiting.empty() && waiting.front().first <= now; waiting.pop_front()) {
      if (!write_all(to, waiting.front().second)) return false;
    }
    return true;
  }
};

// How long until the next is due; at most a second.
timespec until_due(const std::array<Way, 2>& ways) {
  std::chrono::nanoseconds least = std::chrono::seconds{1};
  for (const Way& way : ways) {
    if (!way.waiting.empty()) least = std::min(least, way.waiting.front().first - Clock::now());
  }
  least = std::max(least, std::chrono::nanoseconds{0});
  return {least.count() / 1'000'000'000, least.count() % 1'000'000'000};
}

}  // namespace

FarPostgres::FarPostgres(const std::string& near, std::chrono::microseconds delay)
    : near_(near), delay_(delay), folder_("/tmp/relais-far-XXXXXX") {
  RELAIS_CHECK(::mkdtemp(folder_.data()) != nullptr);
  RELAIS_CHECK(::pipe(ending_) == 0);
  listening_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = address_in(folder_);
  RELAIS_CHECK(::bind(listening_, reinterpret_cast<const sockaddr*>(&address),
                      static_cast<socklen_t>(sizeof(address))) == 0);
  RELAIS_CHECK(::listen(listening_, 64) == 0);
  accepting_ = std::thread([this] { accept_all(); });
}

FarPostgres::~FarPostgres() {
  ::close(ending_[1]);
  accepting_.join();
  for (std::thread& one : carriers_) one.join();
  ::close(ending_[0]);
  ::close(listening_);
  std::filesystem::remove_all(folder_);
}

void FarPostgres::accept_all() {
  std::array<pollfd, 2> watched{pollfd{listening_, POLLIN, 0}, pollfd{ending_[0], POLLIN, 0}};
  while (::poll(watched.data(), watched.size(), -1) > 0 && watched[1].revents == 0) {
    const int client = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client >= 0) carriers_.emplace_back([this, client] { carry(client); });
  }
}

void FarPostgres::carry(int client) {
  const int server = connect_to(near_);
  std::array<Way, 2> ways{Way{client, server}, Way{server, client}};
  std::array<pollfd, 3> watched{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0},
                                pollfd{ending_[0], POLLIN, 0}};
  bool well = server >= 0;
  bool client_spoke_last = false;
  while (well && watched[2].revents == 0) {
    const timespec wait = until_due(ways);
    well = ::ppoll(watched.data(), watched.size(), &wait, nullptr) >= 0;
    const auto now = Clock::now();
    for (size_t i = 0; well && i < ways.size(); ++i) {
      if (watched[i].revents == 0) continue;
      well = ways[i].read(now + delay_);
      const bool client_speaks = i == 0;
      if (well && client_speaks && !client_spoke_last) ++trips_;
      client_spoke_last = client_speaks;
    }
    for (Way& way : ways) well = way.deliver(Clock::now()) && well;
  }
  ::close(client);
  if (server >= 0) ::close(server);
}

}  // namespace relais::test
