// SPDX-License-Identifier: Apache-2.0
// The statement as a machine reads it (GDPR 20: structured, commonly used, machine-readable).
#include <nlohmann/json.hpp>

#include "node/flow/access.h"
#include "node/flow/answers.h"

namespace relais::flow {

namespace {

using Json = nlohmann::ordered_json;

Json breaks_of(const Statement& statement) {
  Json breaks = Json::array();
  for (const Break& one : statement.breaks) {
    breaks.push_back({{"first", one.first}, {"last", one.last}});
  }
  return breaks;
}

Json not_shown_of(const Statement& statement) {
  Json withheld = Json::array();
  for (const NotShown& one : statement.not_shown) {
    withheld.push_back({{"ledger", one.origin},
                        {"index", one.index},
                        {"commitment", one.commitment},
                        {"restriction_ref", restriction_ref(one)},
                        {"basis", one.basis},
                        {"until", one.until},
                        {"review_date", one.until}});
  }
  return withheld;
}

Json holds_of(const Statement& statement) {
  Json holds = Json::array();
  for (const Hold& one : statement.holds) {
    holds.push_back({{"duty", one.id},
                     {"article", one.article},
                     {"reason", one.reason.in(statement.language)},
                     {"until", one.until.text()}});
  }
  return holds;
}

Json told_of(const Statement& statement) {
  Json told = Json::array();
  for (const StatementNotice& one : statement.told) {
    told.push_back({{"right", one.event},
                    {"lifted", one.lifted},
                    {"recipient", one.recipient},
                    {"asked", one.asked},
                    {"status", one.status},
                    {"answer", one.answer},
                    {"answered", one.answered},
                    {"due", one.due},
                    {"overdue", one.overdue}});
  }
  return told;
}

Json answers_in(const Statement& statement) {
  Json answers = Json::object();
  for (const Answer& one : answers_of(statement)) {
    answers[one.letter] = {{"title", one.title}, {"texts", one.texts}};
  }
  return answers;
}

Json recipients_in(const Statement& statement) {
  Json recipients = Json::array();
  for (const Recipient& one : recipients_of(statement)) {
    recipients.push_back({{"name", one.name}, {"address", one.address}, {"when", one.moments}});
  }
  return recipients;
}

Json employees_in(const Statement& statement) {
  const EmployeeNames names = employee_names(statement.language);
  return {{"named", false}, {"why", names.words}, {"law", names.law}};
}

Json line_in(const Statement& statement, const StatementLine& line) {
  Json object = {{"index", line.index},
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
                 {"kept_until", line.kept_until},
                 {"commitment", line.commitment},
                 {"afterwards", aftermath_words(statement, line)},
                 {"restriction", opened_words(statement, line)},
                 {"opened", line.opened},
                 {"opened_basis", line.opened_basis}};
  if (!line.receipt.empty()) {
    object["receipt"] = line.receipt;
    object["record"] = line.record;
  }
  return object;
}

}  // namespace

std::string render_json(const Statement& statement) {
  nlohmann::ordered_json lines = nlohmann::ordered_json::array();
  for (const StatementLine& line : statement.lines) lines.push_back(line_in(statement, line));
  const nlohmann::ordered_json document = {{"agency", statement.agency_name},
                                           {"agency_address", statement.agency_address},
                                           {"language", statement.language},
                                           {"made", statement.made},
                                           {"count", statement.count},
                                           {"complete", statement.complete},
                                           {"breaks", breaks_of(statement)},
                                           {"tree_size", statement.tree_size},
                                           {"withheld_entries", not_shown_of(statement)},
                                           {"must_be_kept", holds_of(statement)},
                                           {"recipients_told", told_of(statement)},
                                           {"reading_index", statement.reading_index},
                                           {"reviewed_by_counsel", statement.reviewed_by_counsel},
                                           {"ledger_key", statement.ledger_key},
                                           {"your_rights", statement.rights},
                                           {"answers", answers_in(statement)},
                                           {"recipients", recipients_in(statement)},
                                           {"employees", employees_in(statement)},
                                           {"entries", lines}};
  return document.dump(2) + "\n";
}

}  // namespace relais::flow
