// SPDX-License-Identifier: Apache-2.0
// How many workers each peer has, and may have: all but one, so that none keeps the others waiting;
// fewer once it says that it is busy, and one more at a time while it takes what it is sent. What a
// busy peer is sent all the same costs both sides a call and the message a pause. Not thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "node/core/ids.h"

namespace relais::flow {

class PeerShares {
 public:
  enum class Word { took, busy, nothing };  // of what it was sent; nothing: no answer to go by

  explicit PeerShares(size_t workers);
  void begin(const AgencyId& peer);  // a worker goes to it
  void end(const AgencyId& peer, Word word);
  // Those that no further worker goes to now. A single worker goes to anybody.
  std::vector<AgencyId> full() const;

 private:
  struct Share {
    size_t carrying = 0;
    double most = 0;
  };
  const double limit_;
  std::map<std::string, Share> shares_;  // of peers at work, or that may not have the whole limit
};

}  // namespace relais::flow
