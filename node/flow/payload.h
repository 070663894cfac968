// SPDX-License-Identifier: Apache-2.0
// The bytes of a payload and of a kept request: length-prefixed, canonical, versioned. Specified in
// docs/exchange-format.md. What is stored and signed is these bytes; they are never re-encoded.
#pragma once

#include <string_view>
#include <vector>

#include "node/flow/submit.h"

namespace relais::flow {

inline constexpr size_t kMostItems = 128;
inline constexpr size_t kMostItemBytes = 4096;

Bytes encode_items(const std::vector<AskedItem>& items);
// Accepts exactly what encode_items writes; anything else is `invalid`.
Result<std::vector<AskedItem>> decode_items(std::string_view bytes);

// The newest word of each category: `items` take the places of what `held` has of theirs.
void put_over(std::vector<AskedItem> items, std::vector<AskedItem>& held);

// The right values of what is held, in its place; which of `items` had one.
std::vector<AskedItem> put_right(const std::vector<AskedItem>& items, std::vector<AskedItem>& held);

// A request as it was asked, with the professional's role, the facts of its last decision, and what
// of it left.
struct KeptRequest {
  Request request;
  std::string role;
  std::string facts;                  // policy::Facts::canonical()
  std::vector<std::string> released;  // category codes; empty while it is a draft
  std::vector<AskedItem> outcome{};   // what the service said became of it
  std::string note{};                 // what it wrote with the reason "other"
  ReferralId replaces{};              // an earlier one that had ended; empty: none
  // What the person asked at the service's counter: objection restricted, until they end; and
  // corrected (docs/decisions/0094-a-right-said-at-the-services-counter.md).
  std::vector<std::string> rights_there{};
};
Bytes encode_request(const KeptRequest& kept);
Result<KeptRequest> decode_request(std::string_view bytes);

}  // namespace relais::flow
