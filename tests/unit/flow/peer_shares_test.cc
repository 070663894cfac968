// SPDX-License-Identifier: Apache-2.0
// How many workers go to one peer at once.
#include "node/flow/peer_shares.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace relais::flow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Word = PeerShares::Word;

const AgencyId kShelter{"shelter"};
const AgencyId kHospital{"hospital"};

bool has_room(const PeerShares& shares, const AgencyId& peer) {
  return testing::Value(shares.attended().full, testing::Not(testing::Contains(peer)));
}

TEST(PeerShares, leave_one_worker_for_the_other_peers) {
  PeerShares shares(4);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(has_room(shares, kShelter));
    shares.begin(kShelter);
  }
  EXPECT_THAT(shares.attended().full, ElementsAre(kShelter));
  shares.end(kShelter, Word::took);
  EXPECT_THAT(shares.attended().full, IsEmpty());
}

TEST(PeerShares, keep_the_last_worker_for_a_peer_that_has_none) {
  PeerShares shares(4);
  for (int i = 0; i < 2; ++i) shares.begin(kShelter);
  shares.begin(kHospital);
  EXPECT_THAT(shares.attended().full, UnorderedElementsAre(kShelter, kHospital))
      << "two may be slow";
  shares.end(kHospital, Word::nothing);
  EXPECT_THAT(shares.attended().full, IsEmpty());
}

TEST(PeerShares, let_a_single_worker_go_to_anybody) {
  PeerShares shares(1);
  EXPECT_TRUE(has_room(shares, kShelter));
  shares.begin(kShelter);
  shares.end(kShelter, Word::busy);
  EXPECT_TRUE(has_room(shares, kShelter)) << "or nothing would ever be sent again";
}

// A peer with room for three at a time says "busy" to whoever comes beyond; in rounds.
TEST(PeerShares, find_what_a_busy_peer_takes_and_do_not_go_far_beyond_it) {
  constexpr int kRoom = 3;
  PeerShares shares(24);
  int busy = 0, took = 0;
  for (int round = 0; round < 200; ++round) {
    int at_once = 0;
    for (; has_room(shares, kShelter); ++at_once) shares.begin(kShelter);
    EXPECT_GE(at_once, 1);
    for (int i = 0; i < at_once; ++i) {
      shares.end(kShelter, i < kRoom ? Word::took : Word::busy);
      ++(i < kRoom ? took : busy);
    }
  }
  EXPECT_GE(took, 200 * 2) << "most of its room is used";
  EXPECT_LE(busy, took / 2) << "and it is not pressed";
}

TEST(PeerShares, give_a_peer_the_whole_limit_again_once_it_takes_what_it_is_sent) {
  PeerShares shares(8);
  shares.begin(kShelter);
  shares.end(kShelter, Word::busy);
  int sent = 0;
  for (int i = 0; i < 60; ++i) {
    shares.begin(kShelter);
    shares.end(kShelter, Word::took);
  }
  for (; has_room(shares, kShelter); ++sent) shares.begin(kShelter);
  EXPECT_EQ(sent, 7);
}

TEST(PeerShares, learn_nothing_from_a_peer_that_is_away) {
  PeerShares shares(4);
  shares.begin(kShelter);
  shares.end(kShelter, Word::nothing);
  int sent = 0;
  for (; has_room(shares, kShelter); ++sent) shares.begin(kShelter);
  EXPECT_EQ(sent, 3);
}

}  // namespace
}  // namespace relais::flow
