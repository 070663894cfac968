// SPDX-License-Identifier: Apache-2.0
// How many workers each peer has, and may have: all but one, and the last that is free goes only to
// a peer that has none, so that neither one slow peer nor several keep the others waiting; fewer
// once it says that it is busy, and one more at a time while it takes what it is sent. What a busy
// peer is sent all the same costs both sides a call and the message a pause. Not thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "node/flow/outbox.h"

namespace relais::flow {

class PeerShares {
 public:
  enum class Word { took, busy, nothing };  // of what it was sent; nothing: no answer to go by

  explicit PeerShares(size_t workers);
  void begin(const AgencyId& peer);  // a worker goes to it
  void end(const AgencyId& peer, Word word);
  // A single worker goes to anybody.
  Attended attended() const;

 private:
  struct Share {
    size_t carrying = 0;
    double most = 0;
  };
  const size_t workers_;
  const double limit_;
  std::map<std::string, Share> shares_;  // of peers at work, or that may not have the whole limit
};

}  // namespace relais::flow
