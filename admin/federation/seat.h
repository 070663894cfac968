// SPDX-License-Identifier: Apache-2.0
// One agency's seat in the demo's federation: its folder, ports, files, and the texts that are
// written for it (node.toml, its directory entry). Plain values and pure functions, except
// free_ports().
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "node/core/result.h"

namespace relais::demo {

inline constexpr const char* kFederation = "valbrune";

struct Seat {
  std::string agency;
  std::string folder;
  std::string host = "127.0.0.1";  // where its node listens
  uint16_t desk_port = 0;
  uint16_t exchange_port = 0;
  uint16_t ops_port = 0;

  std::string file(const std::string& name) const { return folder + "/" + name; }
  std::string config() const { return file("node.toml"); }
  std::string log() const { return file("node.log"); }
  std::string directory() const { return file("directory.note"); }
  std::string activation() const { return file("law-activation.note"); }
  std::string identity() const;  // URI of its exchange certificate
  std::string database() const;  // name of its database
};

// What all seats share.
struct Ground {
  std::string folder;                 // of the federation
  std::string law;                    // folder of the packs
  std::string vocabulary;             // file
  std::vector<std::string> stewards;  // verifier keys
  int call_timeout_ms = 2000;  // of a delivery; what a dead node had claimed waits eight times that
};

// The whole of a seat's node.toml; `connection` is libpq text, `staff` the text of its [[staff]]
// tables.
std::string node_toml(const Seat& seat, const Ground& ground, const std::string& connection,
                      const std::string& staff);

// The text with each {name} of `values` replaced; other braces stay as they are.
std::string filled(std::string text, const std::map<std::string, std::string>& values);

// Ports of the loopback interface that nobody listens on now, below the range from which the kernel
// takes ports for outgoing connections, so that a node that restarts finds its own again.
Result<std::vector<uint16_t>> free_ports(size_t count);

}  // namespace relais::demo
