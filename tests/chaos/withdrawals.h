// SPDX-License-Identifier: Apache-2.0
// Persons who agree, are referred under that consent, and withdraw it a moment later, while
// everything fails. What is not answered is asked again. One thread of its own; owned by a chaos
// program, which reads the sums after stop(). Nothing durable.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/care.h"
#include "tests/e2e/stage.h"
#include "tests/support/dice.h"

namespace relais::chaos {

class Withdrawals {
 public:
  Withdrawals(demo::DeskAccess desk, uint64_t seed);
  ~Withdrawals() { stop(); }
  Withdrawals(const Withdrawals&) = delete;
  Withdrawals& operator=(const Withdrawals&) = delete;

  // Nothing new is agreed to; what was begun is ended.
  void stop();
  static std::vector<std::string> persons();

  // After stop(). Ids of referrals whose consent was withdrawn, and what was never answered.
  const std::vector<std::string>& withdrawn() const { return withdrawn_; }
  const std::vector<std::string>& wrong() const { return wrong_; }

 private:
  void agree_and_withdraw();
  template <class Request, class Response>
  std::optional<Response> insist(demo::Answer<Response> (demo::DeskClient::*method)(const Request&),
                                 const Request& request);

  demo::DeskClient desk_;
  test::Dice random_;
  int round_ = 0;
  std::atomic<bool> stopping_{false};
  std::vector<std::string> withdrawn_;
  std::vector<std::string> wrong_;
  std::thread thread_;
};

}  // namespace relais::chaos
