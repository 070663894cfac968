// SPDX-License-Identifier: Apache-2.0
// The statement as a machine reads it (GDPR 20: structured, commonly used, machine-readable).
#include <nlohmann/json.hpp>

#include "node/flow/access.h"

namespace relais::flow {

std::string render_json(const Statement& statement) {
  nlohmann::ordered_json lines = nlohmann::ordered_json::array();
  for (const StatementLine& line : statement.lines) {
    lines.push_back({{"index", line.index},
                     {"ledger", line.origin},
                     {"time", line.time},
                     {"event", line.event},
                     {"status", line.status},
                     {"sentence", line.sentence},
                     {"counterpart", line.counterpart_name},
                     {"counterpart_address", line.counterpart_address},
                     {"service", line.service_name},
                     {"purpose", line.purpose},
                     {"released", line.released},
                     {"delivery", line.delivery},
                     {"withheld", line.withheld},
                     {"citations", line.citations},
                     {"consent", line.consent},
                     {"commitment", line.commitment}});
    if (line.receipt.empty()) continue;
    lines.back()["receipt"] = line.receipt;
    lines.back()["record"] = line.record;
  }
  const nlohmann::ordered_json document = {{"agency", statement.agency_name},
                                           {"agency_address", statement.agency_address},
                                           {"language", statement.language},
                                           {"made", statement.made},
                                           {"count", statement.count},
                                           {"complete", statement.complete},
                                           {"reading_index", statement.reading_index},
                                           {"reviewed_by_counsel", statement.reviewed_by_counsel},
                                           {"ledger_key", statement.ledger_key},
                                           {"your_rights", statement.rights},
                                           {"entries", lines}};
  return document.dump(2) + "\n";
}

}  // namespace relais::flow
