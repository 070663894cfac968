// SPDX-License-Identifier: Apache-2.0
#include "node/flow/peer_shares.h"

#include <algorithm>

namespace relais::flow {

PeerShares::PeerShares(size_t workers)
    : workers_(workers), limit_(static_cast<double>(std::max<size_t>(workers, 2) - 1)) {}

void PeerShares::begin(const AgencyId& peer) {
  ++shares_.try_emplace(peer.text(), Share{0, limit_}).first->second.carrying;
}

void PeerShares::end(const AgencyId& peer, Word word) {
  const auto found = shares_.find(peer.text());
  if (found == shares_.end()) return;
  Share& share = found->second;
  if (word == Word::busy) {
    share.most = std::max(1.0, std::min(share.most, static_cast<double>(share.carrying)) - 1);
  } else if (word == Word::took) {
    share.most = std::min(limit_, share.most + 1 / share.most);
  }
  if (--share.carrying == 0 && share.most >= limit_) shares_.erase(found);
}

Attended PeerShares::attended() const {
  size_t away = 0;  // workers at all peers
  for (const auto& [peer, share] : shares_) away += share.carrying;
  const bool last_one = away + 1 >= workers_;
  Attended attended;
  for (const auto& [peer, share] : shares_) {
    const bool has_its_share = static_cast<double>(share.carrying) + 1 > share.most;
    if (has_its_share || (last_one && share.carrying > 0)) {
      attended.full.emplace_back(peer);
    } else if (share.carrying > 0) {
      attended.some.emplace_back(peer);
    }
  }
  return attended;
}

}  // namespace relais::flow
