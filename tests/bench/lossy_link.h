// SPDX-License-Identifier: Apache-2.0
// LossyLink: what lies between two nodes that lose messages. One direction: it shows the called
// node's certificate, calls on with the calling node's, and of all requests and answers a share
// never arrives: nobody is told, the caller waits until its own time is up. TCP alone never loses a
// message, so the loss is made where messages are. Owned by a bench; gRPC's threads.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "admin/federation/seat.h"
#include "node/core/result.h"

namespace relais::bench {

class LossyLink {
 public:
  // From one seat's node to the other's. `roots`: PEM file of the exchange's authority.
  static Result<std::unique_ptr<LossyLink>> open(const demo::Seat& from, const demo::Seat& to,
                                                 const std::string& roots, uint64_t seed);
  virtual ~LossyLink() = default;
  virtual int port() const = 0;
  // From now on this share of the messages, 0 to 1; a request is one and its answer another.
  virtual void lose(double share) = 0;
  virtual uint64_t passed() const = 0;  // messages, those lost not among them
  virtual uint64_t lost() const = 0;
};

}  // namespace relais::bench
