// SPDX-License-Identifier: Apache-2.0
#include "tests/chaos/network.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "admin/federation/process.h"

namespace relais::chaos {
namespace {

constexpr size_t kMostPacket = 2048;
constexpr size_t kMostHeld = 20'000;  // more than that is lost, as in any queue
constexpr uint8_t kFirstHost = 10;    // 10.231.x.10 is this process's own end

Result<void> ip(std::vector<std::string> words) {
  words.insert(words.begin(), "ip");
  const auto done = demo::must_run({std::move(words), {}, "", false});
  if (done) return {};
  return fail(FaultKind::precondition, "the network cannot be laid", done.error().where);
}

// A device whose packets are read and written here.
Result<int> open_device(const std::string& name) {
  const int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  ifreq asked{};
  asked.ifr_flags = IFF_TUN | IFF_NO_PI;
  name.copy(asked.ifr_name, IFNAMSIZ - 1);
  if (device < 0 || ioctl(device, TUNSETIFF, &asked) != 0) {
    if (device >= 0) close(device);
    return fail(FaultKind::precondition, "no TUN device can be made here", name);
  }
  return device;
}

// Last number of an IPv4 packet's destination; 0: not one.
uint8_t destination(const char* packet, size_t size) {
  if (size < 20 || (static_cast<uint8_t>(packet[0]) >> 4) != 4) return 0;
  return static_cast<uint8_t>(packet[19]);
}

}  // namespace

Result<std::unique_ptr<Network>> Network::lay(const std::vector<std::string>& agencies,
                                              uint64_t seed) {
  std::unique_ptr<Network> network(new Network(seed));
  const auto self = static_cast<unsigned>(getpid());
  network->prefix_ = "rn" + std::to_string(self % 100'000) + "-";
  network->subnet_ = "10.231." + std::to_string(self % 250) + ".";
  RELAIS_TRY_VOID(network->add("", network->subnet_ + std::to_string(kFirstHost)));
  for (const std::string& agency : agencies) {
    const size_t number = network->ends_.size();
    network->number_[agency] = number;
    RELAIS_TRY_VOID(network->add(network->prefix_ + std::to_string(number),
                                 network->subnet_ + std::to_string(kFirstHost + number)));
  }
  network->carrying_ = std::thread([of = network.get()] { of->carry(); });
  return network;
}

Result<void> Network::add(const std::string& space, const std::string& address) {
  const std::string device = prefix_ + "d" + std::to_string(ends_.size());
  RELAIS_TRY(opened, open_device(device));
  ends_.push_back({"", opened});
  std::vector<std::string> within;
  if (!space.empty()) {
    RELAIS_TRY_VOID(ip({"netns", "add", space}));
    ends_.back().space = space;
    RELAIS_TRY_VOID(ip({"link", "set", device, "netns", space}));
    within = {"-n", space};
  }
  const auto there = [&within](std::vector<std::string> words) {
    words.insert(words.begin(), within.begin(), within.end());
    return ip(std::move(words));
  };
  RELAIS_TRY_VOID(there({"address", "add", address + "/24", "dev", device}));
  if (!space.empty()) RELAIS_TRY_VOID(there({"link", "set", "lo", "up"}));
  return there({"link", "set", device, "up"});
}

Network::~Network() {
  stopping_ = true;
  if (carrying_.joinable()) carrying_.join();
  for (const End& end : ends_) {
    close(end.device);
    if (!end.space.empty()) static_cast<void>(ip({"netns", "delete", end.space}));
  }
}

demo::Place Network::place(const std::string& agency) const {
  const size_t number = number_.at(agency);
  return {subnet_ + std::to_string(kFirstHost + number),
          {"ip", "netns", "exec", ends_[number].space}};
}

void Network::part(const std::string& one, const std::string& other) {
  const std::scoped_lock lock(mutex_);
  parted_.emplace(number_.at(one), number_.at(other));
  parted_.emplace(number_.at(other), number_.at(one));
}

void Network::cut_off(const std::string& agency) {
  const std::scoped_lock lock(mutex_);
  for (size_t other = 0; other < ends_.size(); ++other) {
    parted_.emplace(number_.at(agency), other);
    parted_.emplace(other, number_.at(agency));
  }
}

void Network::weather(std::chrono::milliseconds delay, double loss) {
  const std::scoped_lock lock(mutex_);
  delay_ = delay;
  loss_ = loss;
}

void Network::heal() {
  const std::scoped_lock lock(mutex_);
  parted_.clear();
  delay_ = {};
  loss_ = 0;
}

void Network::carry() {
  std::vector<pollfd> readable;
  for (const End& end : ends_) readable.push_back({end.device, POLLIN, 0});
  while (!stopping_) {
    poll(readable.data(), readable.size(), 2);  // what is held is looked at every 2 ms
    for (size_t from = 0; from < readable.size(); ++from) {
      if ((readable[from].revents & POLLIN) != 0) take(from);
    }
    let_go();
  }
}

void Network::take(size_t from) {
  std::array<char, kMostPacket> packet{};
  for (ssize_t got; (got = read(ends_[from].device, packet.data(), packet.size())) > 0;) {
    const auto size = static_cast<size_t>(got);
    const uint8_t host = destination(packet.data(), size);
    if (host < kFirstHost || host >= kFirstHost + ends_.size()) continue;  // to nobody here
    const size_t to = host - kFirstHost;
    const std::scoped_lock lock(mutex_);
    if (!passes(from, to) || held_.size() >= kMostHeld) {
      ++lost_;
      continue;
    }
    const bool between_nodes = from != 0 && to != 0;
    const auto delay = between_nodes ? delay_ : std::chrono::milliseconds{0};
    held_.push_back({Clock::now() + delay, to, std::string(packet.data(), size)});
  }
}

// Under the lock. The dice are thrown for every packet between nodes, so that a seed means the same
// weather.
bool Network::passes(size_t from, size_t to) {
  if (parted_.count({from, to}) != 0) return false;
  if (from == 0 || to == 0) return true;
  return std::uniform_real_distribution<double>(0, 1)(random_) >= loss_;
}

void Network::let_go() {
  const std::scoped_lock lock(mutex_);
  const auto now = Clock::now();
  const auto due = [&](const Held& one) { return one.due <= now; };
  for (const Held& one : held_) {
    if (!due(one)) continue;
    if (write(ends_[one.to].device, one.packet.data(), one.packet.size()) < 0) {
      ++lost_;
    } else {
      ++carried_;
    }
  }
  held_.erase(std::remove_if(held_.begin(), held_.end(), due), held_.end());
}

}  // namespace relais::chaos
