// SPDX-License-Identifier: Apache-2.0
#include "node/flow/peer_shares.h"

#include <algorithm>

namespace relais::flow {

PeerShares::PeerShares(size_t workers)
    : limit_(static_cast<double>(std::max<size_t>(workers, 2) - 1)) {}

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

std::vector<AgencyId> PeerShares::full() const {
  std::vector<AgencyId> full;
  for (const auto& [peer, share] : shares_) {
    if (static_cast<double>(share.carrying) + 1 > share.most) full.emplace_back(peer);
  }
  return full;
}

}  // namespace relais::flow
