// SPDX-License-Identifier: Apache-2.0
#include "node/ops/config_staff.h"

#include "node/core/desk_rights.h"

namespace relais::ops {
namespace {

// What the role may at the desk: as its row says, else as its secrecy does.
void read_rights(TableReader& row, StaffRoleConfig& staff) {
  const std::vector<std::string_view> known(kDeskRights.begin(), kDeskRights.end());
  row.several_of("may", staff.may, known);
  if (row.says("may")) return;
  const DeskRights usual = usual_rights(staff.secrecy);
  for (const std::string_view name : known) {
    if (usual.has(*desk_right(name))) staff.may.emplace_back(name);
  }
}

}  // namespace

void read_staff(TableReader& root, Config& config) {
  for (TableReader& row : root.tables("staff")) {
    StaffRoleConfig staff;
    row.required_text("role", staff.role);
    row.required_text("profession", staff.profession);
    row.text("secrecy", staff.secrecy);
    row.text("r1110_2", staff.r1110_2);
    std::optional<bool> sworn;
    row.optional_flag("sworn", sworn);
    if (sworn) staff.sworn = *sworn ? "true" : "false";
    read_rights(row, staff);
    for (const StaffRoleConfig& other : config.staff) {
      if (other.role == staff.role) row.complain("role", "this role stands here twice");
    }
    row.finish();
    config.staff.push_back(std::move(staff));
  }
  if (config.staff.empty()) root.complain("staff", "at least one [[staff]] role");
}

}  // namespace relais::ops
