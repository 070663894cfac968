// SPDX-License-Identifier: Apache-2.0
// Desk rights: the few groups of desk calls that a role of the staff register may be given. Which
// call is in which group stands in one table (node/transport/methods.h). A role that is given
// nothing else has what its secrecy allows (docs/decisions/0086). Plain values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace relais {

enum class DeskRight : uint8_t {
  refer,    // a person, to another agency: facts, preview, submission, answers to what is asked
  receive,  // what others refer here: the inbox, taking on, turning down
  follow,   // a referral's further life, on either side
  consent,  // record what a person consents to
  rights,   // a person withdraws, objects, restricts or corrects
  account,  // hand out what the ledger holds about a person
  duty,     // confirm a duty to report
};

// By the enum's order: what node.toml says.
inline constexpr std::array<std::string_view, 7> kDeskRights{
    "refer", "receive", "follow", "consent", "rights", "account", "duty"};
static_assert(static_cast<size_t>(DeskRight::duty) + 1 == kDeskRights.size());

class DeskRights {
 public:
  constexpr DeskRights() = default;
  constexpr DeskRights(std::initializer_list<DeskRight> rights) {
    for (const DeskRight right : rights) add(right);
  }
  static constexpr DeskRights all() {
    DeskRights rights;
    rights.bits_ = (1U << kDeskRights.size()) - 1;
    return rights;
  }

  constexpr void add(DeskRight right) { bits_ |= 1U << static_cast<unsigned>(right); }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool has(DeskRight right) const { return meets({right}); }
  // One of `others` at least is here too; never when either is empty.
  constexpr bool meets(DeskRights others) const { return (bits_ & others.bits_) != 0; }
  friend constexpr bool operator==(DeskRights, DeskRights) = default;

 private:
  uint32_t bits_ = 0;
};

constexpr std::optional<DeskRight> desk_right(std::string_view name) {
  for (size_t i = 0; i < kDeskRights.size(); ++i) {
    if (kDeskRights[i] == name) return static_cast<DeskRight>(i);
  }
  return std::nullopt;
}

// The names, in the enum's order, with this between them.
inline std::string text_of(DeskRights rights, std::string_view between) {
  std::string text;
  for (size_t i = 0; i < kDeskRights.size(); ++i) {
    if (!rights.has(static_cast<DeskRight>(i))) continue;
    if (!text.empty()) text += between;
    text += kDeskRights[i];
  }
  return text;
}

// What a role may whose row does not say: everything when the law binds it to secrecy. Otherwise,
// and when that is unknown, only what a person asks of it: to be referred, to say yes and to say
// no.
constexpr DeskRights usual_rights(std::string_view secrecy) {
  if (secrecy.empty() || secrecy == "none")
    return {DeskRight::refer, DeskRight::consent, DeskRight::rights};
  return DeskRights::all();
}

}  // namespace relais
