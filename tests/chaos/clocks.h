// SPDX-License-Identifier: Apache-2.0
// The wall clocks of the nodes, each an hour ahead of the machine's or right (clock_shift.cc): to
// go from the first to the second is to be set back an hour, and no certificate is too young for
// it. Owned by a chaos program, made before its federation; one thread. The files go with it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace relais::chaos {

class Clocks {
 public:
  // Every clock is an hour ahead at first. `library` is what LD_PRELOAD is told.
  Clocks(std::string library, const std::vector<std::string>& agencies);
  ~Clocks();
  Clocks(const Clocks&) = delete;
  Clocks& operator=(const Clocks&) = delete;

  bool made() const { return made_; }
  std::vector<std::string> environment(const std::string& agency) const;
  // Sets it back an hour, or an hour ahead again; true when it went back.
  bool turn(const std::string& agency);

 private:
  std::string library_;
  std::string folder_;
  bool made_ = false;
  std::map<std::string, volatile int64_t*> shift_s_;
};

}  // namespace relais::chaos
