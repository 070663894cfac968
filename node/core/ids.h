// SPDX-License-Identifier: Apache-2.0
// Identifiers as types, so that a consent id cannot be passed where a disclosure id is meant.
// An id whose tag is not `loggable` points at a person (the agency's own reference, a pairwise
// handle) and has no way into the operational log or a metric.
#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace relais {

template <class Tag>
class Id {
 public:
  static constexpr bool loggable = Tag::loggable;
  Id() = default;
  explicit Id(std::string text) : text_(std::move(text)) {}
  const std::string& text() const { return text_; }
  bool empty() const { return text_.empty(); }
  friend bool operator==(const Id&, const Id&) = default;
  friend std::strong_ordering operator<=>(const Id& a, const Id& b) {
    return a.text_.compare(b.text_) <=> 0;
  }

 private:
  std::string text_;
};

struct Loggable {
  static constexpr bool loggable = true;
};
struct PointsAtPerson {
  static constexpr bool loggable = false;
};

struct AgencyTag : Loggable {};
struct ServiceTag : Loggable {};
struct DisclosureTag : Loggable {};
struct ReferralTag : Loggable {};
struct ConsentTag : Loggable {};
struct EntryTag : Loggable {};
struct PersonTag : PointsAtPerson {};
struct PersonReferenceTag : PointsAtPerson {};
struct HandleTag : PointsAtPerson {};

using AgencyId = Id<AgencyTag>;                  // directory id, e.g. "siao-69"
using ServiceId = Id<ServiceTag>;                // unique within its agency
using DisclosureId = Id<DisclosureTag>;          // UUIDv7, shared by exactly two agencies
using ReferralId = Id<ReferralTag>;              // UUIDv7, this node's own
using ConsentId = Id<ConsentTag>;                // UUIDv7, never leaves (consent_ref stands for it)
using EntryId = Id<EntryTag>;                    // UUIDv7 of a ledger entry
using PersonId = Id<PersonTag>;                  // UUIDv7, this node's own, never leaves
using PersonReference = Id<PersonReferenceTag>;  // the agency's own file number, never leaves
using Handle = Id<HandleTag>;                    // 32 random bytes in hex, pairwise

}  // namespace relais

template <class Tag>
struct std::hash<relais::Id<Tag>> {
  size_t operator()(const relais::Id<Tag>& id) const { return std::hash<std::string>{}(id.text()); }
};
