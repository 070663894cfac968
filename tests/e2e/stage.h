// SPDX-License-Identifier: Apache-2.0
// What every end-to-end chapter stands on: one running federation in a temporary folder, the story,
// and the sum of tests. Errors that nodes answered are kept, because no personal value may be among
// them. Owned by a program's main; one thread. The folder goes away unless a test failed.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "admin/federation/federation.h"
#include "admin/federation/story.h"
#include "tests/e2e/tap.h"

namespace relais::e2e {

struct Stage {
  ~Stage();

  Tap tap;
  std::string folder;
  std::string programs;  // of the nodes and relaisctl
  std::string source;
  demo::Story story;
  std::unique_ptr<demo::Federation> federation;
  std::vector<std::string> errors;  // texts of errors that nodes or commands gave

  // Notes the error's text and gives it back.
  const demo::CallFault& heard(const demo::CallFault& fault);
  // A referral that law permits, for any chapter that needs one: sds-69 asks siao-69 for a place.
  v1::SubmitReferralRequest plain_submission(const std::string& key) const;
  demo::DeskClient desk(const std::string& agency) const;
  // relaisctl --json … of that agency; its output, or what went wrong.
  std::string relaisctl(const std::string& agency, std::vector<std::string> arguments);
};

// With nodes started. A stage that could not be set up has said so. `place`: where each node runs.
std::unique_ptr<Stage> set_stage(
    int call_timeout_ms,
    std::function<std::vector<std::string>(const std::string& agency)> environment = {},
    std::function<demo::Place(const std::string& agency)> place = {});

// Waits until `true_now` says so; false after `at_most`.
template <class Condition>
bool eventually(Condition true_now, std::chrono::milliseconds at_most = std::chrono::seconds{15});

void pause_for(std::chrono::milliseconds time);

// Brings back what died, until a node has since `before` had been counted: its callers hear of its
// end a moment before its process has ended, and some steps are come to a moment later.
bool has_died(demo::Federation& federation, int before,
              std::chrono::milliseconds at_most = std::chrono::seconds{15});

template <class Condition>
bool eventually(Condition true_now, std::chrono::milliseconds at_most) {
  const auto until = std::chrono::steady_clock::now() + at_most;
  while (!true_now()) {
    if (std::chrono::steady_clock::now() >= until) return false;
    pause_for(std::chrono::milliseconds{20});
  }
  return true;
}

}  // namespace relais::e2e
