// SPDX-License-Identifier: Apache-2.0
#include "admin/federation/seat.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <random>

#include "node/core/agency.h"

namespace relais::demo {
namespace {

constexpr int kLowest = 21000;
constexpr int kHighest = 32000;

bool is_free(uint16_t port) {
  const int socket_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool bound =
      bind(socket_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(socket_fd);
  return bound;
}

std::string quoted_list(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) list += (list.size() > 1 ? ", \"" : "\"") + text + "\"";
  return list + "]";
}

constexpr const char* kNodeToml = R"(# One agency's node, written by the demo.
[agency]
id = "{agency}"
federation = "{federation}"

[desk]
listen = "{host}:{desk_port}"
workers = 6
certificate = "desk.pem"
key = "desk.key"
roots = "desk-authority.pem"

[exchange]
listen = "{host}:{exchange_port}"
workers = 6
certificate = "exchange.pem"
key = "exchange.key"
roots = "../exchange-authority.pem"

[steward]
socket = "steward/steward.sock"

[ops]
listen = "{host}:{ops_port}"
expose = {exposed}

[database]
connection = "{connection}"
pool = 16

[ledger]
key = "ledger.seed"

[witness]
policy = "witnesses"
every_seconds = 1
key = "witness.seed"

[signing]
key = "signing.seed"

[keys]
key_encryption = ["kek"]
lookup = "lookup"

[directory]
path = "directory.note"
stewards = {stewards}
threshold = 2
reload_seconds = 1

[law]
vocabulary = "{vocabulary}"
path = "{law}"
packs = ["eu", "fr"]
activation = "law-activation.note"
archive = "law-archive"

[outbox]
workers = 4
first_retry_ms = 100
longest_retry_seconds = 2
call_timeout_ms = {call_timeout_ms}

)";

}  // namespace

std::string Seat::identity() const { return agency_identity(kFederation, agency); }

std::string Seat::database() const {
  std::string name = agency;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::string node_toml(const Seat& seat, const Ground& ground, const std::string& connection,
                      const std::string& staff) {
  return filled(kNodeToml, {{"agency", seat.agency},
                            {"federation", kFederation},
                            {"host", seat.host},
                            {"exposed", seat.host == "127.0.0.1" ? "false" : "true"},
                            {"desk_port", std::to_string(seat.desk_port)},
                            {"exchange_port", std::to_string(seat.exchange_port)},
                            {"ops_port", std::to_string(seat.ops_port)},
                            {"connection", connection},
                            {"stewards", quoted_list(ground.stewards)},
                            {"vocabulary", ground.vocabulary},
                            {"law", ground.law},
                            {"call_timeout_ms", std::to_string(ground.call_timeout_ms)}}) +
         staff;
}

std::string filled(std::string text, const std::map<std::string, std::string>& values) {
  for (const auto& [name, value] : values) {
    const std::string mark = "{" + name + "}";
    for (size_t at = text.find(mark); at != std::string::npos;
         at = text.find(mark, at + value.size())) {
      text.replace(at, mark.size(), value);
    }
  }
  return text;
}

Result<std::vector<uint16_t>> free_ports(size_t count) {
  std::random_device device;
  std::uniform_int_distribution<int> pick(kLowest, kHighest);
  std::vector<uint16_t> ports;
  for (int tried = 0; tried < 1000 && ports.size() < count; ++tried) {
    const auto port = static_cast<uint16_t>(pick(device));
    const bool taken = std::find(ports.begin(), ports.end(), port) != ports.end();
    if (!taken && is_free(port)) ports.push_back(port);
  }
  if (ports.size() < count) return fail(FaultKind::unavailable, "no free ports on 127.0.0.1");
  return ports;
}

}  // namespace relais::demo
