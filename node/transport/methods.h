// SPDX-License-Identifier: Apache-2.0
// The authorisation table: every RPC method of the node and the one surface it answers on. Default
// deny: a method that is not here does not compile into a service, a call on another surface is
// refused, and a test walks the descriptor pool to show that the table is complete.
#pragma once

#include <array>
#include <string_view>

namespace relais::transport {

// Who may reach it: the agency's own software, a peer of the directory, the administrator on this
// host.
enum class Surface { desk, exchange, steward };

struct Method {
  std::string_view path;
  Surface surface;
};

inline constexpr std::array kMethods{
    Method{"/relais.v1.DeskService/RecordPerson", Surface::desk},
    Method{"/relais.v1.DeskService/PreviewReferral", Surface::desk},
    Method{"/relais.v1.DeskService/SubmitReferral", Surface::desk},
    Method{"/relais.v1.DeskService/GetReferral", Surface::desk},
    Method{"/relais.v1.DeskService/ListInbox", Surface::desk},
    Method{"/relais.v1.DeskService/FollowInbox", Surface::desk},
    Method{"/relais.v1.DeskService/AcceptReferral", Surface::desk},
    Method{"/relais.v1.DeskService/RejectReferral", Surface::desk},
    Method{"/relais.v1.DeskService/RecordConsent", Surface::desk},
    Method{"/relais.v1.DeskService/WithdrawConsent", Surface::desk},
    Method{"/relais.v1.DeskService/RecordObjection", Surface::desk},
    Method{"/relais.v1.DeskService/AnswerAsks", Surface::desk},
    Method{"/relais.v1.DeskService/ConfirmDuty", Surface::desk},
    Method{"/relais.v1.ExchangeService/Deliver", Surface::exchange},
    Method{"/relais.v1.StewardService/Statement", Surface::steward},
    Method{"/relais.v1.StewardService/ListOutbox", Surface::steward},
    Method{"/relais.v1.StewardService/ListConsents", Surface::steward},
    Method{"/relais.v1.StewardService/GrantConsent", Surface::steward},
    Method{"/relais.v1.StewardService/RevokeConsent", Surface::steward},
    Method{"/relais.v1.StewardService/Status", Surface::steward},
};

constexpr const Method* find_method(std::string_view path) {
  for (const Method& one : kMethods) {
    if (one.path == path) return &one;
  }
  return nullptr;
}

// Never defined: calling it while compiling is the error message for a method the table lacks.
const Method& method_is_not_in_the_authorisation_table();

// The entry for a path known at compile time, or no program at all.
consteval const Method& method(std::string_view path) {
  const Method* found = find_method(path);
  return found != nullptr ? *found : method_is_not_in_the_authorisation_table();
}

// True only for a method of the table on its own surface.
constexpr bool authorised(std::string_view path, Surface surface) {
  const Method* found = find_method(path);
  return found != nullptr && found->surface == surface;
}

}  // namespace relais::transport
