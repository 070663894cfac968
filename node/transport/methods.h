// SPDX-License-Identifier: Apache-2.0
// The authorisation table: every RPC method of the node, the one surface it answers on, and on the
// desk the rights of which a role needs one. Default deny: a method that is not here does not
// compile into a service, a call on another surface is refused, one without a right is refused to
// all, and a test walks the descriptor pool to show that the table is complete.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "node/core/desk_rights.h"

namespace relais::transport {

// Who may reach it: the agency's own software, a peer of the directory, the administrator on this
// host.
enum class Surface { desk, exchange, steward };

struct Method {
  std::string_view path;
  Surface surface;
  DeskRights rights{};  // desk: one of them
};

inline constexpr std::array kMethods{
    Method{"/relais.v1.DeskService/RecordPerson", Surface::desk, {DeskRight::refer}},
    Method{"/relais.v1.DeskService/PreviewReferral", Surface::desk, {DeskRight::refer}},
    Method{"/relais.v1.DeskService/SubmitReferral", Surface::desk, {DeskRight::refer}},
    Method{"/relais.v1.DeskService/AskCapacity", Surface::desk, {DeskRight::refer}},
    Method{"/relais.v1.DeskService/AnswerCapacity", Surface::desk, {DeskRight::receive}},
    Method{"/relais.v1.DeskService/GetReferral",
           Surface::desk,
           {DeskRight::refer, DeskRight::receive, DeskRight::follow, DeskRight::duty}},
    Method{"/relais.v1.DeskService/ListInbox", Surface::desk, {DeskRight::receive}},
    Method{"/relais.v1.DeskService/FollowInbox", Surface::desk, {DeskRight::receive}},
    Method{"/relais.v1.DeskService/AcceptReferral", Surface::desk, {DeskRight::receive}},
    Method{"/relais.v1.DeskService/RejectReferral", Surface::desk, {DeskRight::receive}},
    Method{"/relais.v1.DeskService/UpdateReferral", Surface::desk, {DeskRight::follow}},
    Method{"/relais.v1.DeskService/PreviewItems",
           Surface::desk,
           {DeskRight::refer, DeskRight::follow}},
    Method{
        "/relais.v1.DeskService/SupplyItems", Surface::desk, {DeskRight::refer, DeskRight::follow}},
    Method{"/relais.v1.DeskService/RecordConsent", Surface::desk, {DeskRight::consent}},
    Method{"/relais.v1.DeskService/WithdrawConsent",
           Surface::desk,
           {DeskRight::consent, DeskRight::rights}},
    Method{"/relais.v1.DeskService/RecordObjection", Surface::desk, {DeskRight::rights}},
    Method{"/relais.v1.DeskService/RecordCorrection", Surface::desk, {DeskRight::rights}},
    Method{"/relais.v1.DeskService/AnswerAsks", Surface::desk, {DeskRight::refer}},
    Method{"/relais.v1.DeskService/ConfirmDuty", Surface::desk, {DeskRight::duty}},
    Method{"/relais.v1.DeskService/GetReceipt", Surface::desk, {DeskRight::account}},
    Method{"/relais.v1.ExchangeService/Deliver", Surface::exchange},
    Method{"/relais.v1.ExchangeService/AddCheckpoint", Surface::exchange},
    Method{"/relais.v1.ExchangeService/ListPair", Surface::exchange},
    Method{"/relais.v1.ExchangeService/GetDirectory", Surface::exchange},
    Method{"/relais.v1.StewardService/Statement", Surface::steward},
    Method{"/relais.v1.StewardService/Accounting", Surface::steward},
    Method{"/relais.v1.StewardService/SuspendAccounting", Surface::steward},
    Method{"/relais.v1.StewardService/Export", Surface::steward},
    Method{"/relais.v1.StewardService/ListOutbox", Surface::steward},
    Method{"/relais.v1.StewardService/ListConsents", Surface::steward},
    Method{"/relais.v1.StewardService/GrantConsent", Surface::steward},
    Method{"/relais.v1.StewardService/RevokeConsent", Surface::steward},
    Method{"/relais.v1.StewardService/Erase", Surface::steward},
    Method{"/relais.v1.StewardService/ErasureStatus", Surface::steward},
    Method{"/relais.v1.StewardService/ListOverdue", Surface::steward},
    Method{"/relais.v1.StewardService/Reconcile", Surface::steward},
    Method{"/relais.v1.StewardService/Status", Surface::steward},
    Method{"/relais.v1.StewardService/ActivateLaw", Surface::steward},
    Method{"/relais.v1.StewardService/FetchDirectory", Surface::steward},
};

// Its index in the table, or the table's size. (By index, not by pointer: g++ 12 with UBSan does
// not take a comparison with nullptr for a constant.)
constexpr size_t index_of(std::string_view path) {
  size_t index = 0;
  while (index < kMethods.size() && kMethods[index].path != path) ++index;
  return index;
}

// Never defined: calling it while compiling is the error message for a method the table lacks.
Method method_is_not_in_the_authorisation_table();

// The entry for a path known at compile time, or no program at all.
consteval Method method(std::string_view path) {
  const size_t index = index_of(path);
  return index < kMethods.size() ? kMethods[index] : method_is_not_in_the_authorisation_table();
}

// True only for a method of the table on its own surface.
constexpr bool authorised(std::string_view path, Surface surface) {
  const size_t index = index_of(path);
  return index < kMethods.size() && kMethods[index].surface == surface;
}

}  // namespace relais::transport
