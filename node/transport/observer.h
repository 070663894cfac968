// SPDX-License-Identifier: Apache-2.0
// Port: what transport tells whoever measures and logs. Owned by main, which binds it to metrics
// and to the operational log; all texts are constants of this room (closed label sets) or trace
// ids, so nothing about a person can pass here. Called from several threads at once and, for
// queued(), with a desk's lock held: implementations return at once and never throw.
#pragma once

#include <cstddef>
#include <string_view>

namespace relais::transport {

// One call that ended.
struct Answered {
  std::string_view method;    // full path, from the authorisation table
  std::string_view code;      // a gRPC status code's name, "OK" included
  std::string_view reason;    // the constant message of the fault; empty with OK
  std::string_view trace_id;  // 32 hex digits or empty; dies with the call
  double seconds = 0;         // from arrival to answer, waiting included
};

// One call that no seat was found for.
struct Refused {
  std::string_view desk;    // desk | exchange | steward
  std::string_view who;     // a peer's directory id; empty: any other caller. Dies with the call
  std::string_view reason;  // kRefusedFull or kRefusedPace
};
inline constexpr std::string_view kRefusedFull = "full";  // as many of its calls wait as may
inline constexpr std::string_view kRefusedPace = "pace";  // more a second than it may

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void answered(const Answered& answered) = 0;
  // `desk` (desk | exchange | steward) has `entries` calls waiting now.
  virtual void queued(std::string_view desk, size_t entries) = 0;
  virtual void refused(const Refused& refused) = 0;
};

}  // namespace relais::transport
