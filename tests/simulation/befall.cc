// SPDX-License-Identifier: Apache-2.0
// What nobody's desk does: late copies, clocks, crashes, cut lines, the directory.
#include <algorithm>

#include "tests/simulation/federation.h"

namespace relais::simulation {

Agency& Federation::other_than(const Agency& at, const Action& action) {
  const size_t other = action.other % size();
  return *agencies_[other == at.number ? (other + 1) % size() : other];
}

std::string Federation::befall(Agency& at, const Action& action) {
  switch (action.deed) {
    case Deed::arrive:
      return network_->arrive(action.choice) ? "sees a late copy arrive somewhere"
                                             : "sees nothing late arrive";
    case Deed::shift_clock:
      at.skew = std::chrono::seconds{static_cast<int64_t>(action.choice % 1200) - 600};
      set_clock(at);
      return "has its clock " + std::to_string(at.skew.count() / 1000) + " s off";
    case Deed::crash:
      if (nested_) return "stays up";
      at.restart();
      watch_->restarted(at);
      return "crashes, idle";
    case Deed::cut:
      network_->cut(at.number, other_than(at, action).number);
      return "is cut off from " + other_than(at, action).id().text();
    case Deed::mend:
      network_->mend();
      return "sees every line mended";
    case Deed::change_directory:
      return change_directory(at, action);
    case Deed::take_directory:
      at.directory.set(in_force());
      return "takes version " + std::to_string(directory_.version) + " of the directory";
    default:
      return "does nothing";
  }
}

// As the stewards sign it: who left is not in it.
Directory Federation::in_force() const {
  Directory signed_one = directory_;
  std::erase_if(signed_one.agencies, [&](const relais::Agency& one) { return one.id == left_; });
  return signed_one;
}

std::string Federation::change_directory(Agency& at, const Action& action) {
  relais::Agency& entry = directory_.agencies[other_than(at, action).number];
  const auto suspended = [](const relais::Agency& one) { return one.suspended; };
  auto& all = directory_.agencies;
  const auto back = std::find_if(all.begin(), all.end(), suspended);
  std::string what;
  if (back != all.end()) {
    back->suspended = false;
    what = back->id.text() + " is back";
  } else if (!left_.empty()) {
    what = left_.text() + " joins again";
    left_ = {};
  } else if ((action.choice & 3) == 1) {
    entry.suspended = true;
    what = entry.id.text() + " is suspended";
  } else if ((action.choice & 3) == 3) {
    left_ = entry.id;
    what = entry.id.text() + " is no more";
  } else {
    entry.services[0].needs = needs_by(action.choice >> 2, *common_.words);
    what = entry.id.text() + " declares other needs";
  }
  ++directory_.version;
  at.directory.set(in_force());
  return "takes version " + std::to_string(directory_.version) + " of the directory, in which " +
         what;
}

}  // namespace relais::simulation
