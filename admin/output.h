// SPDX-License-Identifier: Apache-2.0
// What a command answers: text for people, or with --json exactly one JSON object on standard
// output and, for what went wrong, one on standard error. Borrowed streams; one thread.
#pragma once

#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "node/core/result.h"

namespace relais::admin {

// Exit codes of every command.
enum Exit : int {
  kDone = 0,
  kRefused = 1,      // understood, and answered no: a check that fails, a node that refuses
  kUsage = 2,        // not understood
  kUnavailable = 3,  // the node, the database or the time was not there: try again
};

class Output {
 public:
  Output(std::ostream& out, std::ostream& err, bool json) : out_(out), err_(err), json_(json) {}

  // `text` as it is (a line end is added when it has none), or `object`. Returns kDone.
  int done(const nlohmann::json& object, const std::string& text);
  // The same, and the answer is no. Returns kRefused.
  int refused(const nlohmann::json& object, const std::string& text);
  // Message and place, on standard error. Returns kUnavailable when trying again may help, else
  // kRefused.
  int fault(const Fault& fault);
  // Returns kUsage.
  int usage(const std::string& message);

  std::ostream& out() { return out_; }
  std::ostream& err() { return err_; }
  bool json() const { return json_; }

 private:
  void print(const nlohmann::json& object, const std::string& text);
  std::ostream& out_;
  std::ostream& err_;
  const bool json_;
};

}  // namespace relais::admin
