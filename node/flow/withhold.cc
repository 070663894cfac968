// SPDX-License-Identifier: Apache-2.0
#include "node/flow/withhold.h"

#include <algorithm>

#include "node/flow/entry.h"
#include "node/flow/words.h"

namespace relais::flow {
namespace {

// What a reader is told. The national article would give away to a parent what kind of entry it is,
// so it stays inside and is shown with the entry (docs/decisions/0045).
constexpr const char* kBasis = "GDPR, art. 23(1)(i)";
constexpr const char* kFrom = "withheld_from";
constexpr const char* kRule = "withheld_rule";
constexpr const char* kRepresentatives = "representatives";

void put_detail(ledger::PrivatePart& part, const char* key, std::string value) {
  std::erase_if(part.details, [&](const auto& one) { return one.first == key; });
  if (value.empty()) return;
  add_details({{key, std::move(value)}}, part);
}

}  // namespace

bool keep_from_representatives(const std::string& purpose, const std::string& parents,
                               std::vector<std::string>& attachments) {
  const bool told = parents == "before" || parents == "after";
  const auto at =
      std::lower_bound(attachments.begin(), attachments.end(), kKeptFromRepresentatives);
  const bool known = at != attachments.end() && *at == kKeptFromRepresentatives;
  if (!is_protective(purpose) || told || known) return false;
  attachments.insert(at, kKeptFromRepresentatives);
  return true;
}

void withhold_if_attached(const std::vector<std::string>& attachments,
                          const std::vector<Ground>& grounds, Instant now, int days,
                          ledger::PrivatePart& part) {
  if (std::find(attachments.begin(), attachments.end(), kKeptFromRepresentatives) ==
      attachments.end())
    return;
  part.visibility = ledger::Visibility::withheld;
  part.withheld_until = Date::of(now).plus_days(days).text();
  part.withheld_basis = kBasis;
  put_detail(part, kFrom, kRepresentatives);
  put_detail(part, kRule, grounds.empty() ? "" : grounds.front().citation);
}

void withhold_alike(const ledger::PrivatePart& other, ledger::PrivatePart& part) {
  if (other.visibility != ledger::Visibility::withheld) return;
  part.visibility = other.visibility;
  part.withheld_until = other.withheld_until;
  part.withheld_basis = other.withheld_basis;
  put_detail(part, kFrom, detail_of(other, kFrom));
  put_detail(part, kRule, detail_of(other, kRule));
}

// Whoever it is not known to be open to is not shown it: an unknown `withheld_from` keeps it from
// everybody.
bool is_withheld(const ledger::PrivatePart& part, const std::string& requester, Date today) {
  if (part.visibility != ledger::Visibility::withheld) return false;
  const auto until = Date::parse(part.withheld_until);
  if (until && *until <= today) return false;
  return !(detail_of(part, kFrom) == kRepresentatives && requester == "subject");
}

std::string basis_with_rule(const ledger::PrivatePart& part) {
  const std::string rule = detail_of(part, kRule);
  return rule.empty() ? part.withheld_basis : part.withheld_basis + "; " + rule;
}

}  // namespace relais::flow
