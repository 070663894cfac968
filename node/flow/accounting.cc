// SPDX-License-Identifier: Apache-2.0
#include "node/flow/accounting.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "node/flow/reading.h"
#include "node/flow/statement_words.h"
#include "policy/text.h"

namespace relais::flow {
namespace {

using Json = nlohmann::ordered_json;

// `years` back by the calendar; 29 February becomes 28.
Date years_before(Date day, int years) {
  const std::string text = day.text();
  const std::string year = std::to_string(std::stoi(text.substr(0, 4)) - years);
  const auto same = Date::parse(year + text.substr(4));
  return same ? *same : *Date::parse(year + "-02-28");
}

// What never left is no disclosure. What may have left is told.
bool is_disclosure(const StatementLine& line) {
  return line.event == "disclosed" && line.delivery != "withheld";
}

void keep_told(const policy::Accounting& statute, const std::string& from, Statement& statement) {
  std::erase_if(statement.lines, [&](const StatementLine& line) {
    return !is_disclosure(line) || line.time.substr(0, 10) < from ||
           !statute.tells(line.grounds, line.origin_labels);
  });
  std::erase_if(statement.not_shown, [&](const NotShown& one) {
    return !statute.tells(one.grounds, one.origin_labels);
  });
  statement.count = statement.lines.size() + statement.not_shown.size();
}

std::string entry_words(const Statement& statement, const StatementLine& line) {
  const bool french = statement.language == "fr";
  const char* colon = french ? " : " : ": ";
  std::string text = "\n" + line.moment + "\n   ";
  text += (french ? "À" : "To") + std::string(colon) + line.counterpart_name;
  if (!line.counterpart_address.empty()) text += ", " + line.counterpart_address;
  text +=
      "\n   " + std::string(french ? "Quoi" : "What") + colon + policy::join(line.released, ", ");
  text += "\n   " + std::string(french ? "Pourquoi" : "Why") + colon + line.purpose;
  text += "\n   " + std::string(french ? "Selon" : "Under") + colon +
          policy::join(line.citations, "; ");
  const std::string where = delivery_words(line.delivery, statement.language).where;
  return text + "\n   " + where + "\n";
}

}  // namespace

Result<AccountOfDisclosures> account_of_disclosures(const Line& line, const Caller& caller,
                                                    const PersonReference& reference,
                                                    const std::string& statute,
                                                    const std::string& language,
                                                    const std::string& requester) {
  const auto law = line.laws.current();
  const policy::Accounting* known = law->accounting(statute);
  if (known == nullptr) return fail(FaultKind::invalid, "no pack has this accounting", "statute");
  RELAIS_TRY(gathered, gather(line, reference, language, requester));
  const Date today = Date::of(line.clock.now());
  AccountOfDisclosures account{std::move(gathered.statement), *known, "", ""};
  if (known->years > 0) account.from = years_before(today, known->years).text();
  account.due = today.plus_days(known->answer_days).text();
  keep_told(*known, account.from, account.statement);
  const Label words{"Un relevé des transmissions a été demandé (" + known->cite + ").",
                    "An accounting of disclosures was asked for (" + known->cite + ")."};
  RELAIS_TRY(index, record_reading(line, caller, gathered.person, requester, "accounted", words,
                                   {{"accounting", known->id},
                                    {"count", std::to_string(account.statement.count)}}));
  account.statement.reading_index = index;
  return account;
}

std::string render_text(const AccountOfDisclosures& account) {
  const Statement& statement = account.statement;
  const bool french = statement.language == "fr";
  std::string text = statement.agency_name + "\n" + statement.agency_address + "\n\n" +
                     account.statute.title.in(statement.language) + " (" + account.statute.cite +
                     ")\n" + statement.moment + "\n";
  if (!account.from.empty())
    text += (french ? "Depuis le " : "Since ") + day_words(account.from, statement.language) + "\n";
  for (const StatementLine& line : statement.lines) text += entry_words(statement, line);
  text += "\n" + std::to_string(statement.count) +
          (french ? " transmissions sont à dire selon cette loi."
                  : " disclosures are to be told under this law.");
  text += french ? " La loi donne jusqu'au " + day_words(account.due, statement.language) +
                       " pour répondre à une demande de ce jour."
                 : " The law gives until " + day_words(account.due, statement.language) +
                       " to answer a request of this day.";
  text += "\n";
  for (const std::string& words : closing_words(statement)) text += words + "\n";
  return text;
}

std::string render_json(const AccountOfDisclosures& account) {
  const Statement& statement = account.statement;
  Json disclosures = Json::array();
  for (const StatementLine& line : statement.lines) {
    disclosures.push_back({{"ledger", line.origin},
                           {"index", line.index},
                           {"date", line.time},
                           {"recipient", line.counterpart_name},
                           {"recipient_address", line.counterpart_address},
                           {"service", line.service_name},
                           {"description", line.released},
                           {"purpose", line.purpose},
                           {"law", line.citations},
                           {"delivery", line.delivery}});
  }
  Json withheld = Json::array();
  for (const NotShown& one : statement.not_shown) {
    withheld.push_back(
        {{"restriction_ref", restriction_ref(one)}, {"basis", one.basis}, {"until", one.until}});
  }
  const Json document = {{"accounting", account.statute.id},
                         {"law", account.statute.cite},
                         {"agency", statement.agency_name},
                         {"made", statement.made},
                         {"from", account.from},
                         {"due", account.due},
                         {"complete", statement.complete},
                         {"count", statement.count},
                         {"disclosures", disclosures},
                         {"withheld", withheld},
                         {"reading_index", statement.reading_index}};
  return document.dump(2) + "\n";
}

}  // namespace relais::flow
