// SPDX-License-Identifier: Apache-2.0
#include "node/flow/deliveries.h"

#include "node/flow/entry.h"
#include "node/flow/tell.h"

namespace relais::flow {
namespace {

bool is_ending(const std::string& status) {
  return status == "delivered" || status == "refused" || status == "withheld" ||
         status == "undeliverable";
}

// "withheld" only where nothing can have left.
std::string ended(const ledger::SharedPart& shared, const ledger::PrivatePart& privately) {
  const bool unknown = has_detail(privately, kMayHaveLeft);
  return unknown && shared.status == "withheld" ? "stopped" : shared.status;
}

}  // namespace

void Deliveries::follow(const ledger::SharedPart& shared, const ledger::PrivatePart& privately,
                        const std::string& self, Statement& statement) {
  if (shared.sender_agency != self || shared.disclosure_id.empty()) return;
  const auto before = lines_.find(shared.disclosure_id);
  StatementLine* known = before == lines_.end() ? nullptr : &statement.lines[before->second];
  StatementLine& here = statement.lines.back();
  switch (shared.event) {
    case ledger::Event::obliged:
      here.delivery = "prepared";
      break;
    case ledger::Event::corrected:
      if (!is_notice(shared) || shared.categories_released.empty()) return;
      here.delivery = "waiting";  // the right values are a message like any other
      break;
    case ledger::Event::disclosed:
      here.delivery = "waiting";
      if (known != nullptr) known->delivery = "prepared_then_sent";
      break;
    case ledger::Event::outcome:
      if (is_ending(shared.status)) {
        if (known != nullptr) known->delivery = ended(shared, privately);
        return;
      }
      if (!shared.payload_digest) return;  // this side's clock alone: nobody is told
      here.delivery = "waiting";           // an answer of ours is a message too
      break;
    default:
      return;
  }
  lines_[shared.disclosure_id] = statement.lines.size() - 1;
}

}  // namespace relais::flow
